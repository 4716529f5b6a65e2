// SPDX-License-Identifier: Apache-2.0
#include "runtime/watchdog.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

namespace lithe::runtime {
namespace {

constexpr double hour = 3.6e6;

TEST(Watchdog, BarksWhenTheTimeHasPassed) {
  std::promise<void> barked;
  Watchdog watchdog([&] { barked.set_value(); });
  ASSERT_TRUE(watchdog.arm(1));
  barked.get_future().wait();
}

TEST(Watchdog, AnEarlierTimeWakesIt) {
  std::promise<void> barked;
  Watchdog watchdog([&] { barked.set_value(); });
  ASSERT_TRUE(watchdog.arm(hour));
  watchdog.disarm();
  ASSERT_TRUE(watchdog.arm(1));
  barked.get_future().wait();
}

TEST(Watchdog, DoesNotBarkOnceDisarmed) {
  std::atomic<int> barks{0};
  Watchdog watchdog([&] { barks++; });
  for (int i = 0; i < 1000; i++) {
    ASSERT_TRUE(watchdog.arm(i % 3 == 0 ? 0.0 : hour));
    watchdog.disarm();
  }
  EXPECT_LE(barks, 334);
}

TEST(Watchdog, BarksOnceForEachTime) {
  std::atomic<int> barks{0};
  std::promise<void> second;
  Watchdog watchdog([&] {
    if (++barks == 2) second.set_value();
  });
  ASSERT_TRUE(watchdog.arm(0));
  while (barks == 0) std::this_thread::yield();
  ASSERT_TRUE(watchdog.arm(0));
  second.get_future().wait();
  watchdog.disarm();
  EXPECT_EQ(barks, 2);
}

}  // namespace
}  // namespace lithe::runtime
