// SPDX-License-Identifier: Apache-2.0
#include "heap/map.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <random>
#include <string>

#include "heap/table.hpp"
#include "heap/test_heap.hpp"
#include "heap/tree_shape.test.hpp"
#include "heap/validate.hpp"
#include "value/equal.hpp"
#include "value/hash.hpp"

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
        map = remove_entry(small, map, key);
      } else {
        model[name] = i;
        map = map_put(small, map, key, Value::integer(i));
      }
      ASSERT_EQ(map_size(before), size);
      ASSERT_EQ(map_size(map), model.size());
    }
    value::WordCursor cursor(map.object());
    Value word;
    for (auto& [name, number] : model) {
      ASSERT_TRUE(cursor.next(word));
      ASSERT_EQ(value::text(word), name);
      ASSERT_TRUE(cursor.next(word));
      ASSERT_EQ(word, Value::integer(number));
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

/// Puts and removes over the range of sizes in which a map changes between flat and a tree of one,
/// two and three levels, all in shuffled order.
class TreeTest : public ::testing::TestWithParam<std::pair<u32, u32>> {};

TEST_P(TreeTest, PutsAndRemovesAsAModelDoes) {
  auto [size, stress] = GetParam();
  TestWorld world(TestWorld::stressed(stress));
  Heap heap(world.environment, nullptr);
  RootVector none(heap);
  Root map(heap, make_map(heap, none.span(), Duplicates::refuse).map);
  Root set(heap, make_set(heap, none.span()));
  std::vector<i64> keys(size);
  std::iota(keys.begin(), keys.end(), 0);
  std::mt19937_64 random(size);
  std::map<i64, i64> model;
  for (bool adding : {true, false}) {
    std::shuffle(keys.begin(), keys.end(), random);
    for (u32 step = 0; step < size; ++step) {
      i64 key = keys[step];
      Root before(heap, map);
      u64 had = model.size();
      if (adding) {
        model[key] = step;
        map = map_put(heap, map, Value::integer(key), Value::integer(step));
        set = set_put(heap, set, Value::integer(key));
      } else {
        model.erase(key);
        map = remove_entry(heap, map, Value::integer(key));
        set = remove_entry(heap, set, Value::integer(key));
      }
      ASSERT_EQ(map_size(before), had);
      ASSERT_EQ(map_size(map), model.size());
      ASSERT_EQ(value::entry_count(set.object()), model.size());
      if (step % (1 + size / 50) != 0) continue;
      ASSERT_EQ(wrong_shape(map, world.names), "");
      ASSERT_EQ(wrong_shape(set, world.names), "");
      value::WordCursor in_map(map.object());
      value::WordCursor in_set(set.object());
      Value v;
      for (auto& [k, number] : model) {
        ASSERT_TRUE(in_map.next(v));
        ASSERT_EQ(v, Value::integer(k));
        ASSERT_TRUE(in_map.next(v));
        ASSERT_EQ(v, Value::integer(number));
        ASSERT_TRUE(in_set.next(v));
        ASSERT_EQ(v, Value::integer(k));
        ASSERT_EQ(map_get(map, Value::number(double(k)), Value::hole(), world.names),
                  Value::integer(number));
      }
      ASSERT_FALSE(in_map.next(v));
      ASSERT_FALSE(in_set.next(v));
    }
  }
  EXPECT_EQ(validate(heap), "");
}

INSTANTIATE_TEST_SUITE_P(Sizes, TreeTest,
                         ::testing::Values(std::pair(31u, 1u), std::pair(33u, 1u),
                                           std::pair(70u, 3u), std::pair(1100u, 7u),
                                           std::pair(40000u, 0u)));

TEST_F(MapTest, MadeAtOnceItHasTheSameShapeRules) {
  for (u32 size : {0, 1, 32, 33, 64, 65, 1024, 1025, 33000}) {
    RootVector pairs(heap);
    for (u32 i = size; i-- > 0;) {
      pairs.push_back(Value::integer(i));
      pairs.push_back(Value::integer(2 * i));
    }
    Root map(heap, make_map(heap, pairs.span(), Duplicates::refuse).map);
    EXPECT_EQ(wrong_shape(map, world.names), "") << size;
    EXPECT_EQ(map_size(map), size);
    for (u32 i = 0; i < size; ++i) {
      ASSERT_EQ(get(map, Value::integer(i)), Value::integer(2 * i)) << size;
    }
    EXPECT_EQ(get(map, Value::integer(size)), Value::hole());
  }
}

TEST_F(MapTest, KeysThatTheOrderCannotTellApartAreFoundInATree) {
  RootVector tables(heap);
  Root map(heap, map_of({}));
  for (int i = 0; i < 100; ++i) {
    tables.push_back(make_table(heap));
    ASSERT_TRUE(table_set(heap, tables[u64(i)], Value::integer(i), Value::nil()));
    map = map_put(heap, map, tables[u64(i)], Value::integer(i));
    ASSERT_EQ(map_size(map), u64(i) + 1);
  }
  for (int i = 0; i < 100; ++i) EXPECT_EQ(get(map, tables[u64(i)]), Value::integer(i));
  for (int i = 0; i < 100; ++i) {
    map = remove_entry(heap, map, tables[u64(i)]);
    ASSERT_EQ(map_size(map), u64(99 - i));
    ASSERT_EQ(get(map, tables[u64(i)]), Value::hole());
  }
}

TEST_F(MapTest, ATreeComparesHashesAndPrintsByItsContentsAlone) {
  Root grown(heap, map_of({}));
  RootVector pairs(heap);
  for (int i = 0; i < 200; ++i) {
    int key = i * 77 % 200;
    grown = map_put(heap, grown, Value::integer(key), Value::integer(-key));
    pairs.push_back(Value::integer(i));
    pairs.push_back(Value::integer(-i));
  }
  Root made(heap, make_map(heap, pairs.span(), Duplicates::refuse).map);
  EXPECT_TRUE(value::equal(grown, made));
  EXPECT_EQ(value::hash(grown), value::hash(made));
  EXPECT_EQ(value::order(grown, made, world.names), 0);
  Root other(heap, map_put(heap, made, Value::integer(199), Value::nil()));
  EXPECT_FALSE(value::equal(grown, other));
  EXPECT_GT(value::order(grown, other, world.names), 0);
  // 32 entries are flat however they came about.
  for (int i = 199; i >= 32; --i) grown = remove_entry(heap, grown, Value::integer(i));
  EXPECT_EQ(wrong_shape(grown, world.names), "");
  EXPECT_FALSE(value::is_tree(grown.object()));
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
