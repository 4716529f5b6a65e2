// SPDX-License-Identifier: Apache-2.0
#include "sched/interrupt.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include "sched/actor.test.hpp"

namespace lithe::sched {
namespace {

TEST(InterruptWatch, ControlCStopsASpinner) {
  for (int kind = 0; kind < 2; ++kind) {
    auto scheduler = kind == 0 ? make_scheduler({}) : make_stepping_scheduler({}, 4);
    InterruptWatch watch(
        [](void* scheduler) {
          static_cast<Scheduler*>(scheduler)->stop();
          static_cast<Scheduler*>(scheduler)->preempt_current();
        },
        scheduler.get());
    Actor spinner([&](Actor& self) {
      raise(SIGINT);
      for (;;) self.poll();
      return RunOutcome::ended;
    });
    scheduler->spawn(spinner);
    EXPECT_EQ(scheduler->run(), Finish::stopped);
  }
}

TEST(InterruptWatch, TheHandlerBeforeComesBack) {
  struct sigaction ignore = {}, now;
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGINT, &ignore, nullptr);
  {
    InterruptWatch watch([](void*) {}, nullptr);
  }
  sigaction(SIGINT, nullptr, &now);
  EXPECT_EQ(now.sa_handler, SIG_IGN);
  ignore.sa_handler = SIG_DFL;
  sigaction(SIGINT, &ignore, nullptr);
}

TEST(InterruptWatch, EachInterruptIsHeardUntilTheEnd) {
  std::atomic<int> heard{0};
  {
    InterruptWatch watch([](void* heard) { ++*static_cast<std::atomic<int>*>(heard); }, &heard);
    raise(SIGINT);
  }
  EXPECT_EQ(heard.load(), 1);
}

}  // namespace
}  // namespace lithe::sched
