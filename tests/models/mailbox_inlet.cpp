// SPDX-License-Identifier: Apache-2.0
//
// Model of a mailbox's inlet (src/process/mailbox.cpp): two threads push two fragments each, the
// owner takes them in batches and sleeps when it finds none. A wake-up releases and waking
// acquires, as the state of a Runnable does (sched_wake.cpp): without that the owner could wake
// and still find nothing. Fragments of one sender arrive in
// order, their contents are visible, each batch has exactly one waker, and none is missed. In the
// second suite the owner closes the inlet at any time: each push is taken or refused.
#include <relacy/relacy.hpp>

namespace {

constexpr int producers = 2, each = 2;

struct Fragment {
  rl::var<int> number;
  rl::var<Fragment*> next;
};

struct Inlet {
  rl::atomic<Fragment*> newest;

  static Fragment* closed() { return reinterpret_cast<Fragment*>(1); }

  enum class Push { refused, queued, first };
  Push push(Fragment* arrival) {
    Fragment* top = newest($).load(rl::mo_relaxed);
    do {
      if (top == closed()) return Push::refused;
      arrival->next($) = top;
    } while (!newest($).compare_exchange_weak(top, arrival, rl::mo_release, rl::mo_relaxed));
    return top == nullptr ? Push::first : Push::queued;
  }

  Fragment* take() {
    if (newest($).load(rl::mo_relaxed) == nullptr) return nullptr;
    return reversed(newest($).exchange(nullptr, rl::mo_acquire));
  }

  Fragment* close() { return reversed(newest($).exchange(closed(), rl::mo_acquire)); }

  static Fragment* reversed(Fragment* top) {
    Fragment* oldest = nullptr;
    while (top != nullptr) {
      Fragment* before = top->next($);
      top->next($) = oldest;
      oldest = top;
      top = before;
    }
    return oldest;
  }
};

/// Checks the order of each producer's fragments; number = producer * 10 + index.
struct Taken {
  int next_index[producers] = {};
  int count = 0;

  void take(Fragment* arrival) {
    while (arrival != nullptr) {
      int number = arrival->number($);
      RL_ASSERT(number % 10 >= next_index[number / 10]);
      next_index[number / 10] = number % 10 + 1;
      count++;
      arrival = arrival->next($);
    }
  }
};

struct Delivery : rl::test_suite<Delivery, producers + 1> {
  Inlet inlet;
  Fragment fragments[producers][each];
  rl::atomic<int> wakes;

  void before() {
    inlet.newest($) = nullptr;
    wakes($) = 0;
  }

  void produce(unsigned index) {
    for (int i = 0; i < each; i++) {
      Fragment& fragment = fragments[index][i];
      fragment.number($) = int(index) * 10 + i;
      if (inlet.push(&fragment) == Inlet::Push::first) wakes($).fetch_add(1, rl::mo_release);
    }
  }

  void consume() {
    Taken taken;
    int woken = 0;
    int batches = 0;
    for (;;) {
      Fragment* batch = inlet.take();
      batches += batch != nullptr;
      taken.take(batch);
      if (taken.count == producers * each) break;
      if (batch != nullptr) continue;
      rl::linear_backoff backoff;
      while (wakes($).load(rl::mo_acquire) == woken) backoff.yield($);
      woken = wakes($).load(rl::mo_acquire);
    }
    rl::linear_backoff backoff;
    while (wakes($).load(rl::mo_relaxed) != batches) backoff.yield($);
  }

  void thread(unsigned index) {
    if (index == producers) {
      consume();
    } else {
      produce(index);
    }
  }
};

struct Closing : rl::test_suite<Closing, producers + 1> {
  Inlet inlet;
  Fragment fragments[producers][each];
  int taken;
  int refused[producers];

  void before() {
    inlet.newest($) = nullptr;
    taken = 0;
    refused[0] = refused[1] = 0;
  }

  void thread(unsigned index) {
    if (index == producers) {
      Taken all;
      all.take(inlet.take());
      all.take(inlet.close());
      taken = all.count;
      return;
    }
    for (int i = 0; i < each; i++) {
      Fragment& fragment = fragments[index][i];
      fragment.number($) = int(index) * 10 + i;
      if (inlet.push(&fragment) == Inlet::Push::refused) refused[index]++;
    }
  }

  void after() { RL_ASSERT(taken + refused[0] + refused[1] == producers * each); }
};

}  // namespace

int main() {
  rl::test_params parameters;
  parameters.search_type = rl::fair_context_bound_scheduler_type;
  parameters.context_bound = 2;
  bool passed = rl::simulate<Delivery>(parameters) && rl::simulate<Closing>(parameters);
  return passed ? 0 : 1;
}
