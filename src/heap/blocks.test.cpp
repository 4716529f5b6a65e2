// SPDX-License-Identifier: Apache-2.0
#include "heap/blocks.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "base/memory_fault.hpp"

namespace lithe::heap {
namespace {

constexpr u64 large = 200'000;  // a mapping

/// While it lives, the system gives this program no more addresses.
class NoAddresses {
 public:
  NoAddresses() {
    getrlimit(RLIMIT_AS, &before_);
    rlimit none = before_;
    none.rlim_cur = 1;
    setrlimit(RLIMIT_AS, &none);
  }
  ~NoAddresses() { setrlimit(RLIMIT_AS, &before_); }

 private:
  rlimit before_;
};

void fill(u64* block, u64 words) {
  for (u64 i = 0; i < words; ++i) block[i] = i;
}

void expect_filled(const u64* block, u64 words) {
  for (u64 i = 0; i < words; ++i) ASSERT_EQ(block[i], i);
}

TEST(Blocks, OfSizesThatNoMachineHasAreRefused) {
  EXPECT_EQ(allocate_block((u64{1} << 43) + 1), nullptr);
}

TEST(Blocks, KeepTheirContentsWhenTheirSizeChanges) {
  u64 words = 1000;
  u64* block = allocate_block(words);
  fill(block, words);
  for (u64 next : {u64{2000}, large, 3 * large, large, u64{1000}}) {
    block = resize_block(block, words, next);
    ASSERT_NE(block, nullptr);
    expect_filled(block, 1000);
    fill(block, next);
    words = next;
  }
  free_block(block, words);
}

TEST(Blocks, StayAsTheyAreWithoutMemory) {
  for (u64 words : {u64{1000}, large}) {
    u64* block = allocate_block(words);
    fill(block, words);
    base::memory_fault::arm(1, true);
    EXPECT_EQ(allocate_block(words), nullptr);
    EXPECT_EQ(resize_block(block, words, 4 * words), nullptr);
    EXPECT_EQ(base::memory_fault::disarm(), 2u);
    expect_filled(block, words);
    free_block(block, words);
  }
}

TEST(Blocks, StayAsTheyAreWhenTheSystemRefuses) {
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  GTEST_SKIP() << "the sanitizer needs addresses itself";
#endif
#endif
  u64* block = allocate_block(large);
  fill(block, large);
  u64* more = nullptr;
  u64* resized = nullptr;
  {
    NoAddresses none;
    more = allocate_block(large);
    resized = resize_block(block, large, 100 * large);
  }
  EXPECT_EQ(more, nullptr);
  EXPECT_EQ(resized, nullptr);
  expect_filled(block, large);
  free_block(block, large);
}

}  // namespace
}  // namespace lithe::heap
