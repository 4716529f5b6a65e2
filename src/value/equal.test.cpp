// SPDX-License-Identifier: Apache-2.0
#include "value/equal.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "heap/map.hpp"
#include "heap/numbers.hpp"
#include "heap/table.hpp"
#include "heap/test_heap.hpp"
#include "value/hash.hpp"
#include "value/order.hpp"

namespace lithe::value {
namespace {

using heap::Heap;
using heap::list_of;
using heap::Root;
using heap::TestWorld;
using heap::vector_of;

class EqualTest : public ::testing::Test {
 protected:
  void expect_equal(Value a, Value b) {
    EXPECT_TRUE(equal(a, b));
    EXPECT_TRUE(equal(b, a));
    EXPECT_EQ(hash(a), hash(b));
    EXPECT_EQ(order(a, b, world.names), 0);
  }
  void expect_different(Value a, Value b) {
    EXPECT_FALSE(equal(a, b));
    EXPECT_FALSE(equal(b, a));
  }
  static Value integer(i64 i) { return Value::integer(i); }
  Value buffer(ElementType type, u64 length) {
    return heap.adopt_buffer(OffHeap::create_array(type, length), false);
  }

  TestWorld world{TestWorld::roomy()};
  Heap heap{world.environment, nullptr};
};

TEST_F(EqualTest, NumbersAreEqualByValue) {
  expect_equal(integer(1), Value::number(1.0));
  expect_equal(integer(0), Value::number(-0.0));
  expect_equal(Value::number(0.0), Value::number(-0.0));
  expect_different(integer(1), Value::number(1.5));
  expect_different(Value::number(NAN), Value::number(NAN));
  Root a(heap, heap.make_integer(i64{1} << 62));
  Root b(heap, heap.make_integer(i64{1} << 62));
  expect_equal(a, b);
  expect_equal(a, Value::number(std::ldexp(1, 62)));
  Root c(heap, heap.make_integer((i64{1} << 62) + 1));
  expect_different(a, c);
  expect_different(c, Value::number(std::ldexp(1, 62)));
  Root negative(heap, heap.make_integer(-(i64{1} << 62)));
  expect_different(a, negative);
  Root huge(heap, heap::shift_left(heap, integer(1), integer(1000)));
  expect_equal(huge, Value::number(std::ldexp(1, 1000)));
  // 2^47 is a bigint and a float, but no immediate integer.
  Root edge(heap, heap.make_integer(i64{1} << 47));
  expect_equal(edge, Value::number(std::ldexp(1, 47)));
  Root lowest(heap, heap.make_integer(INT64_MIN));
  expect_equal(lowest, Value::number(-std::ldexp(1, 63)));
}

TEST_F(EqualTest, NothingIsCoerced) {
  Root one(heap, heap.make_string("1"));
  Root list(heap, list_of(heap, {integer(1)}));
  Root vector(heap, vector_of(heap, {integer(1)}));
  std::vector<Value> different = {integer(1),           one.get(),           list.get(),
                                  vector.get(),         Value::nil(),        Value::boolean(false),
                                  Value::boolean(true), Value::symbol(3),    Value::keyword(3),
                                  Value::gensym(3),     Value::empty_list(), Value::pid(3, 0),
                                  Value::builtin(3)};
  for (u64 i = 0; i < different.size(); ++i) {
    for (u64 k = 0; k < different.size(); ++k) {
      EXPECT_EQ(equal(different[i], different[k]), i == k) << i << " " << k;
      EXPECT_EQ(order(different[i], different[k], world.names) == 0, i == k) << i << " " << k;
    }
  }
}

TEST_F(EqualTest, DataAreEqualByStructure) {
  auto build = [this](const char* text, double number) {
    Root inner(heap, vector_of(heap, {Value::number(number), heap.make_string(text)}));
    return list_of(heap, {Value::keyword(1), inner, list_of(heap, {inner})});
  };
  Root a(heap, build("text", 2.0));
  Root b(heap, build("text", 2.0));
  expect_equal(a, b);
  Root c(heap, build("texT", 2.0));
  expect_different(a, c);
  Root d(heap, build("text", 3.0));
  expect_different(a, d);
  Root longer(heap, heap.cons(integer(0), a));
  expect_different(a, longer);
}

TEST_F(EqualTest, DataWithANaNEqualNothing) {
  Root a(heap, vector_of(heap, {Value::number(NAN)}));
  EXPECT_FALSE(equal(a, a));
}

TEST_F(EqualTest, StringsByTheirText) {
  for (u64 size : {0, 1, 8, 64, 65, 5000}) {
    Root a(heap, heap.make_string(std::string(size, 'x')));
    Root b(heap, heap.make_string(std::string(size, 'x')));
    Root c(heap, heap.make_string(std::string(size, 'x') + "y"));
    expect_equal(a, b);
    expect_different(a, c);
    EXPECT_LT(order(a, c, world.names), 0);
  }
}

TEST_F(EqualTest, HandlesByNumber) {
  auto handle = [&](u64 number) {
    return heap.adopt_handle(OffHeap::create_holder(8, 8, nullptr), number);
  };
  Root one(heap, handle(1));
  Root its_copy(heap, handle(1));
  Root two(heap, handle(2));
  expect_equal(one, its_copy);
  expect_different(one, two);
  EXPECT_LT(order(one, two, world.names), 0);
  expect_different(one, heap.make_ref(1));
}

TEST_F(EqualTest, BuffersByTypeAndContent) {
  Root a(heap, buffer(ElementType::f32_, 4));
  Root b(heap, buffer(ElementType::f32_, 4));
  expect_equal(a, b);
  auto* first = reinterpret_cast<float*>(off_heap_of(a.object())->data());
  first[0] = -0.0f;
  expect_equal(a, b);
  first[0] = NAN;
  expect_different(a, b);
  Root c(heap, buffer(ElementType::f64_, 4));
  expect_different(b, c);
}

TEST_F(EqualTest, TablesByContent) {
  Root a(heap, heap::make_table(heap));
  Root b(heap, heap::make_table(heap));
  // Its slots are more, and some were in use.
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(heap::table_set(heap, b, integer(-i), integer(i)));
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(heap::table_delete(heap, b, integer(-i)));
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(heap::table_set(heap, a, integer(i), integer(i)));
    ASSERT_TRUE(heap::table_set(heap, b, integer(19 - i), Value::number(19 - i)));
  }
  expect_equal(a, b);
  ASSERT_TRUE(heap::table_set(heap, b, integer(3), integer(4)));
  expect_different(a, b);
}

TEST_F(EqualTest, TablesThatContainThemselvesEnd) {
  Root a(heap, heap::make_table(heap));
  Root b(heap, heap::make_table(heap));
  ASSERT_TRUE(heap::table_set(heap, a, integer(1), a));
  ASSERT_TRUE(heap::table_set(heap, b, integer(1), b));
  expect_equal(a, b);
  ASSERT_TRUE(heap::table_set(heap, b, integer(1), a));
  expect_equal(a, b);
  ASSERT_TRUE(heap::table_set(heap, b, integer(2), b));
  expect_different(a, b);
}

TEST_F(EqualTest, TablesThatAreTheirOwnKeysEnd) {
  Root a(heap, heap::make_table(heap));
  Root b(heap, heap::make_table(heap));
  ASSERT_TRUE(heap::table_set(heap, a, a, integer(1)));
  ASSERT_TRUE(heap::table_set(heap, b, b, integer(1)));
  equal(a, b);  // either answer will do
  EXPECT_EQ(hash(a), hash(b));
}

TEST_F(EqualTest, LongAndDeepDataNeedNoStack) {
  Root long_a(heap, Value::empty_list());
  Root long_b(heap, Value::empty_list());
  Root deep_a(heap, Value::empty_list());
  Root deep_b(heap, Value::empty_list());
  for (int i = 0; i < 300000; ++i) {
    long_a = heap.cons(integer(i), long_a);
    long_b = heap.cons(integer(i), long_b);
    deep_a = heap.cons(deep_a, Value::empty_list());
    deep_b = vector_of(heap, {deep_b});
  }
  expect_equal(long_a, long_b);
  expect_different(deep_a, deep_b);
  Root deep_c(heap, Value::empty_list());
  for (int i = 0; i < 300000; ++i) deep_c = heap.cons(deep_c, Value::empty_list());
  expect_equal(deep_a, deep_c);
}

TEST_F(EqualTest, SharedPartsAreNotComparedExponentiallyOften) {
  auto build = [this](Value last) {
    Root data(heap, last);
    for (int i = 0; i < 300; ++i) {
      data = i % 2 == 0 ? list_of(heap, {data, data}) : vector_of(heap, {data, data});
    }
    return data.get();
  };
  Root a(heap, build(integer(1)));
  Root b(heap, build(integer(1)));
  Root c(heap, build(integer(2)));
  EXPECT_TRUE(equal(a, b));
  EXPECT_TRUE(equal(a, a));
  EXPECT_FALSE(equal(a, c));
  EXPECT_EQ(order(a, b, world.names), 0);
  EXPECT_EQ(order(a, c, world.names), -1);
  EXPECT_EQ(hash(a), hash(b));
}

TEST_F(EqualTest, FunctionsByIdentity) {
  u64 code = 0;
  auto closure = [&] {
    Object* object = heap.allocate(Kind::closure, 1);
    object->words()[0] = reinterpret_cast<u64>(&code);
    return Value::object(object, false);
  };
  Root a(heap, closure());
  Root b(heap, closure());
  expect_different(a, b);
  expect_equal(a, a);
  EXPECT_EQ(hash(a), hash(b));  // whatever moves, hashes the same
}

TEST_F(EqualTest, RefsAndErrorsByWhatTheySay) {
  Root a(heap, heap.make_ref(7));
  Root b(heap, heap.make_ref(7));
  Root c(heap, heap.make_ref(8));
  expect_equal(a, b);
  expect_different(a, c);
  Root x(heap, heap.make_error(Value::keyword(1), "message", integer(1)));
  Root y(heap, heap.make_error(Value::keyword(1), "message", integer(1)));
  Root z(heap, heap.make_error(Value::keyword(1), "message", integer(2)));
  expect_equal(x, y);
  expect_different(x, z);
}

TEST_F(EqualTest, TheOrderIsTransitiveAndAntisymmetric) {
  std::vector<Value> items = {Value::nil(),         Value::boolean(false),
                              Value::boolean(true), integer(-5),
                              Value::number(-4.5),  integer(0),
                              Value::number(0.5),   integer(1),
                              Value::number(1e300), Value::number(NAN),
                              Value::symbol(1),     Value::symbol(2),
                              Value::gensym(1),     Value::keyword(1),
                              Value::empty_list(),  Value::pid(1, 0),
                              Value::pid(2, 0),     Value::builtin(1)};
  heap::RootVector all(heap);
  for (Value v : items) all.push_back(v);
  all.push_back(heap.make_integer(i64{1} << 60));
  all.push_back(heap.make_string("a"));
  all.push_back(heap.make_string("b"));
  all.push_back(list_of(heap, {integer(1)}));
  all.push_back(list_of(heap, {integer(1), integer(2)}));
  all.push_back(list_of(heap, {integer(2)}));
  all.push_back(vector_of(heap, {integer(1)}));
  all.push_back(vector_of(heap, {integer(1), integer(0)}));
  all.push_back(heap.make_ref(1));
  all.push_back(heap.make_ref(2));
  for (Value a : all) {
    for (Value b : all) {
      int ab = order(a, b, world.names);
      EXPECT_EQ(ab, -order(b, a, world.names));
      if (a == b) EXPECT_EQ(ab, 0);
      for (Value c : all) {
        if (ab <= 0 && order(b, c, world.names) <= 0) EXPECT_LE(order(a, c, world.names), 0);
      }
    }
  }
}

}  // namespace
}  // namespace lithe::value
