// SPDX-License-Identifier: Apache-2.0
#include "heap/memory_account.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

namespace lithe::heap {
namespace {

TEST(MemoryAccount, HasRoomUpToItsCeiling) {
  MemoryAccount account(1600);
  account.add(600);
  EXPECT_TRUE(account.has_room(1000));
  EXPECT_FALSE(account.has_room(1001));
  EXPECT_FALSE(account.has_room(~u64{0}));
  account.add(1001);
  EXPECT_FALSE(account.has_room(0));
  account.remove(1601);
  EXPECT_TRUE(account.has_room(1600));
}

TEST(MemoryAccount, LetsACollectionPassTheCeilingByASixteenth) {
  MemoryAccount account(1600);
  EXPECT_EQ(account.room_to_collect(), 1700u);
  account.add(1650);
  EXPECT_EQ(account.room_to_collect(), 50u);
  account.add(100);
  EXPECT_EQ(account.room_to_collect(), 0u);
}

TEST(MemoryAccount, ReadsTheLimitOfAControlGroup) {
  std::string path = testing::TempDir() + "lithe_memory_max";
  auto limit_of = [&](const char* content) {
    std::FILE* file = std::fopen(path.c_str(), "w");
    std::fputs(content, file);
    std::fclose(file);
    return MemoryAccount::limit_in(path.c_str(), 77);
  };
  EXPECT_EQ(limit_of("123456789012\n"), 123456789012u);
  EXPECT_EQ(limit_of("max\n"), 77u);
  EXPECT_EQ(limit_of(""), 77u);
  std::remove(path.c_str());
  EXPECT_EQ(MemoryAccount::limit_in(path.c_str(), 78), 78u);
  EXPECT_GT(MemoryAccount::default_ceiling(), u64{16} << 20);
}

}  // namespace
}  // namespace lithe::heap
