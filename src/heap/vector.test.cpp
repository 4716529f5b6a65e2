// SPDX-License-Identifier: Apache-2.0
#include "heap/vector.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "heap/test_heap.hpp"
#include "heap/tree_shape.test.hpp"
#include "heap/validate.hpp"
#include "value/equal.hpp"
#include "value/hash.hpp"

namespace lithe::heap {
namespace {

using Model = std::vector<i64>;

void expect_is(Value vector, const Model& model, const base::NameTable& names) {
  ASSERT_EQ(wrong_shape(vector, names), "") << model.size();
  ASSERT_EQ(value::entry_count(vector.as_object()), model.size());
  value::WordCursor cursor(vector.as_object());
  Value v;
  for (u64 i = 0; i < model.size(); ++i) {
    ASSERT_EQ(value::vector_get(vector.as_object(), i), Value::integer(model[i])) << i;
    ASSERT_TRUE(cursor.next(v));
    ASSERT_EQ(v, Value::integer(model[i])) << i;
  }
  ASSERT_FALSE(cursor.next(v));
}

Value made_of(Heap& heap, const Model& model) {
  RootVector items(heap);
  for (i64 i : model) items.push_back(Value::integer(i));
  return heap.make_vector(items.span());
}

Model counted(u64 size) {
  Model model(size);
  for (u64 i = 0; i < size; ++i) model[i] = i64(i * i);
  return model;
}

TEST(Vector, GrowsAndShrinksThroughEachShape) {
  // 32, 33, 64, 65: flat, a leaf, a full leaf, one level; 1056, 1057: one level, two.
  TestWorld world(TestWorld::stressed(97));
  Heap heap(world.environment, nullptr);
  Root vector(heap, made_of(heap, {}));
  Model model;
  auto check = [&] {
    u64 size = model.size();
    if (size < 130 || (size > 1040 && size < 1100) || size % 5000 == 0 || size > 33800)
      expect_is(vector, model, world.names);
  };
  while (model.size() < 33900) {
    model.push_back(i64(model.size()));
    vector = vector_push(heap, vector, Value::integer(model.back()));
    if (model.size() > 33800 && model.size() % 10 != 0) continue;
    check();
  }
  while (!model.empty()) {
    model.pop_back();
    vector = vector_pop(heap, vector);
    if (model.size() > 33800 && model.size() % 10 != 0) continue;
    check();
  }
}

TEST(Vector, APutLeavesTheOldOneAsItWas) {
  for (u64 size : {1, 32, 33, 64, 65, 1056, 1057, 1100, 40000}) {
    TestWorld world(TestWorld::stressed(5));
    Heap heap(world.environment, nullptr);
    Model model = counted(size);
    Root old(heap, made_of(heap, model));
    Root vector(heap, old);
    Model changed = model;
    std::mt19937_64 random(size);
    for (int i = 0; i < 40; ++i) {
      u64 index = i == 0 ? size - 1 : i == 1 ? 0 : random() % size;
      changed[index] = -i;
      vector = vector_put(heap, vector, index, Value::integer(-i));
    }
    expect_is(vector, changed, world.names);
    expect_is(old, model, world.names);
    EXPECT_EQ(validate(heap), "");
  }
}

TEST(Vector, SlicesAndConcatenationsAreLikeAnyOther) {
  TestWorld world(TestWorld::stressed(3));
  Heap heap(world.environment, nullptr);
  std::mt19937_64 random(1);
  for (int round = 0; round < 60; ++round) {
    u64 sizes[2] = {random() % (round % 2 ? 80 : 3000), random() % (round % 3 ? 40 : 2500)};
    Model left = counted(sizes[0]);
    Model right = counted(sizes[1]);
    Root first(heap, made_of(heap, left));
    Root second(heap, made_of(heap, right));
    Root both(heap, vector_concat(heap, first, second));
    Model all = left;
    all.insert(all.end(), right.begin(), right.end());
    expect_is(both, all, world.names);
    u64 from = random() % (all.size() + 1);
    u64 to = from + random() % (all.size() - from + 1);
    Root part(heap, vector_slice(heap, both, from, to));
    expect_is(part, Model(all.begin() + i64(from), all.begin() + i64(to)), world.names);
    Root same(heap, made_of(heap, all));
    EXPECT_TRUE(value::equal(both, same));
    EXPECT_EQ(value::hash(both), value::hash(same));
    EXPECT_EQ(value::order(both, same, world.names), 0);
  }
}

TEST(Vector, WhatNoMemoryHoldsIsRefused) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  heap.set_memory_limit(1 << 20);
  Root vector(heap, made_of(heap, counted(20000)));
  for (int i = 0; i < 10 && !vector.get().is(Value::Special::error); ++i) {
    EXPECT_FALSE(heap.take_refused());
    vector = vector_concat(heap, vector, vector);
  }
  EXPECT_TRUE(vector.get().is(Value::Special::error));
  EXPECT_TRUE(heap.take_refused());
  EXPECT_FALSE(heap.limit_exceeded());
}

TEST(Vector, ASliceOfAllIsTheVectorItself) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  Root vector(heap, vector_of(heap, {Value::integer(1), Value::integer(2), Value::integer(3)}));
  EXPECT_EQ(vector_slice(heap, vector, 0, 3), vector.get());
  Value part = vector_slice(heap, vector, 0, 2);
  EXPECT_NE(part, vector.get());
  EXPECT_EQ(value::entry_count(part.as_object()), 2u);
}

}  // namespace
}  // namespace lithe::heap
