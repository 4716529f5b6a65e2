// SPDX-License-Identifier: Apache-2.0
#include "sched/scheduler.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <deque>
#include <memory>
#include <thread>
#include <vector>

#include "sched/actor.test.hpp"
#include "sched/switch.hpp"

namespace lithe::sched {
namespace {

constexpr bool slow_build = LITHE_ASAN || LITHE_TSAN;

/// LITHE_STRESS=N multiplies the load.
u64 handoffs_wanted() {
  const char* factor = std::getenv("LITHE_STRESS");
  return (slow_build ? 20'000 : 100'000) *
         (factor != nullptr ? std::strtoull(factor, nullptr, 10) : 1);
}

std::unique_ptr<Scheduler> normal(bool end_when_stalled = true) {
  Scheduler::Options options;
  options.end_when_stalled = end_when_stalled;
  return make_scheduler(options);
}

TEST(LoopScheduler, PingPong) {
  auto scheduler = normal();
  constexpr u64 rounds = 100'000;
  u64 ball = 0;
  Actor *ping, *pong;
  auto player = [&](u64 parity) {
    return [&, parity](Actor& self) {
      if (ball >= 2 * rounds) {
        self.scheduler->wake(parity == 0 ? *pong : *ping);
        return RunOutcome::ended;
      }
      if (ball % 2 != parity) return RunOutcome::waiting;
      ++ball;
      self.scheduler->wake(parity == 0 ? *pong : *ping);
      return RunOutcome::waiting;
    };
  };
  Actor first(player(0)), second(player(1));
  ping = &first;
  pong = &second;
  scheduler->spawn(first);
  scheduler->spawn(second);
  EXPECT_EQ(scheduler->run(), Finish::done);
  EXPECT_EQ(ball, 2 * rounds);
}

TEST(LoopScheduler, AHundredThousandRunnables) {
  auto scheduler = normal();
  std::deque<Actor> actors;
  u64 sum = 0;
  for (int i = 0; i < 100'000; ++i) {
    Actor& actor = actors.emplace_back([&](Actor& self) {
      ++sum;
      return self.turns < 3 ? RunOutcome::yielded : RunOutcome::ended;
    });
    scheduler->spawn(actor);
  }
  EXPECT_EQ(scheduler->run(), Finish::done);
  EXPECT_EQ(sum, 300'000u);
}

TEST(LoopScheduler, DaemonsDoNotHoldTheRun) {
  auto scheduler = normal();
  Actor daemon([](Actor&) { return RunOutcome::yielded; });
  daemon.scheduling.daemon = true;
  Actor main([](Actor& self) { return self.turns < 9 ? RunOutcome::yielded : RunOutcome::ended; });
  scheduler->spawn(daemon);
  scheduler->spawn(main);
  EXPECT_EQ(scheduler->run(), Finish::done);
  EXPECT_TRUE(main.ended);
  EXPECT_FALSE(daemon.ended);
}

TEST(LoopScheduler, ARunStopsAndGoesOn) {
  auto scheduler = normal();
  Actor actor([](Actor& self) {
    if (self.turns % 10 == 0) self.scheduler->stop();
    return self.turns < 30 ? RunOutcome::yielded : RunOutcome::ended;
  });
  scheduler->spawn(actor);
  EXPECT_EQ(scheduler->run(), Finish::stopped);
  EXPECT_EQ(actor.turns, 10u);
  EXPECT_EQ(scheduler->run(), Finish::stopped);
  EXPECT_EQ(scheduler->run(), Finish::stopped);
  EXPECT_EQ(scheduler->run(), Finish::done);
}

TEST(LoopScheduler, AWakeUpDuringTheTurnIsKept) {
  auto scheduler = normal();
  Actor actor([](Actor& self) {
    self.scheduler->wake(self);
    self.scheduler->wake(self);
    return self.turns < 100 ? RunOutcome::waiting : RunOutcome::ended;
  });
  scheduler->spawn(actor);
  EXPECT_EQ(scheduler->run(), Finish::done);
  EXPECT_EQ(actor.turns, 100u);
}

TEST(LoopScheduler, HousekeepingIsNotWaitedFor) {
  auto scheduler = normal();
  Timer sweep;
  sweep.fire = [](void*) {};
  scheduler->add_housekeeping(sweep);
  constexpr u64 day_ns = u64{86'400} * 1'000'000'000;
  scheduler->add_timer(sweep, scheduler->now_monotonic() + day_ns);
  Actor actor([](Actor&) { return RunOutcome::waiting; });
  scheduler->spawn(actor);
  EXPECT_EQ(scheduler->run(), Finish::stalled);
  scheduler->cancel_timer(sweep);
}

/// What another thread was expected to do keeps a run from stalling until it is done.
void wait_for_the_expected(Scheduler& scheduler) {
  bool came = false;
  Actor waiter([&](Actor&) { return came ? RunOutcome::ended : RunOutcome::waiting; });
  scheduler.spawn(waiter);
  scheduler.expect_outside();
  struct Come {
    Scheduler& scheduler;
    Actor& waiter;
    bool& came;
  } come{scheduler, waiter, came};
  std::thread other([&] {
    scheduler.post(
        [](void* context) {
          auto& what = *static_cast<Come*>(context);
          what.came = true;
          what.scheduler.expect_no_more();
          what.scheduler.wake(what.waiter);
        },
        &come);
  });
  EXPECT_EQ(scheduler.run(), Finish::done);
  other.join();
  Actor stuck([](Actor&) { return RunOutcome::waiting; });
  scheduler.spawn(stuck);
  EXPECT_EQ(scheduler.run(), Finish::stalled);
}

TEST(LoopScheduler, WhatIsExpectedIsWaitedFor) { wait_for_the_expected(*normal()); }

TEST(SteppingScheduler, WhatIsExpectedIsWaitedFor) {
  Scheduler::Options options;
  options.end_when_stalled = true;
  wait_for_the_expected(*make_stepping_scheduler(options, 1));
}

TEST(LoopScheduler, NothingThatCanHappenIsStalled) {
  auto scheduler = normal();
  Actor actor(
      [](Actor& self) { return self.turns == 1 ? RunOutcome::waiting : RunOutcome::ended; });
  scheduler->spawn(actor);
  EXPECT_EQ(scheduler->run(), Finish::stalled);
  scheduler->wake(actor);
  EXPECT_EQ(scheduler->run(), Finish::done);
}

TEST(LoopScheduler, PrioritiesShareTheThread) {
  auto scheduler = normal();
  std::vector<std::unique_ptr<Actor>> actors;
  for (Priority priority : {Priority::low, Priority::normal, Priority::high}) {
    actors.push_back(std::make_unique<Actor>([](Actor&) { return RunOutcome::yielded; }));
    actors.back()->scheduling.priority = priority;
    actors.back()->scheduling.daemon = true;
    scheduler->spawn(*actors.back());
  }
  Actor main(
      [](Actor& self) { return self.turns < 1'000 ? RunOutcome::yielded : RunOutcome::ended; });
  scheduler->spawn(main);
  EXPECT_EQ(scheduler->run(), Finish::done);
  EXPECT_GT(actors[0]->turns, 10u) << "low is not starved";
  EXPECT_GT(actors[1]->turns, 900u);
  EXPECT_GT(actors[2]->turns, 5 * actors[1]->turns) << "high goes first";
}

TEST(LoopScheduler, TimersFireInOrderAndNotEarly) {
  auto scheduler = normal();
  struct Entry {
    Timer timer;
    Scheduler* scheduler;
    Actor* main;
    u64 deadline;
    std::vector<Entry*>* log;
  };
  std::vector<Entry*> log;
  std::vector<std::unique_ptr<Entry>> entries;
  Actor main([&](Actor& self) {
    if (self.turns == 1) {
      u64 now = self.scheduler->now_monotonic();
      for (u64 i = 0; i < 50; ++i) {
        auto& entry = *entries.emplace_back(std::make_unique<Entry>());
        entry.scheduler = self.scheduler;
        entry.main = &self;
        entry.log = &log;
        entry.deadline = now + (50 - i) * 500'000;
        entry.timer.context = &entry;
        entry.timer.fire = [](void* context) {
          auto& entry = *static_cast<Entry*>(context);
          EXPECT_GE(entry.scheduler->now_monotonic(), entry.deadline);
          entry.log->push_back(&entry);
          entry.scheduler->wake(*entry.main);
        };
        self.scheduler->add_timer(entry.timer, entry.deadline);
      }
      self.scheduler->cancel_timer(entries[7]->timer);
    }
    return log.size() == 49 ? RunOutcome::ended : RunOutcome::waiting;
  });
  scheduler->spawn(main);
  EXPECT_EQ(scheduler->run(), Finish::done);
  for (size_t i = 1; i < log.size(); ++i) {
    EXPECT_LE(log[i - 1]->deadline, log[i]->deadline + 500'000);
  }
}

TEST(LoopScheduler, TheTickerPreemptsWhoSpins) {
  auto scheduler = normal();
  bool stop = false;
  auto spinner = [&](Actor& self) {
    while (!stop) self.poll();
    return RunOutcome::ended;
  };
  Actor first(spinner), second(spinner);
  u64 turns = 0;
  Actor main([&](Actor&) {
    stop = ++turns == 20;
    return stop ? RunOutcome::ended : RunOutcome::yielded;
  });
  scheduler->spawn(first);
  scheduler->spawn(second);
  scheduler->spawn(main);
  EXPECT_EQ(scheduler->run(), Finish::done);
  EXPECT_EQ(turns, 20u);
}

TEST(LoopScheduler, WhoIsWokenInALongTurnBeginsItAnew) {
  auto scheduler = normal();
  Actor alone([&](Actor& self) {
    if (self.turns > 1) return RunOutcome::ended;
    scheduler->wake(self);
    while (!self.preempt.load(std::memory_order_relaxed)) {
      if (scheduler->should_yield_at_poll()) break;
    }
    return RunOutcome::yielded;
  });
  scheduler->spawn(alone);
  EXPECT_EQ(scheduler->run(), Finish::done);
  EXPECT_EQ(alone.turns, 2u);
}

TEST(LoopScheduler, ATimerGetsThroughToALoneSpinner) {
  auto scheduler = normal();
  bool fired = false;
  Timer timer;
  timer.context = &fired;
  timer.fire = [](void* fired) { *static_cast<bool*>(fired) = true; };
  Actor spinner([&](Actor& self) {
    self.scheduler->add_timer(timer, self.scheduler->now_monotonic() + 3'000'000);
    while (!fired) self.poll();
    return RunOutcome::ended;
  });
  scheduler->spawn(spinner);
  EXPECT_EQ(scheduler->run(), Finish::done);
}

TEST(LoopScheduler, AnotherThreadStopsASpinner) {
  auto scheduler = normal();
  std::atomic<bool> spinning{false};
  Actor spinner([&](Actor& self) {
    spinning = true;
    for (;;) self.poll();
    return RunOutcome::ended;
  });
  scheduler->spawn(spinner);
  std::thread other([&] {
    while (!spinning) std::this_thread::yield();
    scheduler->stop();
  });
  EXPECT_EQ(scheduler->run(), Finish::stopped);
  other.join();
}

TEST(LoopScheduler, PostsRunOnTheOwnThreadOutsideTurns) {
  auto scheduler = normal(false);
  scheduler->hold();
  struct Post {
    Scheduler* scheduler;
    std::thread::id owner;
  } post{scheduler.get(), std::this_thread::get_id()};
  std::thread other([&] {
    scheduler->post(
        [](void* context) {
          auto& post = *static_cast<Post*>(context);
          EXPECT_EQ(std::this_thread::get_id(), post.owner);
          EXPECT_EQ(Worker::current()->runnable(), nullptr);
          post.scheduler->release();
        },
        &post);
  });
  EXPECT_EQ(scheduler->run(), Finish::done);
  other.join();
}

TEST(LoopScheduler, IdleIsAnnounced) {
  auto scheduler = normal();
  u64 idle = 0;
  scheduler->on_idle([](void* idle) { ++*static_cast<u64*>(idle); }, &idle);
  Actor actor(
      [](Actor& self) { return self.turns == 1 ? RunOutcome::waiting : RunOutcome::ended; });
  Timer timer;
  timer.context = &actor;
  timer.fire = [](void* actor) {
    static_cast<Actor*>(actor)->scheduler->wake(*static_cast<Actor*>(actor));
  };
  scheduler->add_timer(timer, scheduler->now_monotonic() + 5'000'000);
  scheduler->spawn(actor);
  EXPECT_EQ(scheduler->run(), Finish::done);
  EXPECT_GE(idle, 1u);
}

/// Hands a token back and forth with another thread: each side goes on only when the other has
/// moved, so that one lost wake-up stalls it for ever.
TEST(LoopScheduler, NoWakeUpFromAnotherThreadIsLost) {
  const u64 handoffs = handoffs_wanted();
  auto scheduler = normal(false);
  std::atomic<u64> given{0}, taken{0};
  Actor actor([&](Actor&) {
    u64 seen = given.load(std::memory_order_acquire);
    taken.store(seen, std::memory_order_release);
    return seen == handoffs ? RunOutcome::ended : RunOutcome::waiting;
  });
  std::thread other([&] {
    for (u64 i = 1; i <= handoffs; ++i) {
      given.store(i, std::memory_order_release);
      scheduler->wake(actor);
      while (taken.load(std::memory_order_acquire) != i) std::this_thread::yield();
    }
  });
  scheduler->spawn(actor);
  EXPECT_EQ(scheduler->run(), Finish::done);
  other.join();
  EXPECT_EQ(taken.load(), handoffs);
}

/// The same with parked stacks, several runnables and several threads that wake at random.
TEST(LoopScheduler, ManyThreadsWakeMany) {
  constexpr u64 threads = 3, actors_count = 64;
  constexpr u64 per_thread = slow_build ? 20'000 : 100'000;
  auto scheduler = normal(false);
  struct Inbox {
    std::atomic<u64> sent{0};
    u64 received = 0;
  };
  std::vector<Inbox> inboxes(actors_count);
  std::atomic<u64> outstanding{threads * per_thread};
  std::vector<std::unique_ptr<Actor>> actors;
  for (u64 i = 0; i < actors_count; ++i) {
    actors.push_back(std::make_unique<Actor>([&, i](Actor& self) {
      for (;;) {
        u64 sent = inboxes[i].sent.load(std::memory_order_acquire);
        u64 fresh = sent - inboxes[i].received;
        inboxes[i].received = sent;
        if (fresh != 0 && outstanding.fetch_sub(fresh) == fresh) {
          self.scheduler->stop();
        }
        if (i % 2 == 0) return RunOutcome::waiting;
        park_current(RunOutcome::waiting);
      }
    }));
    scheduler->spawn(*actors.back());
  }
  std::vector<std::thread> wakers;
  for (u64 t = 0; t < threads; ++t) {
    wakers.emplace_back([&, t] {
      u64 random = t + 1;
      for (u64 i = 0; i < per_thread; ++i) {
        random = random * 6364136223846793005 + 1442695040888963407;
        u64 target = (random >> 33) % actors_count;
        inboxes[target].sent.fetch_add(1, std::memory_order_release);
        scheduler->wake(*actors[target]);
      }
    });
  }
  EXPECT_EQ(scheduler->run(), Finish::stopped);
  for (std::thread& waker : wakers) waker.join();
  EXPECT_EQ(outstanding.load(), 0u);
}

/// The ticker and other threads ask for preemption while runnables end and are freed.
TEST(LoopScheduler, PreemptionRacesWithTheEnd) {
  constexpr u64 count = slow_build ? 20'000 : 100'000;
  auto scheduler = normal(false);
  std::atomic<bool> done{false};
  std::thread other([&] {
    while (!done) scheduler->preempt_current();
  });
  struct Chain : Actor {
    explicit Chain(u64 left) : left(left) {
      turn = [](Actor& self) {
        auto& chain = static_cast<Chain&>(self);
        if (chain.left > 0) self.scheduler->spawn(*new Chain(chain.left - 1));
        self.poll();
        return RunOutcome::ended;
      };
    }
    void on_ended() override { delete this; }
    u64 left;
  };
  scheduler->spawn(*new Chain(count));
  EXPECT_EQ(scheduler->run(), Finish::done);
  done = true;
  other.join();
}

TEST(MakeScheduler, ReadsTheEnvironment) {
  setenv("LITHE_SCHED", "seed:17", 1);
  EXPECT_TRUE(make_scheduler_from_environment({})->stepping());
  setenv("LITHE_SCHED", "seed:x", 1);
  EXPECT_EQ(make_scheduler_from_environment({}), nullptr);
  setenv("LITHE_SCHED", "", 1);
  EXPECT_FALSE(make_scheduler_from_environment({})->stepping());
  unsetenv("LITHE_SCHED");
}

}  // namespace
}  // namespace lithe::sched
