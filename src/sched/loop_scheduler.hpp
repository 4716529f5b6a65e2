// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sched/run_queue.hpp"
#include "sched/scheduler.hpp"
#include "sched/ticker.hpp"
#include "sched/worker.hpp"

namespace lithe::sched {

/// The normal scheduler: one worker with its run queue, its timer wheel and its libuv loop;
/// idle sleep is that loop's poll.
///
/// Preemption: the ticker asks whoever has run since the last tick to yield, but only when
/// something else waits for the thread (somebody queued, woken or posted, a timer due, an
/// operation started). The worker switches the ticker on when it starts a turn in that
/// situation, and off when it goes to sleep. When the system has no thread for the ticker, every
/// poll looks at the clock instead.
class LoopScheduler final : public Scheduler, private Dispatcher {
 public:
  explicit LoopScheduler(const Options& options);
  ~LoopScheduler() override;

  bool polls_always() const override { return no_ticker_.load(std::memory_order_relaxed); }
  bool should_yield_at_poll() override;
  u64 now_monotonic() override;
  i64 now_wall() override;
  void start(External& external) override;
  bool withdraw(External& external) override;
  uv_loop_s& loop() override;
  Finish run() override;
  void note_event(u64) override {}
  u64 trace_hash() const override { return 0; }
  bool stepping() const override { return false; }

 private:
  struct Loop;
  /// What the thread is about, for those who have put something into the inlet.
  enum class Mode : u8 {
    outside,   ///< not in run(), which begins by looking into the inlet
    running,   ///< looks between turns; the ticker cuts a long one short
    spinning,  ///< looking all the time
    asleep,    ///< in the loop's poll: the alarm wakes it
  };

  Runnable* take() override;
  void settle(Runnable& runnable, RunOutcome outcome) override;
  void enqueue_local(Runnable& runnable) override;
  void woken_in_turn() override;
  void alert() override;
  void timer_added(u64 tick) override;

  bool one_round(Finish& finish);
  void look_around();
  void fire_timers();
  void sleep();
  bool spin();
  void poll_asleep();
  void tick();
  /// Somebody must not run for long now.
  void want_ticks() {
    if (!ticker_.on()) start_ticker();
  }
  void start_ticker();
  bool somebody_waits() const;
  bool can_happen() const;

  Worker worker_;
  RunQueue queue_;
  std::unique_ptr<Loop> loop_;
  u32 turns_ = 0;  ///< since the loop was last polled
  u64 turn_number_ = 0;
  std::atomic<Mode> mode_{Mode::outside};
  bool spin_pays_ = false;             ///< the last sleep was cut short by another thread
  std::atomic<bool> tick_due_{false};  ///< the ticker's: time to look at clock and loop
  // Written by the worker for the ticker, which acts on a stale value at worst a tick late.
  std::atomic<u64> published_turn_{0};
  std::atomic<bool> queued_{false};
  std::atomic<bool> outside_{false};
  std::atomic<bool> woken_in_turn_{false};  ///< who runs has been told something in its turn
  std::atomic<u64> next_timer_{TimerWheel::never};
  u64 ticked_turn_ = 0;                 ///< the ticker's own
  std::atomic<bool> no_ticker_{false};  ///< it could not be started, the last time it was tried
  u64 turn_began_ = 0;                  ///< without a ticker: now_monotonic()
  Ticker ticker_;                       ///< last: its thread ends before the rest goes
};

}  // namespace lithe::sched
