// SPDX-License-Identifier: Apache-2.0
#include "base/hash.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace lithe::base {
namespace {

TEST(Hash, DependsOnEveryByteAndOnTheLength) {
  for (size_t size = 0; size < 70; ++size) {
    std::set<u64> seen{hash_bytes(std::string(size, 'a')), hash_bytes(std::string(size + 1, 'a'))};
    for (size_t at = 0; at < size; ++at) {
      std::string text(size, 'a');
      text[at] = 'b';
      seen.insert(hash_bytes(text));
    }
    EXPECT_EQ(seen.size(), size + 2);
  }
}

TEST(Hash, SpreadsSmallNumbersOverTheLowBits) {
  std::set<u64> low;
  for (u64 i = 0; i < 256; ++i) low.insert(mix(i << 40) & 0xFFFF);
  EXPECT_GT(low.size(), 240u);
}

TEST(Hash, SeedChangesIt) { EXPECT_NE(hash_bytes("abc", 1), hash_bytes("abc", 2)); }

}  // namespace
}  // namespace lithe::base
