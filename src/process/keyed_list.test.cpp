// SPDX-License-Identifier: Apache-2.0
#include "process/keyed_list.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace lithe::process {
namespace {

struct Entry {
  u64 number;
  int text;
  u64 key() const { return number; }
};

TEST(KeyedList, BehavesAsAListInOrderOfInsertion) {
  for (u32 range : {8u, 40u, 2000u}) {
    std::mt19937 random(range);
    KeyedList<Entry> list;
    std::vector<Entry> model;
    for (int step = 0; step < 20000; step++) {
      u64 key = random() % range;
      auto known = std::ranges::find(model, key, &Entry::number);
      Entry* found = list.find(key);
      ASSERT_EQ(found != nullptr, known != model.end());
      if (found) ASSERT_EQ(found->text, known->text);
      if (!found) {
        list.insert({key, step});
        model.push_back({key, step});
      } else if (random() % 3 != 0) {
        ASSERT_TRUE(list.erase(key));
        model.erase(known);
      }
      ASSERT_EQ(list.size(), model.size());
      if (step % 100 == 0) {
        std::vector<int> seen;
        list.for_each([&](Entry& entry) { seen.push_back(entry.text); });
        std::vector<int> wanted;
        for (const Entry& entry : model) wanted.push_back(entry.text);
        ASSERT_EQ(seen, wanted);
      }
    }
    while (!model.empty()) {
      ASSERT_TRUE(list.erase(model.back().number));
      ASSERT_FALSE(list.erase(model.back().number));
      model.pop_back();
    }
    EXPECT_TRUE(list.empty());
  }
}

TEST(KeyedList, TakesAndGivesUpManyEntriesQuickly) {
  KeyedList<Entry> list;
  for (u64 key = 0; key < 200'000; key++) list.insert({key * 0x10001, 1});
  for (u64 key = 0; key < 200'000; key++) ASSERT_TRUE(list.erase(key * 0x10001));
  EXPECT_TRUE(list.empty());
}

}  // namespace
}  // namespace lithe::process
