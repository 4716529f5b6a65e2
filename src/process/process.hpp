// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

#include "heap/heap.hpp"
#include "heap/roots.hpp"
#include "process/exec_state.hpp"
#include "process/mailbox.hpp"
#include "value/value.hpp"

namespace lithe::process {

struct Relations;    // process/relations.hpp: links, monitors, names, trapping; made when first
                     // needed
struct Definitions;  // process/definitions.hpp: this process's own values of top-level variables
struct Failure;      // process/failure.hpp: the error on its way, with the trace gathered so far

/// Reasons to leave the fast path at the next poll. Set by anybody, read by the process.
namespace request {
constexpr u32 preempt = 1;
constexpr u32 kill = 2;  ///< it ends, for Process::exit_reason; never taken back
constexpr u32 interrupt = 4;
constexpr u32 over_limit = 16;  ///< with kill: it holds more memory than it may
constexpr u32 give_up = 128;    ///< a builtin that runs and looks up fails; else it means nothing
constexpr u32 signals = 64;     ///< take_signals (process/signals.hpp) has something urgent
}  // namespace request

/// Where the interpreter stands; valid whenever its loop is not running.
struct Position {
  const void* instruction = nullptr;  ///< bytecode::Instruction to execute next
  const void* code = nullptr;         ///< vm::Code of that frame
  u32 frame = 0;                      ///< index of R[0] in the process stack
};

/// Everything that a process is, but for how it is scheduled (vm/task.hpp joins the two): an
/// idle one costs record + stack + heap, 1 KiB or less with everything counted, so what few
/// processes use hangs off a pointer.
///
/// Thread rules: `requests`, the limits and the mailbox's inlet may be touched by any thread;
/// everything else only by the thread that runs the process.
///
/// The stack is one block of words: frames [return address, closure, R[0], R[1] …] from low to
/// high addresses. Between `exec.stack_top` and the stack's end there are always at least
/// `stack_slack` words, so that compiled code and native functions can build a call window
/// without a check. It moves when it grows: nobody keeps an address into it over a call.
///
/// Memory: a grown stack and the messages that the heap has not adopted are the heap's external
/// bytes, so that all counts together toward its limit. A process that passes the limit other
/// than by a call that may be refused ends with the reason :out-of-memory.
class Process : public heap::RootProvider {
 public:
  static constexpr u32 stack_slack = 24;
  /// What fits an idle server: its block is one allocation of record, stack and heap.
  static constexpr u32 first_stack_words = stack_slack + 20;
  static constexpr u32 first_heap_words = 16;

  /// The first stack (slack included) and the first heap are memory of the caller's, behind the
  /// record in the same block, and are used as long as they are large enough. `environment`
  /// outlives the process.
  Process(heap::HeapEnvironment& environment, u64* first_stack, u32 first_stack_words,
          u64* first_heap, u32 first_heap_words);
  ~Process() override;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  ExecState exec;
  heap::Heap heap;  ///< directly behind exec: compiled code relies on it

  u64* stack_begin;
  u64* stack_end;     ///< usable end: slack not included
  Position position;  ///< of the innermost interpreter loop
  std::atomic<u32> requests{0};
  u16 native_depth =
      0;  ///< compiled frames and C++ trampolines below the running code; 0: may wait in place
  u16 no_wait = 0;    ///< above 0: it runs a macro, which must not wait
  value::Value self;  ///< its pid
  value::Value
      answer;  ///< what a waited-for operation gives: value, or Value::error() with `failure`
  Mailbox mailbox;
  std::unique_ptr<Failure> failure;
  std::unique_ptr<Relations> relations;
  std::unique_ptr<Definitions> definitions;
  u64 random_state = 0;      ///< of math/random (base/random.hpp), once `random_seeded`
  value::Value sender;       ///< who sent the message that was accepted last
  value::Value exit_reason;  ///< with request::kill: why it ends
  void* owner = nullptr;     ///< the vm::Task around it

  /// Makes room for `words` above `top` (an address in the stack), slack included; moves the
  /// stack. => `top` in the new place, or null when the process's memory limit refuses.
  /// exec.stack_top moves with it. May collect.
  u64* grow_stack(u64* top, u64 words);
  /// For a process that has nothing to do: heap and stack in as little memory as they need.
  /// Nothing may be live above exec.stack_top.
  void shrink_idle();
  /// After an error has left many frames: gives back the room that they had, if it is much.
  /// Nothing may be live above exec.stack_top. Moves the stack.
  void trim_stack();
  /// Sets both limits from the stack's end and exec.slice_limit, unless a request is pending,
  /// which keeps them where every poll meets them. Whoever has just served a request, or put
  /// the process on a slice, calls this.
  void reset_limits();
  /// Asks the process to look up at its next poll. Any thread.
  void ask(u32 request_bits);
  /// Takes requests back that are served; reset_limits() follows.
  void served(u32 request_bits) { requests.fetch_and(~request_bits, std::memory_order_acq_rel); }
  bool asked(u32 request_bits) const {
    return requests.load(std::memory_order_acquire) & request_bits;
  }
  /// It ends at its next poll or when it would wait, and no catch or finally runs. The first
  /// reason stands.
  void end_soon(value::Value reason);
  /// While a receive tests a message: where in the stack that lies, plus 1. Else 0. Its tests must
  /// not receive, or the message that they accept in the end would be another one.
  u32 tested_slot = 0;
  /// True while every poll must take the slow path (the stepping scheduler, stress).
  bool poll_always : 1 = false;
  bool random_seeded : 1 = false;

  Relations& make_relations();
  Definitions& make_definitions();
  Failure& make_failure();

  /// A message goes from the inlet into the mailbox's list and counts from now on. May collect.
  void keep_message(heap::Fragment* message);

  // Selective receive: begin_scan, then next_message until there is one, its tests, and
  // accept_message, or skip_message and so on with the next one.

  void begin_scan();
  /// The message at the scan's place, handed to the program; null while there is none. Until it
  /// is accepted or skipped its root is kept up to date over collections.
  heap::Fragment* next_message();
  /// Leaves it in the mailbox. `kept`: the program may have kept parts of it.
  void skip_message(bool kept);
  /// Takes it out, and sets `sender`. Its values belong to the heap from now on.
  void accept_message();

  /// What counts toward the memory limit: heap, a stack that has grown, messages. The block
  /// that the process was made in is its owner's.
  u64 bytes() const { return heap.bytes(); }

  void visit_roots(heap::RootVisitor& visitor) override;
  void before_collection() override;
  void on_memory_limit() override;

  static Process& of(ExecState* exec) {
    return *reinterpret_cast<Process*>(reinterpret_cast<char*>(exec) - offsetof_exec());
  }
  static constexpr std::size_t offsetof_exec() { return sizeof(void*); }

 private:
  u64 stack_words() const { return u64(stack_end - stack_begin) + stack_slack; }
  u64* first_stack() const {
    return reinterpret_cast<u64*>(const_cast<Process*>(this)) + first_stack_offset_;
  }
  bool on_first_stack() const { return stack_begin == first_stack(); }
  bool move_stack(u64 words);
  void hold_message();
  void count_memory(u64 bytes);
  void uncount_memory(u64 bytes);

  u8 first_stack_words_;
  i16 first_stack_offset_;  ///< in words from the record
};
static_assert(sizeof(Process) <= 448, "an idle process is to cost 1 KiB at most");

}  // namespace lithe::process
