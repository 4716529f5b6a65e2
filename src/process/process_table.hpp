// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "base/integers.hpp"
#include "value/value.hpp"

namespace lithe::process {

class Process;
class Waker;

/// All processes of a runtime: from pid to process, and the registered names.
///
/// A pid is a slot and the slot's generation, 24 bits each; the generation moves on when a
/// process leaves, and a slot whose generation would wrap is never used again: no pid ever means
/// a second process.
///
/// Thread rules: every member may be called by any thread; find() and next_number() take no
/// lock. A process that was found stays alive until the scheduler thread that runs it next
/// dispatches: so only code on that thread may use what find() gives.
class ProcessTable {
 public:
  static constexpr u32 slot_limit = 1u << 24;
  static constexpr u32 generation_limit = 1u << 24;

  /// `waker` outlives the table. `limit`: most processes at a time.
  explicit ProcessTable(Waker& waker, u32 limit = slot_limit);
  ~ProcessTable();
  ProcessTable(const ProcessTable&) = delete;
  ProcessTable& operator=(const ProcessTable&) = delete;

  /// Gives the process its pid (Process::self). => false: there are too many.
  bool add(Process& process);
  /// The process is not found any more and loses its name.
  void remove(Process& process);

  /// Null: not alive, or no pid at all.
  Process* find(value::Value pid) const {
    if (!pid.is_pid() || pid.pid_slot() >= slots_.load(std::memory_order_acquire)) return nullptr;
    const Slot& slot = at(pid.pid_slot());
    Process* process = slot.process.load(std::memory_order_acquire);
    // A slot that was taken again has had its generation moved on before.
    return slot.generation.load(std::memory_order_acquire) == pid.pid_generation() ? process
                                                                                   : nullptr;
  }

  u32 size() const { return size_.load(std::memory_order_relaxed); }

  /// f(Process&) for each process, in the order of their slots. f may remove the one it is
  /// given, and add others, which it may or may not be given.
  template <class F>
  void for_each(F&& f) const {
    for (u32 i = 0; i < slots_.load(std::memory_order_acquire); i++) {
      if (Process* process = at(i).process.load(std::memory_order_acquire)) f(*process);
    }
  }

  // Names: symbols or keywords. A process has at most one.

  enum class Registration : u8 { done, name_taken, has_name, not_alive };
  Registration register_name(value::Value name, value::Value pid);
  /// => false: nobody has it.
  bool unregister_name(value::Value name);
  /// => pid, or nil.
  value::Value whereis(value::Value name) const;

  /// Unique in the runtime: for references and links. From 1 on.
  u64 next_number() { return numbers_.fetch_add(1, std::memory_order_relaxed); }

  Waker& waker() const { return waker_; }

 private:
  struct Slot {
    std::atomic<Process*> process;
    std::atomic<u32> generation;
    u32 next_free;
  };
  static_assert(sizeof(Slot) == 16);
  struct Name {
    value::Value name;
    value::Value pid;
  };
  static constexpr u32 first_chunk_bits = 8;
  static constexpr u32 chunk_count = 24 - first_chunk_bits + 1;
  static constexpr u32 no_slot = 0xFFFF'FFFF;

  /// Chunk 0 holds the first 2^8 slots, chunk k the next 2^(7+k).
  static u32 chunk_of(u32 slot) {
    u32 width = 32 - u32(__builtin_clz(slot | ((1u << first_chunk_bits) - 1)));
    return width - first_chunk_bits;
  }
  Slot& at(u32 slot) const {
    u32 chunk = chunk_of(slot);
    u32 first = chunk == 0 ? 0 : 1u << (first_chunk_bits + chunk - 1);
    return chunks_[chunk].load(std::memory_order_acquire)[slot - first];
  }
  u32 new_slot();
  void drop_name(value::Value pid);

  Waker& waker_;
  const u32 limit_;
  std::array<std::atomic<Slot*>, chunk_count> chunks_{};
  std::atomic<u32> slots_{0};  ///< made so far
  std::atomic<u32> size_{0};
  std::atomic<u64> numbers_{1};

  mutable std::mutex mutex_;  // guards all below, and every change of a slot
  u32 free_ = no_slot;
  std::vector<Name> names_;  // few
};

}  // namespace lithe::process
