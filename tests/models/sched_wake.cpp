// SPDX-License-Identifier: Apache-2.0
//
// Model of the state byte of a Runnable (src/sched/runnable.hpp): two threads wake while two
// workers run it and put it to sleep. Each waker first says something, then wakes; the Runnable
// must come to hear both, must never stand in a queue twice, and its own memory is touched by
// one worker at a time.
#include <relacy/relacy.hpp>

namespace {

constexpr int waiting = 0, woken = 1, running = 2;  // a queued one is woken, running or both

struct Wake : rl::test_suite<Wake, 4> {
  rl::atomic<int> state;
  rl::atomic<int> queued;
  rl::atomic<int> said[2];
  rl::atomic<int> done;
  rl::var<int> memory;

  void before() {
    state($) = waiting;
    queued($) = 0;
    done($) = 0;
    memory($) = 0;
    said[0]($) = said[1]($) = 0;
  }

  void enqueue() {
    int others = queued($).fetch_add(1, rl::mo_acq_rel);
    RL_ASSERT(others == 0);
  }

  void wake(unsigned index) {
    said[index]($).store(1, rl::mo_relaxed);
    if (state($).fetch_or(woken, rl::mo_acq_rel) == waiting) enqueue();
  }

  void settle(bool yields) {
    int expected = running;
    if (yields || !state($).compare_exchange_strong(expected, waiting, rl::mo_acq_rel)) enqueue();
  }

  bool take() {
    int one = 1;
    return queued($).compare_exchange_strong(one, 0, rl::mo_acq_rel);
  }

  void work() {
    rl::linear_backoff backoff;
    while (done($).load(rl::mo_acquire) == 0) {
      if (!take()) {
        backoff.yield($);
        continue;
      }
      state($).exchange(running, rl::mo_acq_rel);
      memory($) = memory($) + 1;
      int heard = said[0]($).load(rl::mo_relaxed) + said[1]($).load(rl::mo_relaxed);
      bool yields = memory($) == 1;
      if (heard == 2) done($).store(1, rl::mo_release);
      settle(yields);
    }
  }

  void thread(unsigned index) {
    if (index < 2) {
      wake(index);
    } else {
      work();
    }
  }
};

}  // namespace

int main() {
  rl::test_params parameters;
  parameters.search_type = rl::fair_context_bound_scheduler_type;
  parameters.context_bound = 2;
  return rl::simulate<Wake>(parameters) ? 0 : 1;
}
