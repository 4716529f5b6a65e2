// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <mutex>
#include <vector>

#include "base/integers.hpp"

// Native stack slices. Rules:
// 1. Address space of a slice, low to high: [guard page][headroom][usable]. Compiled frames stop
//    at limit(), the lower end of `usable`; the headroom below is for C++ callees, which never
//    recurse without bound. Nothing but that check keeps one slice out of the next: guard pages
//    cost two kernel mappings each (65,530 in all), so only the first `guards` slices have one.
// 2. Slices are cut from a few large reservations, committed by use. A slice in the pool beyond
//    the few warm ones holds no memory.
// 3. A suspended stack holds compiled frames and our trampolines only, so a slice can be dropped
//    without unwinding.

namespace lithe::sched {

class SliceAllocator;
class Worker;

/// A suspended flow of control on some stack, and what the sanitizers want to know of the stack.
struct SwitchPoint {
  void* context = nullptr;     ///< Boost.Context's; null: nothing is suspended here
  void* fake_stack = nullptr;  ///< ASan's, of the suspended flow
  const void* bottom = nullptr;
  u64 bytes = 0;
  void* fiber = nullptr;  ///< TSan's
};

/// A stack slice. Made and kept by a SliceAllocator, used by one thread at a time. As a switch
/// point it is suspended either in the middle of a turn or between two jobs, ready for `entry`.
class Slice : public SwitchPoint {
 public:
  /// Compiled frames of this slice stay at or above this address.
  u64 limit() const { return limit_; }
  u64 top() const { return top_; }
  u64 usable_bytes() const { return top_ - limit_; }
  u32 size_class() const { return size_class_; }
  bool contains(u64 address) const { return address >= low_ && address < top_; }

  // The rest is the worker's.
  Worker* worker = nullptr;              ///< that runs it now; set by who switches in
  Slice* outer = nullptr;                ///< the slice that waits for a call on this one to return
  void (*entry)(Slice& self) = nullptr;  ///< what runs when it is entered the next time
  void* argument = nullptr;
  u64 counted = 0;        ///< bytes that its runnable was charged while parked
  Slice* next = nullptr;  ///< in a pool
  SliceAllocator& owner() const { return *owner_; }

  /// Use SliceAllocator::take().
  Slice(SliceAllocator& owner, u64 low, u64 limit, u64 top, u32 size_class);
  Slice(const Slice&) = delete;
  Slice& operator=(const Slice&) = delete;

 private:
  SliceAllocator* owner_;
  u64 low_;
  u64 limit_;
  u64 top_;
  u32 size_class_;
};

struct SliceOptions {
  u32 slice_kib = 64;   ///< usable part of the smallest slice
  u32 warm = 16;        ///< smallest slices in the pool that keep their memory
  u32 guards = 16'000;  ///< slices that get a guard page

  /// The defaults, with LITHE_SLICE_KB (4 to 65,536) from the environment.
  static SliceOptions from_environment();
};

/// Gives out slices of usable size slice_kib << size_class. Thread-safe.
class SliceAllocator {
 public:
  static constexpr u32 class_count = 24;
  static const u64 headroom_bytes;  ///< 128 KiB; more where sanitizers widen the frames

  explicit SliceAllocator(SliceOptions options = {});
  ~SliceAllocator();
  SliceAllocator(const SliceAllocator&) = delete;
  SliceAllocator& operator=(const SliceAllocator&) = delete;

  /// A slice on which nothing runs; null when there is no address space or memory left.
  Slice* take(u32 size_class);
  /// Takes back a slice whose flow has ended or is dropped (rule 3).
  void give(Slice& slice);
  /// Takes back a parked stack: the slice and all outer ones.
  void give_chain(Slice* innermost);

  u64 usable_bytes(u32 size_class) const { return u64{options_.slice_kib} * 1024 << size_class; }
  /// The smallest class with this many usable bytes; class_count when there is none.
  u32 class_for(u64 bytes) const;

  struct Statistics {
    u64 taken = 0;         ///< in use now
    u64 made = 0;          ///< cut from reservations, ever
    u64 reservations = 0;  ///< kernel mappings asked for, guard pages not counted
    u64 trims = 0;
  };
  Statistics statistics() const;

 private:
  struct Region {
    u64 begin, bytes;
  };

  Slice* make(u32 size_class);
  void trim(Slice& slice);
  u64 carve(u64 bytes);
  bool reserve(u64 least);

  SliceOptions options_;
  mutable std::mutex mutex_;
  std::deque<Slice> slices_;  ///< all control blocks ever made; addresses are stable
  Slice* warm_[class_count] = {};
  u32 warm_count_[class_count] = {};
  Slice* cold_[class_count] = {};
  std::vector<Region> regions_;
  u64 cursor_ = 0, end_ = 0;  ///< free rest of the newest region
  u64 next_region_bytes_ = u64{16} << 20;
  u32 guards_left_;
  Statistics statistics_;
};

}  // namespace lithe::sched
