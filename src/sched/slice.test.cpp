// SPDX-License-Identifier: Apache-2.0
#include "sched/slice.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <set>
#include <vector>

#include "sched/switch.hpp"

namespace lithe::sched {
namespace {

constexpr bool sanitized = LITHE_ASAN || LITHE_TSAN;

u64 mappings_of_this_process() {
  FILE* file = std::fopen("/proc/self/maps", "r");
  u64 lines = 0;
  for (int c; (c = std::fgetc(file)) != EOF;) lines += c == '\n';
  std::fclose(file);
  return lines;
}

u64 resident_bytes() {
  FILE* file = std::fopen("/proc/self/statm", "r");
  u64 total = 0, resident = 0;
  int read = std::fscanf(file, "%lu %lu", &total, &resident);
  std::fclose(file);
  return read == 2 ? resident * 4096 : 0;
}

TEST(SliceAllocator, ClassesDouble) {
  SliceAllocator slices({.slice_kib = 64});
  Slice* first = slices.take(0);
  Slice* third = slices.take(2);
  EXPECT_EQ(first->usable_bytes(), 64u * 1024);
  EXPECT_EQ(third->usable_bytes(), 256u * 1024);
  EXPECT_TRUE(first->contains(first->limit() - 100 * 1024)) << "headroom belongs to the slice";
  EXPECT_EQ(slices.class_for(1), 0u);
  EXPECT_EQ(slices.class_for(64 * 1024 + 1), 1u);
  EXPECT_EQ(slices.class_for(~u64{0}), SliceAllocator::class_count);
  EXPECT_EQ(slices.take(SliceAllocator::class_count), nullptr);
  slices.give(*first);
  slices.give(*third);
  EXPECT_EQ(slices.take(2), third) << "a slice is used again";
  EXPECT_EQ(slices.statistics().taken, 1u);
}

TEST(SliceAllocator, SlicesDoNotOverlap) {
  SliceAllocator slices({.slice_kib = 16});
  std::set<std::pair<u64, u64>> ranges;
  for (u32 i = 0; i < 300; ++i) {
    Slice* slice = slices.take(i % 3);
    ranges.insert({slice->limit() - SliceAllocator::headroom_bytes, slice->top()});
  }
  u64 end = 0;
  for (auto [low, top] : ranges) {
    EXPECT_GE(low, end);
    end = top;
  }
}

TEST(SliceAllocator, AHundredThousandSlicesKeepFarFromTheLimitOfMappings) {
  if (sanitized) GTEST_SKIP() << "sanitizers keep state for each slice";
  SliceAllocator slices({.slice_kib = 64, .guards = 8'000});
  u64 mappings = mappings_of_this_process();
  std::vector<Slice*> all;
  for (int i = 0; i < 100'000; ++i) {
    all.push_back(slices.take(0));
    ASSERT_NE(all.back(), nullptr);
  }
  EXPECT_LT(mappings_of_this_process() - mappings, 20'000u);
  for (Slice* slice : all) slices.give(*slice);
  EXPECT_EQ(slices.statistics().made, 100'000u);
  EXPECT_EQ(slices.statistics().taken, 0u);
}

TEST(SliceAllocator, PooledSlicesGiveTheirMemoryBack) {
  if (sanitized) GTEST_SKIP() << "sanitizers keep state for each slice";
  SliceAllocator slices({.slice_kib = 64, .warm = 16});
  std::vector<Slice*> all;
  for (int i = 0; i < 2'000; ++i) {
    Slice* slice = slices.take(0);
    for (u64 at = slice->limit(); at < slice->top() - 256; at += 4096) {
      *reinterpret_cast<volatile char*>(at) = 1;
    }
    all.push_back(slice);
  }
  u64 full = resident_bytes();
  for (Slice* slice : all) slices.give(*slice);
  EXPECT_GT(full - resident_bytes(), 100u << 20);
  EXPECT_EQ(slices.statistics().trims, 2'000u - 16);
  for (int i = 0; i < 2'000; ++i) EXPECT_NE(slices.take(0)->context, nullptr);
  EXPECT_EQ(slices.statistics().made, 2'000u);
}

TEST(SliceAllocator, AGuardPageLiesBelowTheHeadroom) {
  EXPECT_DEATH(
      {
        SliceAllocator slices({.slice_kib = 64});
        Slice* slice = slices.take(0);
        *reinterpret_cast<volatile char*>(slice->limit() - SliceAllocator::headroom_bytes - 1) = 1;
      },
      "");
}

TEST(SliceOptions, ComeFromTheEnvironment) {
  setenv("LITHE_SLICE_KB", "8", 1);
  EXPECT_EQ(SliceOptions::from_environment().slice_kib, 8u);
  setenv("LITHE_SLICE_KB", "nonsense", 1);
  EXPECT_EQ(SliceOptions::from_environment().slice_kib, 64u);
  unsetenv("LITHE_SLICE_KB");
}

}  // namespace
}  // namespace lithe::sched
