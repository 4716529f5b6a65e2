// SPDX-License-Identifier: Apache-2.0
//
// Model of the inlet and the worker's sleep (src/sched/inlet.hpp, LoopScheduler::alert and
// sleep): two threads push while the worker looks, announces its sleep, looks again and sleeps
// until the alarm. It must get both pushes.
#include <relacy/relacy.hpp>

namespace {

constexpr int mode_running = 0, mode_asleep = 1;

struct Node {
  rl::var<Node*> next;
};

struct Sleep : rl::test_suite<Sleep, 3> {
  rl::atomic<Node*> head;
  rl::atomic<int> mode;
  rl::atomic<int> alarm;
  Node nodes[2];

  void before() {
    head($) = nullptr;
    mode($) = mode_running;
    alarm($) = 0;
  }

  void push(Node& node) {
    Node* newest = head($).load(rl::mo_relaxed);
    do {
      node.next($) = newest;
    } while (!head($).compare_exchange_weak(newest, &node, rl::mo_seq_cst));
    if (mode($).load(rl::mo_seq_cst) != mode_asleep) return;
    int expected = mode_asleep;
    if (mode($).compare_exchange_strong(expected, mode_running, rl::mo_seq_cst)) {
      alarm($).store(1, rl::mo_release);
    }
  }

  int take_all() {
    if (head($).load(rl::mo_relaxed) == nullptr) return 0;
    int count = 0;
    for (Node* node = head($).exchange(nullptr, rl::mo_acquire); node != nullptr;
         node = node->next($)) {
      ++count;
    }
    return count;
  }

  void sleep() {
    mode($).store(mode_asleep, rl::mo_seq_cst);
    if (head($).load(rl::mo_seq_cst) == nullptr) {
      rl::linear_backoff backoff;
      while (alarm($).exchange(0, rl::mo_acquire) == 0) backoff.yield($);
    }
    mode($).store(mode_running, rl::mo_seq_cst);
  }

  void thread(unsigned index) {
    if (index < 2) return push(nodes[index]);
    for (int got = 0; got < 2;) {
      int fresh = take_all();
      got += fresh;
      if (fresh == 0) sleep();
    }
  }
};

}  // namespace

int main() {
  rl::test_params parameters;
  parameters.search_type = rl::fair_context_bound_scheduler_type;
  parameters.context_bound = 3;
  return rl::simulate<Sleep>(parameters) ? 0 : 1;
}
