// SPDX-License-Identifier: Apache-2.0
#include "base/random.hpp"

#include <gtest/gtest.h>

#include <array>

namespace lithe::base {
namespace {

TEST(Random, IsTheKnownSequence) {
  u64 state = 1234567;  // the first outputs of the authors' program for this seed
  EXPECT_EQ(next_random(state), 6457827717110365317u);
  EXPECT_EQ(next_random(state), 3203168211198807973u);
  EXPECT_EQ(next_random(state), 9817491932198370423u);
}

TEST(Random, CoversAnInterval) {
  u64 state = 1;
  std::array<u32, 7> found{};
  for (u32 i = 0; i < 7'000; i++) found[random_below(state, 7)]++;
  for (u32 times : found) {
    EXPECT_GT(times, 850u);
    EXPECT_LT(times, 1150u);
  }
  EXPECT_EQ(random_below(state, 1), 0u);
  for (u32 i = 0; i < 1000; i++)
    EXPECT_LT(random_below(state, (u64{1} << 63) + 1), (u64{1} << 63) + 1);
  EXPECT_NE(random_below(state, 0), random_below(state, 0));
}

TEST(Random, FloatsStayBelowOne) {
  u64 state = 5;
  double least = 1, most = 0, sum = 0;
  for (u32 i = 0; i < 10'000; i++) {
    double x = random_unit(state);
    ASSERT_GE(x, 0);
    ASSERT_LT(x, 1);
    least = x < least ? x : least;
    most = x > most ? x : most;
    sum += x;
  }
  EXPECT_LT(least, 0.001);
  EXPECT_GT(most, 0.999);
  EXPECT_NEAR(sum / 10'000, 0.5, 0.02);
}

}  // namespace
}  // namespace lithe::base
