// SPDX-License-Identifier: Apache-2.0
#include "runtime/watchdog.hpp"

#include <algorithm>
#include <chrono>

#include "sched/quiet_thread.hpp"

namespace lithe::runtime {

Watchdog::~Watchdog() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock(mutex_);
    quit_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

u64 Watchdog::now() {
  auto since = std::chrono::steady_clock::now().time_since_epoch();
  return u64(std::chrono::duration_cast<std::chrono::nanoseconds>(since).count());
}

bool Watchdog::arm(double milliseconds) {
  constexpr double longest = 1e15;  // nanoseconds: eleven days
  u64 deadline = now() + u64(std::clamp(milliseconds * 1e6, 0.0, longest));
  std::unique_lock lock(mutex_);
  if (!thread_.joinable()) {
    wakes_at_ = deadline_ = deadline;
    thread_ = sched::start_quiet_thread([this] { run(); });
    if (!thread_.joinable()) deadline_ = never;
    return thread_.joinable();
  }
  deadline_ = deadline;
  bool oversleeps = wakes_at_ > deadline;
  lock.unlock();
  if (oversleeps) changed_.notify_one();
  return true;
}

void Watchdog::disarm() {
  std::lock_guard lock(mutex_);
  deadline_ = never;
}

void Watchdog::run() {
  std::unique_lock lock(mutex_);
  while (!quit_) {
    u64 time = now();
    if (deadline_ <= time) {
      deadline_ = never;
      bark_();
      continue;
    }
    wakes_at_ = deadline_;
    if (wakes_at_ == never) {
      changed_.wait(lock);
    } else {
      changed_.wait_for(lock, std::chrono::nanoseconds(wakes_at_ - time));
    }
  }
}

}  // namespace lithe::runtime
