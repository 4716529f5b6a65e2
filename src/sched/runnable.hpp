// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

#include "base/integers.hpp"

// What a scheduler runs. The scheduler knows nothing else about a process.
//
// Life of a Runnable, kept in one atomic byte: bits `woken` and `running`, and an end mark.
//
//               wake                 dispatch
//   waiting ----------> queued --------------------> running <---+
//   (0)                 (woken)                      |  |  |     | wake: sets woken,
//      ^                                             |  |  +-----+ does not queue
//      |        resume gives `waiting`, woken not set|  |
//      +---------------------------------------------+  | resume gives `waiting`, woken set,
//                                                       | or `yielded`
//                       queued (running, and perhaps woken) <-- dispatch: running again
//
// 1. Every transition is a read-modify-write of that byte. A waker first makes what it has to
//    say visible (pushes the message, sets the flag), then wakes; who is dispatched reads after
//    the dispatch. Whichever of the two comes second in the byte's order sees the other: a
//    wake-up that races with going to sleep is never lost.
// 2. The one that turns 0 into `woken` is the one that puts the Runnable into a queue, so it is
//    in at most one queue, once.
// 3. `waiting` is entered by the worker after the Runnable's stack has been left, so nobody can
//    resume a stack that is still in use.
// 4. After `ended` the scheduler touches it once more, by on_ended(), its stack left.

namespace lithe::sched {

class Worker;
class Slice;
class Runnable;

/// What a turn came to.
enum class RunOutcome : u8 {
  yielded,  ///< wants to run on: goes to the end of its queue
  waiting,  ///< runs again after the next wake(), also one that came during the turn
  ended,    ///< never runs again
};

enum class Priority : u8 { high, normal, low };

namespace run_state {
constexpr u8 waiting = 0, woken = 1, running = 2, ended = 4;
}

/// The scheduler's part of a Runnable. Nobody else writes it, but for `priority` and `daemon`
/// before the Runnable is spawned.
struct Scheduling {
  Runnable* next = nullptr;  ///< link of the queue that it stands in
  Slice* parked = nullptr;   ///< innermost slice of its parked native stack
  std::atomic<u8> state{run_state::waiting};
  Priority priority = Priority::normal;
  bool daemon = false;  ///< does not keep run() from being done
};

class Runnable {
 public:
  Runnable() = default;
  /// Frees a parked native stack without resuming it. Only after on_ended(), or while no
  /// scheduler runs; before the scheduler is destroyed.
  virtual ~Runnable();
  Runnable(const Runnable&) = delete;
  Runnable& operator=(const Runnable&) = delete;

  /// One turn, on a native slice. `worker` is the one that starts the turn: after a
  /// park_current() inside, it may be another, so ask Worker::current() again. No C++ exception
  /// may leave it.
  virtual RunOutcome resume(Worker& worker) = 0;

  /// Asks for a yield at the next poll. From any thread, also when it does not run (any more):
  /// then it must be harmless. Only atomics may be touched.
  virtual void request_preempt() = 0;

  /// Native stack memory that belongs to this Runnable grows or shrinks. => false refuses a
  /// growth (call_on_further_slice then gives false). Called by the thread that runs it;
  /// what is parked stays all the same, and is not given back later.
  virtual bool account_native(i64 bytes) = 0;

  /// The last call: the scheduler is done with it; it may delete itself.
  virtual void on_ended() {}

  Scheduling scheduling;
};

static_assert(sizeof(Runnable) <= 48, "a process record has 1 KiB for everything");

}  // namespace lithe::sched
