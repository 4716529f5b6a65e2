// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

#include "sched/runnable.hpp"

namespace lithe::sched {

/// Runnables that other threads have woken: many producers, one consumer, lock-free. Linked
/// through Scheduling::next, which is free while a Runnable is in no queue.
class Inlet {
 public:
  /// Any thread. Sequentially consistent: a consumer that announces its sleep and then finds
  /// the inlet empty is seen asleep by whoever pushes after.
  void push(Runnable& runnable) {
    Runnable* head = head_.load(std::memory_order_relaxed);
    do {
      runnable.scheduling.next = head;
    } while (!head_.compare_exchange_weak(head, &runnable, std::memory_order_seq_cst,
                                          std::memory_order_relaxed));
  }

  bool empty() const { return head_.load(std::memory_order_seq_cst) == nullptr; }

  /// The consumer: everything pushed so far, oldest first, linked by `next`.
  Runnable* take_all() {
    if (head_.load(std::memory_order_relaxed) == nullptr) return nullptr;
    Runnable* newest = head_.exchange(nullptr, std::memory_order_acquire);
    Runnable* oldest = nullptr;
    while (newest != nullptr) {
      Runnable* older = newest->scheduling.next;
      newest->scheduling.next = oldest;
      oldest = newest;
      newest = older;
    }
    return oldest;
  }

 private:
  std::atomic<Runnable*> head_{nullptr};
};

}  // namespace lithe::sched
