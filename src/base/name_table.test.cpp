// SPDX-License-Identifier: Apache-2.0
#include "base/name_table.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>

namespace lithe::base {
namespace {

TEST(NameTable, PredefinedNamesHaveFixedIds) {
  NameTable names;
  EXPECT_EQ(names.size(), name::predefined_count);
  EXPECT_EQ(names.intern("quote"), name::quote);
  EXPECT_EQ(names.text(name::if_), "if");
  EXPECT_EQ(names.find("unquote-splicing"), name::unquote_splicing);
  std::set<std::string_view> texts(predefined_names.begin(), predefined_names.end());
  EXPECT_EQ(texts.size(), name::predefined_count);
}

TEST(NameTable, TheSameTextGivesTheSameId) {
  NameTable names;
  EXPECT_EQ(names.find("fresh"), std::nullopt);
  u32 id = names.intern("fresh");
  EXPECT_EQ(names.intern(std::string("fre") + "sh"), id);
  EXPECT_NE(names.intern("Fresh"), id);
  EXPECT_EQ(names.text(id), "fresh");
}

TEST(NameTable, TextsStayInPlaceWhileItGrows) {
  NameTable names;
  u32 first = names.intern("name-0");
  const char* at = names.text(first).data();
  for (u32 i = 1; i < 100'000; ++i) names.intern("name-" + std::to_string(i));
  EXPECT_EQ(names.text(first).data(), at);
  EXPECT_EQ(names.size(), name::predefined_count + 100'000);
  for (u32 i = 0; i < 100'000; i += 997) {
    std::string text = "name-" + std::to_string(i);
    EXPECT_EQ(names.text(*names.find(text)), text);
  }
  EXPECT_EQ(names.text(names.intern("")), "");
}

TEST(NameTable, ThreadsAgree) {
  NameTable names;
  constexpr u32 count = 3000;
  std::vector<std::vector<u32>> seen(4, std::vector<u32>(count));
  std::vector<std::thread> threads;
  for (auto& ids : seen) {
    threads.emplace_back([&] {
      for (u32 i = 0; i < count; ++i) {
        std::string text = "shared-" + std::to_string(i);
        ids[i] = names.intern(text);
        if (names.text(ids[i]) != text) ids[i] = 0;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (auto& ids : seen) EXPECT_EQ(ids, seen[0]);
  EXPECT_EQ(names.size(), name::predefined_count + count);
}

TEST(NameTable, CountsWhatNamesTake) {
  NameTable names;
  std::atomic<u64> total{100};
  names.count_in(total);
  u64 before = names.bytes();
  EXPECT_EQ(total.load(), before + 100);
  names.intern(std::string(1000, 'x'));
  EXPECT_GE(names.bytes(), before + 1000);
  EXPECT_LT(names.bytes(), before + 1500);
  u64 once = names.bytes();
  names.intern(std::string(1000, 'x'));
  names.count(7);
  EXPECT_EQ(names.bytes(), once + 7);
  EXPECT_EQ(total.load(), once + 107);
}

}  // namespace
}  // namespace lithe::base
