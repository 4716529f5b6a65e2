// SPDX-License-Identifier: Apache-2.0
//
// Model of Scheduler::preempt_current against publish and unpublish: two threads ask whoever
// runs to yield while the worker ends one Runnable, frees it and starts the next. Nobody may
// look at one that has been freed (relacy finds the race on its memory).
#include <relacy/relacy.hpp>

namespace {

struct Runnable {
  rl::var<int> memory;
};

struct Preempt : rl::test_suite<Preempt, 3> {
  rl::atomic<Runnable*> current;
  rl::atomic<int> touching;
  Runnable runnables[2];

  void before() {
    current($) = nullptr;
    touching($) = 0;
    for (Runnable& runnable : runnables) runnable.memory($) = 1;
  }

  void preempt_current() {
    touching($).fetch_add(1, rl::mo_seq_cst);
    Runnable* runnable = current($).load(rl::mo_seq_cst);
    if (runnable != nullptr) RL_ASSERT(runnable->memory($) == 1);
    touching($).fetch_sub(1, rl::mo_seq_cst);
  }

  void unpublish() {
    current($).exchange(nullptr, rl::mo_seq_cst);
    rl::linear_backoff backoff;
    while (touching($).load(rl::mo_seq_cst) != 0) backoff.yield($);
  }

  void thread(unsigned index) {
    if (index < 2) return preempt_current();
    for (Runnable& runnable : runnables) {
      current($).store(&runnable, rl::mo_release);
      unpublish();
      runnable.memory($) = 0;
    }
  }
};

}  // namespace

int main() {
  rl::test_params parameters;
  parameters.search_type = rl::fair_context_bound_scheduler_type;
  parameters.context_bound = 3;
  return rl::simulate<Preempt>(parameters) ? 0 : 1;
}
