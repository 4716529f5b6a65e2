// SPDX-License-Identifier: Apache-2.0
#include "sched/worker.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "sched/actor.test.hpp"
#include "sched/switch.hpp"

namespace lithe::sched {
namespace {

u64 stack_pointer() { return reinterpret_cast<u64>(__builtin_frame_address(0)); }

/// Each test runs under the normal scheduler and under a few seeds.
class WorkerTest : public testing::TestWithParam<int> {
 protected:
  std::unique_ptr<Scheduler> make() {
    Scheduler::Options options;
    options.end_when_stalled = true;
    if (GetParam() == 0) return make_scheduler(options);
    return make_stepping_scheduler(options, static_cast<u64>(GetParam()));
  }
};
INSTANTIATE_TEST_SUITE_P(Kinds, WorkerTest, testing::Range(0, 8));

TEST_P(WorkerTest, ATurnThatReturnsLeavesItsSliceToTheNext) {
  auto scheduler = make();
  std::vector<std::unique_ptr<Actor>> actors;
  for (int i = 0; i < 100; ++i) {
    actors.push_back(std::make_unique<Actor>([](Actor& self) {
      EXPECT_GE(stack_pointer(), Worker::current()->native_limit());
      EXPECT_EQ(Worker::current()->runnable(), &self);
      return self.turns < 5 ? RunOutcome::yielded : RunOutcome::ended;
    }));
    scheduler->spawn(*actors.back());
  }
  EXPECT_EQ(scheduler->run(), Finish::done);
  for (auto& actor : actors) {
    EXPECT_EQ(actor->turns, 5u);
    EXPECT_TRUE(actor->ended);
  }
  EXPECT_EQ(scheduler->slices().statistics().made, 1u);
}

TEST_P(WorkerTest, AParkedTurnKeepsItsFramesAndItsSlice) {
  auto scheduler = make();
  constexpr u64 count = 50;
  std::vector<std::unique_ptr<Actor>> actors;
  for (u64 i = 0; i < count; ++i) {
    actors.push_back(std::make_unique<Actor>([i](Actor& self) {
      volatile u64 mine[64];
      for (u64 k = 0; k < 64; ++k) mine[k] = i * 1'000 + k;
      for (int round = 0; round < 10; ++round) {
        park_current(RunOutcome::yielded);
        for (u64 k = 0; k < 64; ++k) EXPECT_EQ(mine[k], i * 1'000 + k);
      }
      EXPECT_EQ(self.native_bytes, 0) << "what runs is not charged";
      return RunOutcome::ended;
    }));
    scheduler->spawn(*actors.back());
  }
  EXPECT_EQ(scheduler->run(), Finish::done);
  for (auto& actor : actors) EXPECT_EQ(actor->turns, 1u);
  EXPECT_LE(scheduler->slices().statistics().made, count + 1);
  EXPECT_LE(scheduler->slices().statistics().taken, 1u);
}

TEST_P(WorkerTest, AParkedTurnIsChargedAndCanBeKilled) {
  auto scheduler = make();
  bool unwound = false, killed = false;
  Actor victim([&](Actor&) {
    park_current(RunOutcome::waiting);
    unwound = killed;
    return RunOutcome::ended;
  });
  Actor killer([&](Actor& self) {
    if (victim.turns == 0) return RunOutcome::yielded;
    EXPECT_GE(victim.native_bytes, 4096);
    EXPECT_NE(victim.scheduling.parked, nullptr);
    killed = true;
    self.scheduler->wake(victim);
    return RunOutcome::ended;
  });
  scheduler->spawn(victim);
  scheduler->spawn(killer);
  EXPECT_EQ(scheduler->run(), Finish::done);
  EXPECT_TRUE(unwound);
  EXPECT_EQ(victim.native_bytes, 0);
}

TEST_P(WorkerTest, AParkedTurnThatIsRefusedGivesNothingBack) {
  Actor actor([](Actor&) {
    park_current(RunOutcome::yielded);
    return RunOutcome::ended;
  });
  auto scheduler = make();
  actor.native_limit = 0;
  scheduler->spawn(actor);
  EXPECT_EQ(scheduler->run(), Finish::done);
  EXPECT_EQ(actor.turns, 1u);
  EXPECT_TRUE(actor.ended);
  EXPECT_EQ(actor.native_bytes, 0);
}

TEST_P(WorkerTest, AParkedStackCanBeDropped) {
  auto scheduler = make();
  {
    Actor sleeper([](Actor&) {
      park_current(RunOutcome::waiting);
      ADD_FAILURE() << "resumed";
      return RunOutcome::ended;
    });
    sleeper.scheduling.daemon = true;
    Actor main(
        [&](Actor&) { return sleeper.turns == 0 ? RunOutcome::yielded : RunOutcome::ended; });
    scheduler->spawn(sleeper);
    scheduler->spawn(main);
    EXPECT_EQ(scheduler->run(), Finish::done);
    EXPECT_EQ(scheduler->slices().statistics().taken, sleeper.scheduling.parked ? 2u : 1u);
  }
  EXPECT_EQ(scheduler->slices().statistics().taken, 1u);
}

/// Recurses natively, a further slice whenever the limit is met, and parks at the bottom.
struct Deep {
  Actor& actor;
  u64 depth;
  u64 reached = 0;
  u64 slices_used = 0;
  bool refused = false;

  static void go(void* argument) {
    Deep& self = *static_cast<Deep*>(argument);
    ++self.slices_used;
    self.down(self.depth);
  }
  [[gnu::noinline]] void down(u64 left) {
    volatile char frame[200] = {};
    if (left == 0) {
      park_current(RunOutcome::yielded);
      return;
    }
    if (stack_pointer() < Worker::current()->native_limit()) {
      depth = left;
      if (!call_on_further_slice(&Deep::go, this)) refused = true;
      return;
    }
    ++reached;
    down(left - 1);
    if (left % 1'000 == 0) actor.poll();
    frame[0] = frame[1];
  }
};

TEST_P(WorkerTest, DeepRecursionGoesOnInFurtherSlices) {
  auto scheduler = make();
  static constexpr u64 depth = 100'000;
  std::vector<std::unique_ptr<Actor>> actors;
  for (int i = 0; i < 3; ++i) {
    actors.push_back(std::make_unique<Actor>([](Actor& self) {
      Deep deep{self, depth};
      Deep::go(&deep);
      EXPECT_EQ(deep.reached, depth);
      EXPECT_GE(deep.slices_used, 8u);
      EXPECT_LE(deep.slices_used, 14u);
      EXPECT_EQ(self.native_bytes, 0);
      return RunOutcome::ended;
    }));
    scheduler->spawn(*actors.back());
  }
  EXPECT_EQ(scheduler->run(), Finish::done);
  EXPECT_LE(scheduler->slices().statistics().taken, 1u);
}

TEST_P(WorkerTest, AfterADeepRecursionTheMemoryIsGivenBack) {
  auto scheduler = make();
  Actor actor([](Actor&) {
    auto touch = [](void*) {
      volatile char frame[32 << 20];
      for (u64 i = 0; i < sizeof frame; i += 4096) frame[i] = 1;
    };
    EXPECT_TRUE(call_on_further_slice(touch, nullptr, 64 << 20));
    return RunOutcome::ended;
  });
  scheduler->spawn(actor);
  EXPECT_EQ(scheduler->run(), Finish::done);
  EXPECT_EQ(scheduler->slices().statistics().trims, 1u);
  Slice* large = scheduler->slices().take(10);
  EXPECT_EQ(large->usable_bytes(), 64u << 20);
  unsigned char resident[512];
  ASSERT_EQ(
      mincore(reinterpret_cast<void*>((large->top() & ~u64{4095}) - (2 << 20)), 2 << 20, resident),
      0);
  EXPECT_EQ(std::count(resident, resident + 500, 1), 0);
  scheduler->slices().give(*large);
}

TEST_P(WorkerTest, ARefusedSliceIsNotEntered) {
  auto scheduler = make();
  Actor actor([](Actor& self) {
    Deep deep{self, u64{1} << 40};
    Deep::go(&deep);
    EXPECT_TRUE(deep.refused);
    EXPECT_GT(deep.slices_used, 2u);
    return RunOutcome::ended;
  });
  actor.native_limit = 1'000'000;
  scheduler->spawn(actor);
  EXPECT_EQ(scheduler->run(), Finish::done);
  EXPECT_EQ(actor.native_bytes, 0);
  EXPECT_LE(scheduler->slices().statistics().taken, 1u);
}

TEST_P(WorkerTest, AFurtherSliceHasTheWantedSize) {
  auto scheduler = make();
  Actor actor([](Actor&) {
    u64 room = 0;
    EXPECT_TRUE(call_on_further_slice(
        [](void* room) {
          *static_cast<u64*>(room) = stack_pointer() - Worker::current()->native_limit();
        },
        &room, 4 << 20));
    EXPECT_GT(room, u64{4 << 20} - 10'000);
    return RunOutcome::ended;
  });
  scheduler->spawn(actor);
  EXPECT_EQ(scheduler->run(), Finish::done);
}

TEST_P(WorkerTest, AChainParkedInsideIsDroppedWhole) {
  auto scheduler = make();
  {
    Actor sleeper([](Actor&) {
      call_on_further_slice(
          [](void*) {
            call_on_further_slice([](void*) { park_current(RunOutcome::waiting); }, nullptr);
          },
          nullptr);
      return RunOutcome::ended;
    });
    scheduler->spawn(sleeper);
    EXPECT_EQ(scheduler->run(), Finish::stalled);
    EXPECT_EQ(scheduler->slices().statistics().taken, 3u);
    EXPECT_GT(sleeper.native_bytes, 3 * 64 * 1024);
    scheduler->release();
  }
  EXPECT_EQ(scheduler->slices().statistics().taken, 0u);
}

TEST_P(WorkerTest, FloatingPointModesTravelWithTheStack) {
  auto scheduler = make();
  auto set_rounding = [](u32 bits) {
    u32 mode = (__builtin_ia32_stmxcsr() & ~0x6000u) | bits;
    __builtin_ia32_ldmxcsr(mode);
  };
  auto rounding = [] { return __builtin_ia32_stmxcsr() & 0x6000u; };
  Actor changed([&](Actor&) {
    set_rounding(0x2000);
    for (int i = 0; i < 5; ++i) {
      park_current(RunOutcome::yielded);
      EXPECT_EQ(rounding(), 0x2000u);
    }
    set_rounding(0);
    return RunOutcome::ended;
  });
  Actor plain([&](Actor& self) {
    EXPECT_EQ(rounding(), 0u);
    return self.turns < 8 ? RunOutcome::yielded : RunOutcome::ended;
  });
  scheduler->spawn(changed);
  scheduler->spawn(plain);
  EXPECT_EQ(scheduler->run(), Finish::done);
}

TEST(Worker, AThreadThatRunsNothingHasNone) { EXPECT_EQ(Worker::current(), nullptr); }

}  // namespace
}  // namespace lithe::sched
