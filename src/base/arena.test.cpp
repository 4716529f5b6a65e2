// SPDX-License-Identifier: Apache-2.0
#include "base/arena.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lithe::base {
namespace {

TEST(Arena, GivesAlignedMemoryThatDoesNotOverlap) {
  Arena arena;
  std::vector<std::string_view> pieces;
  for (u32 i = 0; i < 5000; ++i) {
    size_t align = size_t{1} << (i % 5);
    void* at = arena.allocate(i % 37, align);
    EXPECT_EQ(reinterpret_cast<u64>(at) % align, 0u);
    pieces.push_back(arena.copy(std::to_string(i)));
  }
  for (u32 i = 0; i < 5000; ++i) EXPECT_EQ(pieces[i], std::to_string(i));
}

TEST(Arena, ResetKeepsTheFirstBlockAlone) {
  Arena arena;
  arena.allocate(100);
  size_t small = arena.bytes_reserved();
  void* first = arena.allocate(8);
  for (int i = 0; i < 1000; ++i) arena.allocate(1000);
  EXPECT_GT(arena.bytes_reserved(), 1'000'000u);
  arena.reset();
  EXPECT_EQ(arena.bytes_reserved(), small);
  arena.allocate(100);
  EXPECT_EQ(first, arena.allocate(8));
}

TEST(Arena, TakesOneLargeRequestAndLetsItGo) {
  Arena arena;
  auto* items = arena.allocate_array<u64>(1'000'000);
  items[999'999] = 7;
  arena.reset();
  EXPECT_EQ(arena.bytes_reserved(), 0u);
  EXPECT_EQ(*arena.make<int>(3), 3);
}

TEST(Arena, MovesWithItsContents) {
  Arena a;
  std::string_view text = a.copy("kept");
  Arena b = std::move(a);
  EXPECT_EQ(text, "kept");
  EXPECT_EQ(a.bytes_reserved(), 0u);
  EXPECT_EQ(a.copy("again"), "again");
}

}  // namespace
}  // namespace lithe::base
