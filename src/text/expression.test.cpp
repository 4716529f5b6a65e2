// SPDX-License-Identifier: Apache-2.0
#include "text/expression.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace lithe::text {
namespace {

TEST(Expression, TheLastOnesAreKept) {
  PatternError error;
  Expression* first = compile("a(b)", error);
  ASSERT_TRUE(first);
  EXPECT_EQ(groups(first), 1u);
  Expression* again = compile("a(b)", error);
  EXPECT_EQ(again, first);
  release(again);
  // Others take its place; who has it may go on using it.
  for (int i = 0; i < 200; i++) release(compile("x" + std::to_string(i), error));
  Place places[2];
  EXPECT_TRUE(search(first, "..ab", 0, places));
  EXPECT_EQ(places[0].start, 2u);
  EXPECT_EQ(places[1].start, 3u);
  EXPECT_EQ(places[1].end, 4u);
  release(first);
}

TEST(Expression, SaysWhyAPatternIsNone) {
  PatternError error;
  EXPECT_EQ(compile("a[", error), nullptr);
  EXPECT_EQ(error.message, "missing ]: [");
  EXPECT_EQ(error.part, "[");
  EXPECT_EQ(compile(std::string_view("\xFF", 1), error), nullptr);
  EXPECT_EQ(error.message, "invalid UTF-8");
}

TEST(Expression, ThreadsShareThem) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; t++) {
    threads.emplace_back([] {
      for (int i = 0; i < 500; i++) {
        PatternError error;
        Expression* expression = compile("(a|b)+" + std::to_string(i % 100), error);
        Place place;
        EXPECT_TRUE(search(expression, "xxab" + std::to_string(i % 100), 0, {&place, 1}));
        EXPECT_EQ(place.start, 2u);
        release(expression);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace lithe::text
