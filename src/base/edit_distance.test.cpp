// SPDX-License-Identifier: Apache-2.0
#include "base/edit_distance.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lithe::base {
namespace {

TEST(EditDistance, CountsEditsAndSwaps) {
  EXPECT_EQ(edit_distance("", "", 3), 0u);
  EXPECT_EQ(edit_distance("length", "lenght", 3), 1u);
  EXPECT_EQ(edit_distance("kitten", "sitting", 5), 3u);
  EXPECT_EQ(edit_distance("abc", "", 5), 3u);
  EXPECT_EQ(edit_distance("abcdef", "uvwxyz", 2), 3u);
  EXPECT_EQ(edit_distance(std::string(1000, 'a'), std::string(1000, 'a'), 2), 0u);
  EXPECT_EQ(edit_distance(std::string(1000, 'a'), std::string(1000, 'b'), 2), 3u);
}

std::string closest(std::string_view wanted, std::initializer_list<std::string_view> candidates) {
  ClosestName closest(wanted);
  for (auto candidate : candidates) closest.consider(candidate);
  return std::string(closest.best());
}

TEST(ClosestName, PrefersTheClosest) {
  EXPECT_EQ(closest("list/maap", {"list/tail", "list/map", "list/flat-map"}), "list/map");
  EXPECT_EQ(closest("pritn", {"sprint", "print", "point"}), "print");
}

TEST(ClosestName, SaysNothingRatherThanNonsense) {
  EXPECT_EQ(closest("x", {"y", "+"}), "");
  EXPECT_EQ(closest("foo", {"banana", "list/reduce"}), "");
  EXPECT_EQ(closest("abc", {}), "");
}

}  // namespace
}  // namespace lithe::base
