// SPDX-License-Identifier: Apache-2.0
#include "heap/shared_unit.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "heap/test_heap.hpp"
#include "value/bigint.hpp"
#include "value/equal.hpp"
#include "value/tree.hpp"

namespace lithe::heap {
namespace {

struct FakeCode {
  SharedUnit* unit = nullptr;
};

struct UnitBuilderTest : ::testing::Test {
  TestWorld world{TestWorld::roomy()};
  Heap heap{world.environment, nullptr};
  UnitBuilder builder{world.units, world.account};
};

TEST_F(UnitBuilderTest, MakesTheStringsThatAHeapMakes) {
  for (u64 size : {0, 1, 8, 9, 64, 65, 5000}) {
    std::string text(size, 's');
    Value made = builder.string(text);
    EXPECT_TRUE(made.is_shared_pointer());
    EXPECT_EQ(SharedUnit::of(made), builder.unit());
    EXPECT_EQ(value::text(made), text);
    EXPECT_TRUE(value::equal(made, heap.make_string(text))) << size;
  }
  builder.finish();
}

TEST_F(UnitBuilderTest, MakesTheIntegersThatAHeapMakes) {
  for (i64 number :
       {i64{0}, i64{-1}, Value::integer_max, Value::integer_min, INT64_MAX, INT64_MIN}) {
    EXPECT_TRUE(value::equal(builder.integer(number), heap.make_integer(number))) << number;
    value::Integer parsed;
    ASSERT_TRUE(value::parse_integer(std::to_string(number), 10, parsed));
    EXPECT_TRUE(value::equal(builder.integer(parsed), heap.make_integer(number))) << number;
  }
  const std::string digits(50, '9');
  for (const std::string& text : {digits, "-" + digits}) {
    value::Integer parsed;
    ASSERT_TRUE(value::parse_integer(text, 10, parsed));
    Value made = builder.integer(parsed);
    EXPECT_EQ(made.as_object()->has_flag(Object::flag_negative), text[0] == '-');
    EXPECT_EQ(made.as_object()->size(), 3u);
  }
  builder.finish();
}

TEST_F(UnitBuilderTest, MakesMapsAndVectorsOfAnySize) {
  std::vector<Value> words;
  for (i64 i = 0; i < 200; ++i) words.push_back(Value::integer(i));
  for (u64 count : {0, 2, 64, 200}) {
    std::span<const Value> part(words.data(), count);
    EXPECT_EQ(value::entry_count(builder.vector(part).as_object()), count);
    EXPECT_EQ(value::entry_count(builder.map(part).as_object()), count / 2);
  }
  builder.finish();
}

TEST_F(UnitBuilderTest, CountsAClosuresUnitOnce) {
  UnitBuilder other(world.units, world.account);
  FakeCode own{builder.unit()};
  FakeCode theirs{other.unit()};
  FakeCode nobodys;
  const Value captured[] = {Value::integer(4)};
  for (FakeCode* code : {&own, &theirs, &theirs, &nobodys}) {
    Value closure = builder.closure(code, captured);
    EXPECT_EQ(SharedUnit::of_code(closure.as_object()), code->unit);
    EXPECT_EQ(closure.as_object()->get(1), captured[0]);
  }
  EXPECT_EQ(builder.unit()->references.load(), 0u);
  EXPECT_EQ(other.unit()->references.load(), 1u);
  EXPECT_EQ(builder.unit()->referred.size(), 1u);
  other.finish();
  builder.finish();
}

TEST_F(UnitBuilderTest, WhatIsNotFinishedLeavesNothing) {
  UnitBuilder other(world.units, world.account);
  u64 before = world.account.bytes();
  bool destroyed = false;
  {
    UnitBuilder unfinished(world.units, world.account);
    unfinished.refer(other.unit());
    unfinished.string(std::string(500, 's'));
    unfinished.attach(&destroyed, [](void* flag) { *static_cast<bool*>(flag) = true; });
    EXPECT_EQ(other.unit()->references.load(), 1u);
    EXPECT_GT(world.account.bytes(), before + 500);
  }
  EXPECT_TRUE(destroyed);
  EXPECT_EQ(other.unit()->references.load(), 0u);
  EXPECT_EQ(world.account.bytes(), before);
  other.finish();
  builder.finish();
}

}  // namespace
}  // namespace lithe::heap
