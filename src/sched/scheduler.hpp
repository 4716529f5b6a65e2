// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "sched/inlet.hpp"
#include "sched/runnable.hpp"
#include "sched/slice.hpp"
#include "sched/timer_wheel.hpp"

struct uv_loop_s;

namespace lithe::sched {

class Worker;

/// How a run ended.
enum class Finish : u8 {
  done,     ///< nothing holds it any more
  stopped,  ///< stop() was called
  stalled,  ///< held, but nothing can ever happen: no one runnable, no timer, nothing started
};

/// An operation outside that the scheduler waits for: I/O. Intrusive, owned by who starts it.
/// All calls come on the worker's thread, outside any turn or inside start().
class External {
 public:
  /// Starts it on the loop; its completion comes from the loop and ends with
  /// Scheduler::finished().
  virtual void begin(uv_loop_s& loop) = 0;
  /// The stepping scheduler: does all of it now, blocking if need be, completion and
  /// Scheduler::finished() included.
  virtual void run_now() = 0;
  /// The scheduler goes away: end without a completion (what finished() is for is not due).
  virtual void drop() = 0;

  External* next_external = nullptr;      ///< the scheduler's
  External* previous_external = nullptr;  ///< the scheduler's

 protected:
  ~External() = default;
};

/// Runs Runnables, fires timers and waits for what is outside. Two kinds: the normal one (real
/// clock, one thread), and the stepping one (virtual clock, every choice drawn from a seed).
///
/// Thread rules: "any thread" says so; everything else belongs to the thread inside run(), or,
/// between runs, to the one thread that uses the scheduler.
class Scheduler {
 public:
  struct Options {
    SliceOptions slices;
    /// run() gives `stalled` instead of sleeping for ever when nothing but another thread could
    /// wake anybody, and none is expected to (expect_outside). Off when other threads may.
    bool end_when_stalled = false;
  };

  virtual ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  // -- Runnables ----------------------------------------------------------------------------

  /// Takes a new Runnable into the run queue; unless it is a daemon, it holds the run until it
  /// ends. Any thread. It must stay alive until on_ended().
  void spawn(Runnable& runnable);
  /// Lets a waiting Runnable run (see runnable.hpp). Any thread; the caller knows that it has
  /// not been destroyed. Does nothing for one that is queued or has ended.
  void wake(Runnable& runnable) {
    u8 before = runnable.scheduling.state.fetch_or(run_state::woken, std::memory_order_acq_rel);
    if (before == run_state::waiting) {
      enqueue(runnable);
    } else if (before == run_state::running) {
      woken_in_turn();
    }
  }
  /// Asks whoever runs now to yield at its next poll. Any thread; not from a signal handler.
  void preempt_current();
  /// Whether every poll must ask should_yield_at_poll(). It may change between turns.
  virtual bool polls_always() const = 0;
  /// Whether to yield at this poll although nobody asked. The stepping scheduler draws, the
  /// normal one looks at the clock.
  virtual bool should_yield_at_poll() = 0;

  // -- Time ---------------------------------------------------------------------------------

  virtual u64 now_monotonic() = 0;  ///< nanoseconds from an arbitrary start
  virtual i64 now_wall() = 0;       ///< nanoseconds since 1970
  /// Arms a timer for a time of now_monotonic(); it fires at the first millisecond not before.
  /// A time that has passed (0) means: after the turn that runs now.
  /// Timer callbacks run outside any turn; they may wake, arm and cancel, and must not block.
  void add_timer(Timer& timer, u64 deadline);
  /// A timer for housekeeping alone: nobody is woken by it, so a run need not wait for it.
  void add_housekeeping(const Timer& timer) { housekeeping_.push_back(&timer); }
  /// => whether it was armed
  bool cancel_timer(Timer& timer) { return wheel_.cancel(timer); }

  // -- The outside --------------------------------------------------------------------------

  /// Begins an operation; it counts as something that can still happen until finished().
  virtual void start(External& external) = 0;
  virtual void finished(External& external);
  /// => true: it had not begun and never will (finished() is not due).
  virtual bool withdraw(External& external) = 0;
  /// Counts something that another thread will wake or post for: as long as there is any, run()
  /// does not stall. The stepping scheduler fires all timers before it waits for threads.
  void expect_outside() { expected_.fetch_add(1, std::memory_order_relaxed); }
  void expect_no_more() { expected_.fetch_sub(1, std::memory_order_relaxed); }
  /// The event loop, made at the first use.
  virtual uv_loop_s& loop() = 0;
  /// Calls function(context) on the worker's thread, outside any turn, soon. Any thread. Posts
  /// that have not run when the scheduler is destroyed are forgotten.
  void post(void (*function)(void*), void* context);
  /// Called before the thread goes to sleep: output is flushed there.
  void on_idle(void (*function)(void*), void* context) {
    idle_function_ = function;
    idle_context_ = context;
  }

  // -- Running ------------------------------------------------------------------------------

  /// Runs until nothing holds (every non-daemon has ended and every hold() is released), or
  /// stop(). May be called again; what was left goes on then.
  virtual Finish run() = 0;
  /// Makes run() return after the current turn. Any thread.
  void stop();
  /// Counts something that keeps run() from being done. Any thread.
  void hold() { holds_.fetch_add(1, std::memory_order_relaxed); }
  void release();

  /// Folds an event into the trace hash (stepping); the normal scheduler ignores it.
  virtual void note_event(u64 event) = 0;
  /// Hash of all decisions and events so far (stepping); 0 else.
  virtual u64 trace_hash() const = 0;
  /// True: single-stepping by seed; every poll takes the slow path, nothing is concurrent.
  virtual bool stepping() const = 0;

  SliceAllocator& slices() { return slices_; }

 protected:
  Scheduler(const Options& options, u64 now);

  /// Queues a Runnable that has just become woken. Any thread.
  void enqueue(Runnable& runnable);
  /// The same, on the worker's thread.
  virtual void enqueue_local(Runnable& runnable) = 0;
  /// Whoever runs now has something to look at when its turn begins anew: the turn must not last.
  /// Once a turn at most. Any thread.
  virtual void woken_in_turn() = 0;
  /// Something was put into the inlet or the stop flag was set by another thread.
  virtual void alert() = 0;
  /// A timer was armed for this tick.
  virtual void timer_added(u64 tick) = 0;
  /// On the worker's thread: queues what other threads woke and runs what they posted.
  void drain_inlet();
  bool inlet_empty() const {
    return inlet_.empty() && !posted_.load(std::memory_order_seq_cst) &&
           !stop_.load(std::memory_order_seq_cst);
  }
  bool take_stop() {
    return stop_.load(std::memory_order_relaxed) &&
           stop_.exchange(false, std::memory_order_acq_rel);
  }
  bool held() const { return holds_.load(std::memory_order_acquire) != 0; }
  /// Some timer may let something happen.
  bool has_timers() const {
    auto armed = std::ranges::count_if(housekeeping_, &Timer::armed);
    return wheel_.size() > u64(armed);
  }
  bool may_stall() const {
    return options_.end_when_stalled && expected_.load(std::memory_order_relaxed) == 0;
  }
  /// Marks who is dispatched as running, for preempt_current().
  void publish(Runnable& runnable) {
    runnable.scheduling.next = nullptr;
    runnable.scheduling.state.exchange(run_state::running, std::memory_order_acq_rel);
    current_.store(&runnable, std::memory_order_release);
  }
  /// Afterwards no other thread is looking at who ran last.
  void unpublish();
  /// The end of a turn: => true when the Runnable is to be queued again.
  bool settle_state(Runnable& runnable, RunOutcome outcome);
  void link(External& external);
  void unlink(External& external);
  External* oldest_external() const { return oldest_external_; }
  bool has_externals() const { return oldest_external_ != nullptr; }
  /// For destructors: ends everything that was started.
  void drop_externals();
  void call_idle() {
    if (idle_function_ != nullptr) idle_function_(idle_context_);
  }

  Options options_;
  SliceAllocator slices_;
  TimerWheel wheel_;

 private:
  struct Post {
    void (*function)(void*);
    void* context;
  };

  bool on_own_thread() const;
  void end(Runnable& runnable);

  std::vector<const Timer*> housekeeping_;
  External* oldest_external_ = nullptr;  ///< started and not finished, oldest first
  External* newest_external_ = nullptr;
  Inlet inlet_;
  std::atomic<Runnable*> current_{nullptr};  ///< who runs, or ran last and has not ended
  std::atomic<u32> touching_{0};             ///< threads that may be looking at *current_
  std::atomic<bool> stop_{false};
  std::atomic<bool> posted_{false};
  std::atomic<u64> holds_{0};
  std::atomic<u64> expected_{0};
  std::mutex posts_mutex_;
  std::vector<Post> posts_;
  void (*idle_function_)(void*) = nullptr;
  void* idle_context_ = nullptr;
};

/// The normal scheduler: one thread, the real clock.
std::unique_ptr<Scheduler> make_scheduler(const Scheduler::Options& options);
/// The stepping scheduler (stepping.hpp) for a seed.
std::unique_ptr<Scheduler> make_stepping_scheduler(const Scheduler::Options& options, u64 seed);
/// By LITHE_SCHED: `seed:N` steps, unset or empty is normal; null for anything else.
std::unique_ptr<Scheduler> make_scheduler_from_environment(const Scheduler::Options& options);

}  // namespace lithe::sched
