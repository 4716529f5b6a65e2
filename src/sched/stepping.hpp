// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>

#include "sched/scheduler.hpp"
#include "sched/worker.hpp"

namespace lithe::sched {

/// The stepping scheduler: one thread, a virtual clock, and every choice drawn from a seed, so
/// that a seed repeats an interleaving exactly. For tests and for `LITHE_SCHED=seed:N`.
///
/// - Who runs next is drawn among all that are ready, priorities disregarded. Whether to yield
///   is drawn at each poll, with a likelihood between 1/2 and 1/1024 that belongs to the seed.
/// - When nobody is ready, the operation that was started first is done to its end, taking no
///   virtual time; when there is none either, the clock jumps to the next timer.
/// - Otherwise the clock creeps: 10 ns for each turn and 100 ns each time it is read, so that a
///   program that spins until a time or a timer comes to an end.
/// - What other threads post or wake is taken between turns, and is the one thing that no seed
///   decides.
class SteppingScheduler final : public Scheduler, private Dispatcher {
 public:
  SteppingScheduler(const Options& options, u64 seed);
  ~SteppingScheduler() override;

  bool polls_always() const override { return true; }
  bool should_yield_at_poll() override;
  u64 now_monotonic() override;
  i64 now_wall() override;
  void start(External& external) override;
  void finished(External& external) override;
  bool withdraw(External& external) override;
  uv_loop_s& loop() override;
  Finish run() override;
  void note_event(u64 event) override;
  u64 trace_hash() const override { return trace_; }
  bool stepping() const override { return true; }

 private:
  Runnable* take() override;
  void settle(Runnable& runnable, RunOutcome outcome) override;
  void enqueue_local(Runnable& runnable) override { ready_.push_back(&runnable); }
  void woken_in_turn() override {}
  void alert() override;
  void timer_added(u64) override {}

  u64 draw();
  bool one_round(Finish& finish);
  bool run_external();
  bool jump_to_timer();
  void wait_for_threads();

  Worker worker_;
  std::vector<Runnable*> ready_;
  u64 random_;
  u64 yield_mask_;  ///< yields when these bits of a draw are all zero
  u64 trace_;
  u64 clock_;  ///< nanoseconds
  std::mutex mutex_;
  std::condition_variable alerted_;
};

}  // namespace lithe::sched
