// SPDX-License-Identifier: Apache-2.0
//
// Model of the limits of a process (Process::ask and reset_limits in src/process/process.cpp):
// whoever asks sets a request and then lowers the limit; the owner resets the limit and then reads
// the requests again. When all is done and a request stands, the limit is low.
#include <relacy/relacy.hpp>

namespace {

constexpr int low = 0, high = 1;

struct Limits : rl::test_suite<Limits, 3> {
  rl::atomic<int> requests;
  rl::atomic<int> limit;

  void before() {
    requests($) = 0;
    limit($) = high;
  }

  void ask(int request) {
    requests($).fetch_or(request, rl::mo_seq_cst);
    limit($).store(low, rl::mo_seq_cst);
  }

  void reset() {
    limit($).store(high, rl::mo_seq_cst);
    if (requests($).load(rl::mo_seq_cst) != 0) limit($).store(low, rl::mo_seq_cst);
  }

  void serve() {
    int asked = requests($).load(rl::mo_acquire);
    if (asked == 0) return;
    requests($).fetch_and(~asked, rl::mo_acq_rel);
    reset();
  }

  void thread(unsigned index) {
    if (index < 2) {
      ask(1 << index);
    } else {
      reset();
      serve();
      serve();
    }
  }

  void after() {
    if (requests($).load(rl::mo_relaxed) != 0) RL_ASSERT(limit($).load(rl::mo_relaxed) == low);
  }
};

}  // namespace

int main() {
  rl::test_params parameters;
  parameters.search_type = rl::fair_context_bound_scheduler_type;
  parameters.context_bound = 3;
  return rl::simulate<Limits>(parameters) ? 0 : 1;
}
