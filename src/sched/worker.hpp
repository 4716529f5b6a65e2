// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sched/runnable.hpp"
#include "sched/slice.hpp"

// A thread that runs Runnables on native slices. Rules:
// 1. The worker's loop lives on its thread's own stack; Runnables run on slices. A turn that
//    returns leaves its slice to the next Runnable; one that parks takes the slice with it, and
//    the worker goes on with a fresh one.
// 2. Base frames of slices hold no scheduler state: which worker runs a slice is read from the
//    slice after every call that may have parked.
// 3. `Worker::current()` is read anew after everything that may park: the flow of control may
//    then be on another thread. The same holds for errno and any thread_local.

namespace lithe::sched {

class Scheduler;

/// What a worker asks its scheduler, always on the worker's thread.
class Dispatcher {
 public:
  /// The next to run, its state already `running`; null: back to the scheduler's loop.
  virtual Runnable* take() = 0;
  /// A turn is over and its stack has been left, or stands parked.
  virtual void settle(Runnable& runnable, RunOutcome outcome) = 0;

 protected:
  ~Dispatcher() = default;
};

class Worker {
 public:
  Worker(Scheduler& scheduler, Dispatcher& dispatcher, SliceAllocator& slices);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// The worker of the calling thread; null when it is none.
  static Worker* current();

  Scheduler& scheduler() const { return scheduler_; }
  /// Whose turn it is; null between turns (timer and I/O callbacks).
  Runnable* runnable() const { return runnable_; }
  /// Lowest address that compiled frames may use on the slice that runs now. Changes inside and
  /// after call_on_further_slice().
  u64 native_limit() const { return active_->limit(); }
  bool on_slice() const { return active_ != nullptr; }

  /// Suspends the turn that the calling thread is running, with all its native frames, and gives
  /// the thread to others: `yielded` queues it again, `waiting` until a wake(). Returns when it
  /// is resumed, possibly on another thread. C++ frames below hold no lock, and nothing whose
  /// destructor matters: a parked stack may be dropped.
  static void park(RunOutcome why);
  /// Calls function(argument) on a slice of at least twice the size of the one that runs now,
  /// and at least `least_usable` bytes. => true when it has returned; it may park. => false
  /// without a call when the Runnable refuses the memory or there is none. Only inside a turn.
  static bool call_on_further_slice(void (*function)(void*), void* argument, u64 least_usable);

  // For schedulers:

  /// Makes the calling thread this worker, until detach().
  void attach();
  void detach();
  /// Runs what the dispatcher gives until it gives null.
  void run_batch();
  /// What every slice does: one job after the other (switch.cpp starts it).
  [[noreturn]] static void slice_main(Slice& self);

 private:
  static void batch_main(Slice& self);
  static void further_main(Slice& self);
  Runnable* after_turn(Slice& self, Runnable& runnable, RunOutcome outcome);
  Slice& slice_for(Runnable& runnable);
  void keep_parked();

  Scheduler& scheduler_;
  Dispatcher& dispatcher_;
  SliceAllocator& slices_;
  SwitchPoint home_;         ///< the thread's own stack while a slice runs
  Slice* active_ = nullptr;  ///< innermost slice that runs
  Slice* spare_ = nullptr;   ///< where the next turn without a parked stack starts
  Slice* left_ = nullptr;    ///< base slice that has just ended its job
  Runnable* runnable_ = nullptr;
  Runnable* next_ = nullptr;    ///< taken, but must be started from home
  Worker* previous_ = nullptr;  ///< of the thread, restored by detach()
  RunOutcome park_outcome_ = RunOutcome::yielded;
  bool parked_ = false;  ///< home was reached by park()
};

inline void park_current(RunOutcome why) { Worker::park(why); }
inline bool call_on_further_slice(void (*function)(void*), void* argument, u64 least_usable = 0) {
  return Worker::call_on_further_slice(function, argument, least_usable);
}

}  // namespace lithe::sched
