// SPDX-License-Identifier: Apache-2.0
#include "heap/block_cache.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace lithe::heap {
namespace {

constexpr u64 large = 262144;
constexpr u64 ceiling = u64{1} << 40;

/// Whether this build has mappings at all (AddressSanitizer's has none): else nothing is kept.
bool mappings() { return is_mapped(large); }

TEST(BlockCache, GivesBackWhatItWasGiven) {
  BlockCache cache(ceiling);
  EXPECT_EQ(cache.take(large, large).begin, nullptr);
  u64* block = allocate_block(large);
  ASSERT_NE(block, nullptr);
  cache.give(block, large);
  if (!mappings()) return;
  EXPECT_EQ(cache.take(2 * large, 4 * large).begin, nullptr) << "too small";
  EXPECT_EQ(cache.take(1, large / 2).begin, nullptr) << "too large";
  BlockCache::Block taken = cache.take(large - 100, large + 100);
  EXPECT_EQ(taken.begin, block);
  EXPECT_GE(taken.words, large);
  EXPECT_EQ(cache.take(large, large).begin, nullptr);
  free_block(taken.begin, taken.words);
}

TEST(BlockCache, ABlockOfNearlyTheSizeWillDo) {
  if (!mappings()) GTEST_SKIP() << "skipped: no mappings under AddressSanitizer";
  BlockCache cache(ceiling);
  cache.give(allocate_block(large - 7), large - 7);
  BlockCache::Block taken = cache.take(large, large);
  ASSERT_NE(taken.begin, nullptr) << "both are the same mapping";
  EXPECT_EQ(taken.words, large);
  taken.begin[large - 1] = 1;
  free_block(taken.begin, taken.words);
}

TEST(BlockCache, KeepsNoMoreThanItMay) {
  if (!mappings()) GTEST_SKIP() << "skipped: no mappings under AddressSanitizer";
  BlockCache small(16 * large * 8);  // room for half of a block
  EXPECT_FALSE(small.keeps(large));
  small.give(allocate_block(large), large);
  EXPECT_EQ(small.take(1, 2 * large).begin, nullptr);
  BlockCache cache(ceiling);
  EXPECT_FALSE(cache.keeps(BlockCache::most_bytes / 8));
  EXPECT_FALSE(cache.keeps(100)) << "malloc has its own";
  // Fewer than there are places for.
  constexpr u64 huge = 2 * large;
  for (int i = 0; i < 20; i++) cache.give(allocate_block(huge), huge);
  u64 kept = 0;
  while (u64* block = cache.take(huge, huge).begin) {
    free_block(block, huge);
    kept++;
  }
  EXPECT_EQ(kept * huge * 8, BlockCache::most_bytes);
}

TEST(BlockCache, WhatIsNotAskedForMakesRoom) {
  if (!mappings()) GTEST_SKIP() << "skipped: no mappings under AddressSanitizer";
  BlockCache cache(ceiling);
  for (int i = 0; i < 8; i++) cache.give(allocate_block(large), large);
  for (int i = 0; i < 8; i++) cache.give(allocate_block(large / 2), large / 2);
  BlockCache::Block taken = cache.take(large / 2, large / 2);
  ASSERT_NE(taken.begin, nullptr);
  free_block(taken.begin, taken.words);
}

TEST(BlockCache, ABlockBelongsToOneThreadAtATime) {
  BlockCache cache(ceiling);
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (u64 t = 1; t <= 4; t++) {
    threads.emplace_back([&cache, &wrong, t] {
      for (int i = 0; i < 2000; i++) {
        BlockCache::Block block = cache.take(large / 4, large / 4);
        if (block.begin == nullptr) block = {allocate_block(large / 4), large / 4};
        block.begin[1] = t;
        std::this_thread::yield();
        if (block.begin[1] != t) wrong++;
        cache.give(block.begin, block.words);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace lithe::heap
