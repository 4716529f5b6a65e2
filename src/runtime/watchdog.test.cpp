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
  // Who waits for the second hears that the first has had its time.
  std::promise<void> later;
  Watchdog second([&] { later.set_value(); });
  ASSERT_TRUE(watchdog.arm(1000));
  watchdog.disarm();
  ASSERT_TRUE(second.arm(1050));
  later.get_future().wait();
  EXPECT_EQ(barks, 0);
}

TEST(Watchdog, MayBeArmedAndDisarmedAtAnyTime) {
  std::atomic<int> barks{0};
  Watchdog watchdog([&] { barks++; });
  for (int i = 0; i < 1000; i++) {
    ASSERT_TRUE(watchdog.arm(i % 3 == 0 ? 0.0 : hour));
    watchdog.disarm();
  }
  EXPECT_LE(barks, 334) << "one for each time that was over";
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
