// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sched/runnable.hpp"

namespace lithe::sched {

/// Who is to run, by priority, each a FIFO linked through Scheduling::next. One thread.
///
/// Nobody starves: after `patience` turns of a higher priority in a row, one of the next lower
/// one that has anybody gets a turn.
class RunQueue {
 public:
  static constexpr u32 patience = 8;

  bool empty() const { return size_ == 0; }
  u64 size() const { return size_; }

  void push(Runnable& runnable) {
    List& list = lists_[static_cast<u32>(runnable.scheduling.priority)];
    runnable.scheduling.next = nullptr;
    (list.last != nullptr ? list.last->scheduling.next : list.first) = &runnable;
    list.last = &runnable;
    ++size_;
  }

  /// => null when empty
  Runnable* pop() {
    if (size_ == 0) return nullptr;
    --size_;
    List* chosen = nullptr;
    for (List& list : lists_) {
      if (list.first == nullptr) continue;
      if (chosen != nullptr && ++list.passed_over <= patience) break;
      chosen = &list;
    }
    chosen->passed_over = 0;
    return take_first(*chosen);
  }

 private:
  struct List {
    Runnable* first = nullptr;
    Runnable* last = nullptr;
    u32 passed_over = 0;  ///< turns that the next higher priority has had before it
  };

  static Runnable* take_first(List& list) {
    Runnable* runnable = list.first;
    list.first = runnable->scheduling.next;
    if (list.first == nullptr) list.last = nullptr;
    runnable->scheduling.next = nullptr;
    return runnable;
  }

  List lists_[3];
  u64 size_ = 0;
};

}  // namespace lithe::sched
