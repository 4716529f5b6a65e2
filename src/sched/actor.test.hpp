// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>

#include "sched/scheduler.hpp"
#include "sched/worker.hpp"

namespace lithe::sched {

/// A Runnable for tests: a turn is a call of `turn`.
struct Actor : Runnable {
  using Turn = std::function<RunOutcome(Actor&)>;

  Actor() = default;
  explicit Actor(Turn turn) : turn(std::move(turn)) {}

  RunOutcome resume(Worker& worker) override {
    ++turns;
    scheduler = &worker.scheduler();
    return turn(*this);
  }
  void request_preempt() override { preempt.store(true, std::memory_order_relaxed); }
  bool account_native(i64 bytes) override {
    if (bytes > 0 && native_bytes + bytes > native_limit) return false;
    native_bytes += bytes;
    return true;
  }
  void on_ended() override {
    ended = true;
    if (at_end) at_end();
  }

  /// What compiled code does at a loop head.
  void poll() {
    bool asked = preempt.load(std::memory_order_relaxed) &&
                 preempt.exchange(false, std::memory_order_acq_rel);
    if (asked || scheduler->should_yield_at_poll()) park_current(RunOutcome::yielded);
  }

  Turn turn;
  std::function<void()> at_end;
  Scheduler* scheduler = nullptr;
  std::atomic<bool> preempt{false};
  i64 native_bytes = 0;
  i64 native_limit = i64{1} << 40;
  u64 turns = 0;
  bool ended = false;
};

}  // namespace lithe::sched
