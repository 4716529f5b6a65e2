// SPDX-License-Identifier: Apache-2.0
#include "heap/map.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>
#include <string>

#include "heap/table.hpp"
#include "heap/test_heap.hpp"
#include "heap/validate.hpp"
#include "value/equal.hpp"

namespace lithe::heap {
namespace {

class MapTest : public ::testing::Test {
 protected:
  Value map_of(const std::vector<Value>& pairs) {
    RootVector rooted(heap);
    for (Value v : pairs) rooted.push_back(v);
    MapResult made = make_map(heap, rooted.span(), Duplicates::last_wins);
    EXPECT_EQ(made.duplicate, -1);
    return made.map;
  }
  Value keyword(std::string_view name) { return Value::keyword(world.names.intern(name)); }
  Value get(Value map, Value key) { return map_get(map, key, Value::hole(), world.names); }

  TestWorld world{TestWorld::roomy()};
  Heap heap{world.environment, nullptr};
};

TEST_F(MapTest, FindsEachKey) {
  Root map(heap, map_of({keyword("b"), Value::integer(2), keyword("a"), Value::integer(1),
                         Value::integer(5), Value::integer(3), Value::nil(), Value::integer(4)}));
  EXPECT_EQ(map_size(map), 4u);
  EXPECT_EQ(get(map, keyword("a")), Value::integer(1));
  EXPECT_EQ(get(map, keyword("b")), Value::integer(2));
  EXPECT_EQ(get(map, Value::number(5.0)), Value::integer(3));
  EXPECT_EQ(get(map, Value::nil()), Value::integer(4));
  EXPECT_EQ(get(map, keyword("c")), Value::hole());
  EXPECT_EQ(get(map, Value::number(NAN)), Value::hole());
}

TEST_F(MapTest, TheOrderIsThatOfTheContents) {
  Root one(heap, map_of({keyword("zebra"), Value::nil(), keyword("ant"), Value::nil()}));
  Root two(heap, map_of({keyword("ant"), Value::nil(), keyword("zebra"), Value::nil()}));
  EXPECT_TRUE(value::equal(one, two));
  EXPECT_EQ(one.object()->get(0), keyword("ant"));
  EXPECT_EQ(two.object()->get(0), keyword("ant"));
}

TEST_F(MapTest, RepeatedKeysAreReportedOrTheLastWins) {
  RootVector pairs(heap);
  for (Value v : {Value::integer(1), keyword("a"), Value::integer(2), keyword("b"),
                  Value::number(1.0), keyword("c"), Value::integer(1), keyword("d")}) {
    pairs.push_back(v);
  }
  MapResult refused = make_map(heap, pairs.span(), Duplicates::refuse);
  EXPECT_EQ(refused.duplicate, 2);
  EXPECT_TRUE(refused.map.is(Value::Special::error));

  Root map(heap, map_of({Value::integer(1), keyword("a"), Value::integer(2), keyword("b"),
                         Value::number(1.0), keyword("c"), Value::integer(1), keyword("d")}));
  EXPECT_EQ(map_size(map), 2u);
  EXPECT_EQ(get(map, Value::integer(1)), keyword("d"));
}

TEST_F(MapTest, KeysThatTheOrderCannotTellApart) {
  // Tables are keys by content, whatever the order says.
  Root one(heap, make_table(heap));
  Root two(heap, make_table(heap));
  ASSERT_TRUE(table_set(heap, two, Value::integer(1), Value::integer(1)));
  Root map(heap, map_of({one, keyword("one"), two, keyword("two")}));
  EXPECT_EQ(map_size(map), 2u);
  EXPECT_EQ(get(map, one), keyword("one"));
  EXPECT_EQ(get(map, two), keyword("two"));
}

TEST_F(MapTest, PutsAndRemovesAsAModelDoes) {
  for (u32 every : {0, 5}) {
    TestWorld own(TestWorld::stressed(every));
    Heap small(own.environment, nullptr);
    RootVector none(small);
    Root map(small, make_map(small, none.span(), Duplicates::refuse).map);
    std::map<std::string, i64> model;
    std::mt19937_64 random(5);
    for (int i = 0; i < 1500; ++i) {
      std::string name = std::to_string(random() % 60);
      Root key(small, small.make_string(name));
      Root before(small, map);
      u64 size = model.size();
      if (random() % 3 == 0) {
        model.erase(name);
        map = map_remove(small, map, key);
      } else {
        model[name] = i;
        map = map_put(small, map, key, Value::integer(i));
      }
      ASSERT_EQ(map_size(before), size);
      ASSERT_EQ(map_size(map), model.size());
    }
    u32 at = 0;
    for (auto& [name, number] : model) {
      ASSERT_EQ(value::text(map.object()->get(at)), name);
      ASSERT_EQ(map.object()->get(at + 1), Value::integer(number));
      at += 2;
    }
    EXPECT_EQ(validate(small), "");
  }
}

TEST_F(MapTest, ManyKeywordsAreFoundByTheirText) {
  RootVector pairs(heap);
  for (int i = 0; i < 500; ++i) {
    pairs.push_back(keyword("name-" + std::to_string(i)));
    pairs.push_back(Value::integer(i));
  }
  Root map(heap, make_map(heap, pairs.span(), Duplicates::refuse).map);
  for (int i = 0; i < 500; ++i) {
    EXPECT_EQ(get(map, keyword("name-" + std::to_string(i))), Value::integer(i));
  }
  EXPECT_EQ(get(map, keyword("name-500")), Value::hole());
}

TEST_F(MapTest, PairsOfATableComeInOrder) {
  Root table(heap, make_table(heap));
  for (int i : {5, 3, 9, 1}) {
    ASSERT_TRUE(table_set(heap, table, Value::integer(i), Value::integer(i * i)));
  }
  RootVector pairs(heap);
  sorted_pairs(heap, table, pairs);
  ASSERT_EQ(pairs.size(), 8u);
  EXPECT_EQ(pairs[0], Value::integer(1));
  EXPECT_EQ(pairs[2], Value::integer(3));
  EXPECT_EQ(pairs[7], Value::integer(81));
}

}  // namespace
}  // namespace lithe::heap
