// SPDX-License-Identifier: Apache-2.0
#include "base/result.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace lithe::base {
namespace {

Result<int, std::string> half(int n) {
  if (n % 2 != 0) return failure(std::string("odd"));
  return n / 2;
}

TEST(Result, HoldsAValueOrAnError) {
  auto good = half(6);
  ASSERT_TRUE(good);
  EXPECT_EQ(*good, 3);
  auto bad = half(7);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error(), "odd");
}

TEST(Result, CopiesMovesAndAssigns) {
  Result<std::string, int> a(std::string(100, 'x'));
  Result<std::string, int> b = a;
  Result<std::string, int> c = failure(3);
  c = std::move(a);
  EXPECT_EQ(*c, *b);
  c = failure(4);
  EXPECT_EQ(c.error(), 4);
}

TEST(Result, TakesMoveOnlyValues) {
  Result<std::unique_ptr<int>, int> r(std::make_unique<int>(5));
  std::unique_ptr<int> p = *std::move(r);
  EXPECT_EQ(*p, 5);
}

TEST(Result, MayHaveNoValue) {
  Result<void, int> good;
  EXPECT_TRUE(good);
  Result<void, int> bad = failure(2);
  EXPECT_EQ(bad.error(), 2);
}

TEST(ResultDeathTest, ReadingTheWrongSideAborts) {
  auto bad = half(1);
  EXPECT_DEATH((void)bad.value(), "check failed");
}

}  // namespace
}  // namespace lithe::base
