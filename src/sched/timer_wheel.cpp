// SPDX-License-Identifier: Apache-2.0
#include "sched/timer_wheel.hpp"

#include <algorithm>
#include <bit>

#include "base/assert.hpp"

namespace lithe::sched {
namespace {

void make_empty(TimerLinks& head) { head.next = head.previous = &head; }

void append(TimerLinks& head, TimerLinks& item) {
  item.next = &head;
  item.previous = head.previous;
  head.previous->next = &item;
  head.previous = &item;
}

/// Moves all of `from` to the end of `into`.
void move_all(TimerLinks& from, TimerLinks& into) {
  if (from.next == &from) return;
  from.next->previous = into.previous;
  into.previous->next = from.next;
  from.previous->next = &into;
  into.previous = from.previous;
  make_empty(from);
}

Timer* pop(TimerLinks& head) {
  if (head.next == &head) return nullptr;
  TimerLinks* first = head.next;
  head.next = first->next;
  first->next->previous = &head;
  first->next = first->previous = nullptr;
  return static_cast<Timer*>(first);
}

}  // namespace

TimerWheel::TimerWheel(u64 now_tick) : now_(now_tick) {
  make_empty(due_);
  for (TimerLinks& head : heads_) make_empty(head);
}

void TimerWheel::place(Timer& timer) {
  if (timer.tick <= now_) {
    append(due_, timer);
    return;
  }
  u32 level = (63 - static_cast<u32>(std::countl_zero(timer.tick ^ now_))) / digit_bits;
  u32 slot = static_cast<u32>(timer.tick >> (level * digit_bits)) % slots;
  occupied_[level] |= u64{1} << slot;
  append(heads_[level * slots + slot], timer);
}

void TimerWheel::insert(Timer& timer, u64 tick) {
  LITHE_ASSERT(!timer.armed());
  // The wheel's digits end at 2^48 ms, which is 8,900 years.
  timer.tick = std::min(tick, (u64{1} << (digit_bits * levels)) - 1);
  ++size_;
  place(timer);
}

bool TimerWheel::cancel(Timer& timer) {
  if (!timer.armed()) return false;
  TimerLinks* before = timer.previous;
  TimerLinks* after = timer.next;
  before->next = after;
  after->previous = before;
  timer.next = timer.previous = nullptr;
  --size_;
  if (before == after) {
    // Only a head is its own neighbour; due_ and the batch being fired have no bit.
    u64 index =
        (reinterpret_cast<u64>(before) - reinterpret_cast<u64>(heads_.data())) / sizeof(TimerLinks);
    if (index < heads_.size()) {
      occupied_[index / slots] &= ~(u64{1} << (index % slots));
    }
  }
  return true;
}

void TimerWheel::take_slot(u32 level, u32 slot, TimerLinks& into) {
  occupied_[level] &= ~(u64{1} << slot);
  move_all(heads_[level * slots + slot], into);
}

u64 TimerWheel::fire_due() {
  TimerLinks batch;
  make_empty(batch);
  move_all(due_, batch);
  u64 fired = 0;
  while (Timer* timer = pop(batch)) {
    --size_;
    ++fired;
    timer->fire(timer->context);
  }
  return fired;
}

// The start of the first slot that is not empty.
u64 TimerWheel::next_slot() const {
  for (u32 level = 0; level < levels; ++level) {
    u32 shift = level * digit_bits;
    u32 digit = static_cast<u32>(now_ >> shift) % slots;
    // Slots at or before the digit are empty: what stood there is on a lower level by now.
    u64 later = occupied_[level] & ~((u64{2} << digit) - 1);
    if (later == 0) continue;
    u64 slot = static_cast<u64>(std::countr_zero(later));
    return ((now_ >> shift) - digit + slot) << shift;
  }
  return never;
}

u64 TimerWheel::next_tick() const { return has_due() ? now_ : next_slot(); }

u64 TimerWheel::advance(u64 now_tick) {
  u64 fired = fire_due();
  for (u64 next = next_slot(); next <= now_tick; next = next_slot()) {
    now_ = next;
    TimerLinks moving;
    make_empty(moving);
    for (u32 level = 0; level < levels; ++level) {
      u32 slot = static_cast<u32>(now_ >> (level * digit_bits)) % slots;
      if ((occupied_[level] >> slot & 1) != 0) take_slot(level, slot, moving);
    }
    while (Timer* timer = pop(moving)) place(*timer);
    fired += fire_due();
  }
  now_ = std::max(now_, now_tick);
  return fired;
}

}  // namespace lithe::sched
