// SPDX-License-Identifier: Apache-2.0
#include "sched/timer_wheel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <vector>

namespace lithe::sched {
namespace {

/// A timer that notes when it fired.
struct Noted {
  Noted(TimerWheel& wheel, std::vector<Noted*>& log) : wheel(wheel), log(log) {
    timer.fire = [](void* self) { static_cast<Noted*>(self)->fired(); };
    timer.context = this;
  }
  void fired() {
    fired_at = wheel.now_tick();
    log.push_back(this);
    if (then != nullptr) then(*this);
  }

  TimerWheel& wheel;
  std::vector<Noted*>& log;
  Timer timer;
  u64 deadline = 0;
  u64 order = 0;
  u64 fired_at = 0;
  void (*then)(Noted&) = nullptr;
  Noted* other = nullptr;
};

TEST(TimerWheel, FiresLikeASortedListForRandomTimes) {
  std::mt19937_64 random(7);
  u64 now = 123'456'789;
  TimerWheel wheel(now);
  std::vector<Noted*> log;
  std::vector<std::unique_ptr<Noted>> all;
  std::vector<Noted*> expected;
  for (int round = 0; round < 2'000; ++round) {
    for (int i = 0; i < 10; ++i) {
      Noted& noted = *all.emplace_back(std::make_unique<Noted>(wheel, log));
      noted.order = all.size();
      noted.deadline = now + random() % (u64{1} << (random() % 34));
      wheel.insert(noted.timer, noted.deadline);
      expected.push_back(&noted);
    }
    if (random() % 2 == 0) {
      size_t index = random() % expected.size();
      EXPECT_TRUE(wheel.cancel(expected[index]->timer));
      EXPECT_FALSE(wheel.cancel(expected[index]->timer));
      expected.erase(expected.begin() + static_cast<long>(index));
    }
    now += random() % (u64{1} << (random() % 24));
    log.clear();
    u64 fired = wheel.advance(now);
    std::sort(expected.begin(), expected.end(), [](const Noted* a, const Noted* b) {
      return std::pair(a->deadline, a->order) < std::pair(b->deadline, b->order);
    });
    auto end = std::find_if(expected.begin(), expected.end(),
                            [&](Noted* noted) { return noted->deadline > now; });
    ASSERT_EQ(log, std::vector<Noted*>(expected.begin(), end));
    ASSERT_EQ(fired, log.size());
    for (Noted* noted : log) ASSERT_LE(noted->deadline, noted->fired_at);
    expected.erase(expected.begin(), end);
    ASSERT_EQ(wheel.size(), expected.size());
    if (expected.empty()) {
      ASSERT_EQ(wheel.next_tick(), TimerWheel::never);
    } else {
      ASSERT_LE(wheel.next_tick(), expected.front()->deadline);
    }
  }
}

TEST(TimerWheel, EqualTimesFireInTheOrderOfInsertionOverCascades) {
  TimerWheel wheel(0);
  std::vector<Noted*> log;
  Noted early(wheel, log), middle(wheel, log), late(wheel, log);
  wheel.insert(early.timer, 5'000);
  wheel.advance(4'100);
  wheel.insert(middle.timer, 5'000);
  wheel.advance(4'999);
  wheel.insert(late.timer, 5'000);
  wheel.advance(10'000);
  EXPECT_EQ(log, (std::vector<Noted*>{&early, &middle, &late}));
}

TEST(TimerWheel, NextTickLeadsToEveryTimer) {
  TimerWheel wheel(10);
  std::vector<Noted*> log;
  Noted far(wheel, log), near(wheel, log);
  wheel.insert(far.timer, 100'000'000);
  wheel.insert(near.timer, 11);
  int steps = 0;
  while (!wheel.empty()) {
    wheel.advance(wheel.next_tick());
    ++steps;
  }
  EXPECT_EQ(near.fired_at, 11u);
  EXPECT_EQ(far.fired_at, 100'000'000u);
  EXPECT_LE(steps, 8);
}

TEST(TimerWheel, ACallbackMayCancelAndArm) {
  TimerWheel wheel(0);
  std::vector<Noted*> log;
  Noted first(wheel, log), second(wheel, log), again(wheel, log);
  first.other = &second;
  first.then = [](Noted& noted) { EXPECT_TRUE(noted.wheel.cancel(noted.other->timer)); };
  again.then = [](Noted& noted) { noted.wheel.insert(noted.timer, noted.wheel.now_tick()); };
  wheel.insert(first.timer, 5);
  wheel.insert(second.timer, 5);
  wheel.insert(again.timer, 6);
  wheel.advance(100);
  EXPECT_EQ(log, (std::vector<Noted*>{&first, &again}));
  EXPECT_EQ(wheel.advance(100), 1u);
  EXPECT_TRUE(wheel.cancel(again.timer));
  EXPECT_TRUE(wheel.empty());
}

TEST(TimerWheel, ATimeBeyondTheLastDigitIsKept) {
  TimerWheel wheel(1);
  std::vector<Noted*> log;
  Noted noted(wheel, log);
  wheel.insert(noted.timer, TimerWheel::never);
  wheel.advance(u64{1} << 40);
  EXPECT_TRUE(noted.timer.armed());
  EXPECT_TRUE(wheel.cancel(noted.timer));
}

}  // namespace
}  // namespace lithe::sched
