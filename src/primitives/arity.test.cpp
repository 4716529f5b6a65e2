// SPDX-License-Identifier: Apache-2.0
#include "primitives/arity.hpp"

#include <gtest/gtest.h>

namespace lithe::primitives {
namespace {

TEST(Arity, SaysWhatIsTakenAndWhatWasGiven) {
  EXPECT_EQ(wrong_arity("f", {0, 0}, 1), "f takes 0 arguments, got 1");
  EXPECT_EQ(wrong_arity("f", {1, 1}, 0), "f takes 1 argument, got 0");
  EXPECT_EQ(wrong_arity("f", {0, 1}, 2), "f takes 0 to 1 argument, got 2");
  EXPECT_EQ(wrong_arity("f", {1, 2}, 3), "f takes 1 to 2 arguments, got 3");
  EXPECT_EQ(wrong_arity("f", {1, std::nullopt}, 0), "f takes at least 1 argument, got 0");
  EXPECT_EQ(wrong_arity("f", {2, std::nullopt}, 1), "f takes at least 2 arguments, got 1");
}

TEST(Arity, IsThatOfTheRow) {
  Arity fixed = arity_of(info(Primitive::head));
  EXPECT_TRUE(fixed.takes(1));
  EXPECT_FALSE(fixed.takes(0));
  EXPECT_FALSE(fixed.takes(2));
  Arity open = arity_of(info(Primitive::list));
  EXPECT_TRUE(open.takes(0));
  EXPECT_TRUE(open.takes(1000));
}

}  // namespace
}  // namespace lithe::primitives
