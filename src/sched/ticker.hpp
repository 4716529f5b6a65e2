// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/integers.hpp"

namespace lithe::sched {

/// A thread that calls tick(context) about every millisecond while it is on. Started at the
/// first resume(): a program in which one process runs alone never has it. Switched off, it goes
/// on counting for a while before it sleeps, so that switching it on again soon costs a store.
class Ticker {
 public:
  Ticker(void (*tick)(void* context), void* context) : tick_(tick), context_(context) {}
  ~Ticker();
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

  bool on() const { return on_.load(std::memory_order_relaxed); }
  /// Any thread. => false: the system has no thread to give now; ask again.
  bool resume();
  /// Any thread. A tick may still be under way.
  void pause() { on_.store(false, std::memory_order_relaxed); }

 private:
  void run();
  void sleep(std::unique_lock<std::mutex>& lock);

  static constexpr u32 patience = 16;  ///< ticks switched off before it sleeps

  void (*tick_)(void*);
  void* context_;
  std::atomic<bool> on_{false};
  std::atomic<bool> asleep_{true};  ///< also before the thread is started
  std::mutex mutex_;
  std::condition_variable changed_;
  bool quit_ = false;
  std::thread thread_;
};

}  // namespace lithe::sched
