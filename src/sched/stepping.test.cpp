// SPDX-License-Identifier: Apache-2.0
#include "sched/stepping.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <set>
#include <string>
#include <thread>

#include "sched/actor.test.hpp"

namespace lithe::sched {
namespace {

std::unique_ptr<Scheduler> stepping(u64 seed) {
  Scheduler::Options options;
  options.end_when_stalled = true;
  return make_stepping_scheduler(options, seed);
}

/// A small program with everything that a seed decides: => its trace and what it printed.
std::pair<u64, std::string> play(u64 seed) {
  auto scheduler = stepping(seed);
  std::string log;
  std::deque<Actor> actors;
  std::deque<Timer> timers;
  for (char name : std::string("abcdef")) {
    Timer& timer = timers.emplace_back();
    Actor& actor = actors.emplace_back([&, name](Actor& self) {
      for (int i = 0; i < 5; ++i) {
        self.poll();
        log += name;
        self.scheduler->note_event(static_cast<u64>(name));
      }
      if (self.turns == 3) return RunOutcome::ended;
      self.scheduler->add_timer(
          timer, self.scheduler->now_monotonic() + static_cast<u64>(name - 'a') * 300'000);
      return RunOutcome::waiting;
    });
    timer.context = &actor;
    timer.fire = [](void* actor) {
      static_cast<Actor*>(actor)->scheduler->wake(*static_cast<Actor*>(actor));
    };
    scheduler->spawn(actor);
  }
  EXPECT_EQ(scheduler->run(), Finish::done);
  return {scheduler->trace_hash(), log};
}

TEST(SteppingScheduler, ASeedRepeatsAndSeedsDiffer) {
  std::set<u64> traces;
  std::set<std::string> logs;
  for (u64 seed = 0; seed < 200; ++seed) {
    auto first = play(seed);
    EXPECT_EQ(first, play(seed)) << "seed " << seed;
    traces.insert(first.first);
    logs.insert(first.second);
    EXPECT_EQ(first.second.size(), 6u * 3 * 5);
  }
  EXPECT_EQ(traces.size(), 200u);
  EXPECT_GT(logs.size(), 150u);
}

TEST(SteppingScheduler, EventsAreInTheTrace) {
  auto first = stepping(1), second = stepping(1);
  first->note_event(5);
  second->note_event(6);
  EXPECT_NE(first->trace_hash(), second->trace_hash());
}

TEST(SteppingScheduler, TheClockJumpsWhenNobodyIsReady) {
  auto scheduler = stepping(3);
  constexpr u64 day = u64{24} * 3'600 * 1'000'000'000;
  u64 slept = 0;
  Timer timer;
  Actor sleeper([&](Actor& self) {
    u64 now = self.scheduler->now_monotonic();
    if (self.turns == 2) {
      slept = now - slept;
      return RunOutcome::ended;
    }
    slept = now;
    self.scheduler->add_timer(timer, now + day);
    return RunOutcome::waiting;
  });
  timer.context = &sleeper;
  timer.fire = [](void* actor) {
    static_cast<Actor*>(actor)->scheduler->wake(*static_cast<Actor*>(actor));
  };
  scheduler->spawn(sleeper);
  i64 wall = scheduler->now_wall();
  EXPECT_EQ(scheduler->run(), Finish::done);
  EXPECT_GE(slept, day);
  EXPECT_LE(slept, day + 2'000'000);
  EXPECT_GE(scheduler->now_wall() - wall, static_cast<i64>(day));
}

TEST(SteppingScheduler, WhoSpinsUntilATimerComesToAnEnd) {
  for (u64 seed = 0; seed < 10; ++seed) {
    auto scheduler = stepping(seed);
    bool fired = false;
    Timer timer;
    timer.context = &fired;
    timer.fire = [](void* fired) { *static_cast<bool*>(fired) = true; };
    Actor spinner([&](Actor& self) {
      if (self.turns == 1) {
        self.scheduler->add_timer(timer, self.scheduler->now_monotonic() + 1'000'000);
      }
      return fired ? RunOutcome::ended : RunOutcome::yielded;
    });
    scheduler->spawn(spinner);
    EXPECT_EQ(scheduler->run(), Finish::done);
  }
}

struct FakeOperation : External {
  FakeOperation(Scheduler& scheduler, std::string& log, char name)
      : scheduler(scheduler), log(log), name(name) {}
  void begin(uv_loop_s&) override { ADD_FAILURE() << "the loop is not used"; }
  void run_now() override {
    log += name;
    scheduler.finished(*this);
    scheduler.wake(*waiter);
  }
  void drop() override { log += '!'; }
  Scheduler& scheduler;
  std::string& log;
  char name;
  Actor* waiter = nullptr;
};

TEST(SteppingScheduler, OperationsCompleteInTheOrderOfTheirStartWhenNobodyIsReady) {
  for (u64 seed = 0; seed < 20; ++seed) {
    auto scheduler = stepping(seed);
    std::string log;
    FakeOperation a(*scheduler, log, 'a'), b(*scheduler, log, 'b'), c(*scheduler, log, 'c');
    Actor actor([&](Actor& self) {
      if (self.turns == 1) {
        for (FakeOperation* operation : {&a, &b, &c}) {
          operation->waiter = &self;
          self.scheduler->start(*operation);
        }
        EXPECT_TRUE(self.scheduler->withdraw(b));
      }
      if (self.turns < 10) {
        EXPECT_EQ(log, "");
        return RunOutcome::yielded;
      }
      return log == "ac" ? RunOutcome::ended : RunOutcome::waiting;
    });
    scheduler->spawn(actor);
    EXPECT_EQ(scheduler->run(), Finish::done);
    EXPECT_EQ(log, "ac");
  }
}

TEST(SteppingScheduler, WhatWasStartedIsDroppedWithTheScheduler) {
  std::string log;
  auto scheduler = stepping(1);
  FakeOperation a(*scheduler, log, 'a');
  scheduler->start(a);
  scheduler.reset();
  EXPECT_EQ(log, "!");
}

TEST(SteppingScheduler, AnotherThreadWakesIt) {
  Scheduler::Options options;
  auto scheduler = make_stepping_scheduler(options, 5);
  std::atomic<bool> waiting{false};
  Actor actor([&](Actor& self) {
    waiting = true;
    return self.turns == 1 ? RunOutcome::waiting : RunOutcome::ended;
  });
  scheduler->spawn(actor);
  std::thread other([&] {
    while (!waiting) std::this_thread::yield();
    scheduler->wake(actor);
  });
  EXPECT_EQ(scheduler->run(), Finish::done);
  other.join();
}

}  // namespace
}  // namespace lithe::sched
