// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "base/integers.hpp"

namespace lithe::runtime {

/// Calls a function on a thread of its own when a time has passed, unless it is disarmed before:
/// for what the one thread of a runtime cannot see while it is busy. The thread is started at the
/// first arm().
///
/// Arming again and again is cheap: a thread that sleeps until an earlier time is left to find the
/// later one when it wakes.
class Watchdog {
 public:
  /// `bark` may be called by the watchdog's thread between arm() and the return of disarm(), once.
  /// It must not call the watchdog.
  explicit Watchdog(std::function<void()> bark) : bark_(std::move(bark)) {}
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  /// => false: the system has no thread to give.
  bool arm(double milliseconds);
  /// Afterwards it does not bark.
  void disarm();

 private:
  void run();
  static u64 now();

  static constexpr u64 never = ~u64{0};

  std::function<void()> bark_;
  std::mutex mutex_;
  std::condition_variable changed_;
  u64 deadline_ = never;  ///< nanoseconds of the steady clock; never: disarmed
  u64 wakes_at_ = never;  ///< when the thread looks next of its own accord
  bool quit_ = false;
  std::thread thread_;
};

}  // namespace lithe::runtime
