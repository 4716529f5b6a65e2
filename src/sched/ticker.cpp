// SPDX-License-Identifier: Apache-2.0
#include "sched/ticker.hpp"

#include <signal.h>

#include <chrono>

namespace lithe::sched {
namespace {

/// Signals are for the host's threads.
std::thread start_quietly(auto body) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(body);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace

Ticker::~Ticker() {
  {
    std::lock_guard lock(mutex_);
    quit_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

// Either this sees that the thread sleeps and wakes it, or the thread sees `on` before it does.
void Ticker::resume() {
  on_.store(true, std::memory_order_seq_cst);
  if (!asleep_.load(std::memory_order_seq_cst)) return;
  std::lock_guard lock(mutex_);
  if (!thread_.joinable()) {
    asleep_.store(false, std::memory_order_seq_cst);
    thread_ = start_quietly([this] { run(); });
  }
  changed_.notify_all();
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
