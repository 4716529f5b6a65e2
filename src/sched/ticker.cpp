// SPDX-License-Identifier: Apache-2.0
#include "sched/ticker.hpp"

#include <chrono>

#include "sched/quiet_thread.hpp"

namespace lithe::sched {

Ticker::~Ticker() {
  {
    std::lock_guard lock(mutex_);
    quit_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

// Either this sees that the thread sleeps and wakes it, or the thread sees `on` before it does.
bool Ticker::resume() {
  on_.store(true, std::memory_order_seq_cst);
  if (!asleep_.load(std::memory_order_seq_cst)) return true;
  std::lock_guard lock(mutex_);
  if (!thread_.joinable()) {
    thread_ = start_quiet_thread([this] { run(); });
    if (!thread_.joinable()) {
      on_.store(false);
      return false;
    }
    asleep_.store(false, std::memory_order_seq_cst);  // it waits for the lock that is held here
  }
  changed_.notify_all();
  return true;
}

void Ticker::sleep(std::unique_lock<std::mutex>& lock) {
  asleep_.store(true, std::memory_order_seq_cst);
  while (!on_.load(std::memory_order_seq_cst) && !quit_) changed_.wait(lock);
  asleep_.store(false, std::memory_order_seq_cst);
}

void Ticker::run() {
  std::unique_lock lock(mutex_);
  u32 idle = 0;
  while (!quit_) {
    changed_.wait_for(lock, std::chrono::milliseconds(1));
    if (quit_) return;
    if (on_.load(std::memory_order_relaxed)) {
      idle = 0;
      lock.unlock();
      tick_(context_);
      lock.lock();
    } else if (++idle > patience) {
      sleep(lock);
      idle = 0;
    }
  }
}

}  // namespace lithe::sched
