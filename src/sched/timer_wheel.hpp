// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "base/integers.hpp"

namespace lithe::sched {

struct TimerLinks {
  TimerLinks* next = nullptr;
  TimerLinks* previous = nullptr;
};

/// A point in time at which `fire(context)` is called, once. Intrusive: whoever owns it keeps it
/// in place and alive while it is armed. 40 bytes.
struct Timer : TimerLinks {
  u64 tick = 0;  ///< milliseconds; the wheel's business
  void (*fire)(void* context) = nullptr;
  void* context = nullptr;

  bool armed() const { return next != nullptr; }
};

/// Hierarchical timer wheel: 8 levels of 64 slots, a tick is a millisecond; insert and cancel
/// are O(1). One thread.
///
/// A timer stands on the level of the highest 6-bit digit in which its tick differs from the
/// wheel's; so whatever shares a tick fires in the order of insertion, also over cascades.
class TimerWheel {
 public:
  static constexpr u64 never = ~u64{0};

  explicit TimerWheel(u64 now_tick);
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  /// Arms a timer that is not armed; a tick that has passed fires at the next advance().
  void insert(Timer& timer, u64 tick);
  /// => whether it was armed. Allowed inside a firing callback, for any timer.
  bool cancel(Timer& timer);
  /// Fires everything up to and including now_tick, in order of time. What a callback arms for
  /// its own tick or earlier fires at a later tick or in the next call, so this always ends.
  /// => how many fired
  u64 advance(u64 now_tick);
  /// No timer fires before this tick (it may be earlier than the first timer: then advance()
  /// moves timers down a level). `never` when empty.
  u64 next_tick() const;
  /// Something fires at the next advance(), whatever the time.
  bool has_due() const { return due_.next != &due_; }
  u64 now_tick() const { return now_; }
  u64 size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  static constexpr u32 digit_bits = 6, slots = 1u << digit_bits, levels = 8;

  void place(Timer& timer);
  void take_slot(u32 level, u32 slot, TimerLinks& into);
  u64 fire_due();
  u64 next_slot() const;

  u64 now_;
  u64 size_ = 0;
  std::array<u64, levels> occupied_{};  ///< a bit for each slot that is not empty
  TimerLinks due_;                      ///< fire at the next occasion
  std::array<TimerLinks, levels * slots> heads_;
};

}  // namespace lithe::sched
