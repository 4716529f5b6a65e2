// SPDX-License-Identifier: Apache-2.0
#include "heap/table.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>
#include <string>

#include "heap/test_heap.hpp"
#include "heap/validate.hpp"

namespace lithe::heap {
namespace {

TEST(Table, HoldsWhatWasPutIn) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  Root table(heap, make_table(heap));
  EXPECT_EQ(table_size(table), 0u);
  EXPECT_TRUE(table_get(table, Value::integer(1), Value::nil()).is_nil());
  EXPECT_TRUE(table_set(heap, table, Value::integer(1), Value::integer(10)));
  EXPECT_TRUE(table_set(heap, table, Value::integer(1), Value::integer(11)));
  EXPECT_EQ(table_size(table), 1u);
  EXPECT_EQ(table_get(table, Value::integer(1), Value::nil()), Value::integer(11));
  EXPECT_TRUE(table_delete(heap, table, Value::integer(1)));
  EXPECT_FALSE(table_delete(heap, table, Value::integer(1)));
  EXPECT_EQ(table_size(table), 0u);
}

TEST(Table, KeysAreEqualByValue) {
  TestWorld world(TestWorld::roomy());
  Heap heap(world.environment, nullptr);
  Root table(heap, make_table(heap));
  Root key(heap, list_of(heap, {Value::integer(1), heap.make_string("two")}));
  Root same(heap, list_of(heap, {Value::number(1.0), heap.make_string("two")}));
  EXPECT_TRUE(table_set(heap, table, key, Value::integer(5)));
  EXPECT_EQ(table_get(table, same, Value::nil()), Value::integer(5));
  EXPECT_TRUE(table_set(heap, table, Value::number(NAN), Value::integer(6)));
  EXPECT_FALSE(table_has(table, Value::number(NAN)));
  Root large(heap, heap.make_integer(i64{1} << 60));
  EXPECT_TRUE(table_set(heap, table, large, Value::integer(7)));
  EXPECT_EQ(table_get(table, Value::number(std::ldexp(1, 60)), Value::nil()), Value::integer(7));
}

TEST(Table, ValuesMayBeNilAndHoles) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  Root table(heap, make_table(heap));
  EXPECT_TRUE(table_set(heap, table, Value::nil(), Value::nil()));
  EXPECT_TRUE(table_has(table, Value::nil()));
  EXPECT_TRUE(table_get(table, Value::nil(), Value::integer(1)).is_nil());
}

TEST(Table, DeletingAndAddingForEverDoesNotGrow) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  Root table(heap, make_table(heap));
  for (int i = 0; i < 100000; ++i) {
    ASSERT_TRUE(table_set(heap, table, Value::integer(i), Value::integer(i)));
    if (i >= 10) ASSERT_TRUE(table_delete(heap, table, Value::integer(i - 10)));
  }
  EXPECT_EQ(table_size(table), 10u);
  EXPECT_LE(value::TableView(table.object()).capacity(), 64u);
}

TEST(Table, IsEmptyOnceCleared) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  Root table(heap, make_table(heap));
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(table_set(heap, table, Value::integer(i), Value::integer(i)));
  }
  table_clear(heap, table);
  EXPECT_EQ(table_size(table), 0u);
  EXPECT_FALSE(table_has(table, Value::integer(3)));
  ASSERT_TRUE(table_set(heap, table, Value::integer(3), Value::integer(4)));
  EXPECT_EQ(table_size(table), 1u);
}

TEST(Table, RefusesToGrowBeyondTheLimit) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  heap.set_memory_limit(100000);
  Root table(heap, make_table(heap));
  i64 count = 0;
  while (table_set(heap, table, Value::integer(count), Value::nil())) ++count;
  EXPECT_TRUE(heap.take_refused());
  EXPECT_GT(count, 500);
  EXPECT_EQ(table_size(table), u64(count));
  for (i64 i = 0; i < count; ++i) ASSERT_TRUE(table_has(table, Value::integer(i)));
}

void run_against_model(HeapOptions options, int steps) {
  TestWorld world(options);
  Heap heap(world.environment, nullptr);
  Root table(heap, make_table(heap));
  std::map<std::string, i64> model;
  std::mt19937_64 random(99);
  for (int i = 0; i < steps; ++i) {
    std::string name = std::to_string(random() % 300);
    Root key(heap, heap.make_string(name));
    if (random() % 3 == 0) {
      EXPECT_EQ(table_delete(heap, table, key), model.erase(name) == 1);
    } else {
      ASSERT_TRUE(table_set(heap, table, key, Value::integer(i)));
      model[name] = i;
    }
    ASSERT_EQ(table_size(table), model.size());
  }
  for (auto& [name, number] : model) {
    Root key(heap, heap.make_string(name));
    ASSERT_EQ(table_get(table, key, Value::nil()), Value::integer(number));
  }
  EXPECT_EQ(validate(heap), "");
}

TEST(Table, AgreesWithAModel) { run_against_model({}, 50000); }
TEST(Table, AgreesWithAModelUnderStress) { run_against_model(TestWorld::stressed(1), 700); }

}  // namespace
}  // namespace lithe::heap
