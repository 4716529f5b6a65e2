// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>

#include "base/integers.hpp"
#include "runtime/watchdog.hpp"

namespace lithe::runtime {

class Runtime;

/// What the host bounds: the time of each of its calls, and who answers for it.
///
/// Everything that is started while a call of the host is under way (processes, delayed messages)
/// has the call's number. When the call's time is over, or its main process passes a memory limit,
/// what has its number ends with it; what was there before goes on.
///
/// When time is over, the watchdog's thread asks whoever runs to stop, so that long builtins
/// notice, and posts the rest to the runtime's thread.
class Limits {
 public:
  explicit Limits(Runtime& runtime) : runtime_(runtime) {}

  enum class Kind : u8 {
    call,     ///< the main process is ended
    program,  ///< a run to the end: the program is stopped
  };
  /// A call of the host begins. It may take the runtime's time limit and `more_ms`.
  /// => false: the system has no thread to watch the time.
  bool begin_call(Kind kind, double more_ms = 0);
  void end_call();

  /// Of the call under way; 0: none, what starts is the host's own.
  u32 call_number() const { return current_; }
  /// The call's time is over. Any thread.
  bool time_is_over() const { return over_.load(std::memory_order_acquire); }
  /// Whoever runs is asked to yield: true once after the time was over, and a builtin that it is
  /// in is to fail. Any thread.
  bool take_strike() { return strike_.load(std::memory_order_relaxed) && strike_.exchange(false); }

  /// Ends what the call under way has started, and runs until it has ended. Outside any turn.
  void end_started();
  /// The same for all processes but the host's mailboxes.
  void end_all();
  /// A process with Task::doomed has ended.
  void note_doomed_ended();

 private:
  void bark();
  static void on_time_over(void* limits);
  void doom(bool all);
  void wait_for_doomed();

  Runtime& runtime_;
  std::unique_ptr<Watchdog> watchdog_;
  Kind kind_ = Kind::call;
  u32 current_ = 0, last_ = 0;
  u64 doomed_ = 0;
  bool waits_for_doomed_ = false;
  std::atomic<bool> over_{false};
  std::atomic<bool> strike_{false};
};

}  // namespace lithe::runtime
