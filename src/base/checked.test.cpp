// SPDX-License-Identifier: Apache-2.0
#include "base/checked.hpp"

#include <gtest/gtest.h>

#include "base/integers.hpp"

namespace lithe::base {
namespace {

TEST(Checked, GivesTheExactResultOrNothing) {
  EXPECT_EQ(checked_add<i64>(INT64_MAX - 1, 1), INT64_MAX);
  EXPECT_EQ(checked_add<i64>(INT64_MAX, 1), std::nullopt);
  EXPECT_EQ(checked_sub<i64>(INT64_MIN, 1), std::nullopt);
  EXPECT_EQ(checked_sub<u32>(1, 2), std::nullopt);
  EXPECT_EQ(checked_mul<i64>(i64{1} << 32, i64{1} << 30), i64{1} << 62);
  EXPECT_EQ(checked_mul<i64>(i64{1} << 32, i64{1} << 31), std::nullopt);
}

}  // namespace
}  // namespace lithe::base
