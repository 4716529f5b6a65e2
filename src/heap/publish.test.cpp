// SPDX-License-Identifier: Apache-2.0
#include "heap/publish.hpp"

#include <gtest/gtest.h>

#include <string>

#include "heap/fragment.hpp"
#include "heap/table.hpp"
#include "heap/test_heap.hpp"
#include "heap/validate.hpp"
#include "value/equal.hpp"

namespace lithe::heap {
namespace {

struct FakeCode {
  SharedUnit* unit = nullptr;
};

class PublishTest : public ::testing::Test {
 protected:
  Value closure(Heap& heap, FakeCode& code, Value capture) {
    Root kept(heap, capture);
    Object* object = heap.allocate(Kind::closure, 2);
    object->words()[0] = reinterpret_cast<u64>(&code);
    object->init(1, kept);
    return Value::object(object, false);
  }

  TestWorld world{TestWorld::roomy()};
  Heap heap{world.environment, nullptr};
  Heap other{world.environment, nullptr};
};

TEST_F(PublishTest, ImmediateValuesNeedNoUnit) {
  Publication p = publish(heap, Value::integer(3));
  EXPECT_EQ(p.unit, nullptr);
  EXPECT_EQ(p.value, Value::integer(3));
  EXPECT_FALSE(p.has_mutable || p.refused);
}

TEST_F(PublishTest, AnEighthOfTheCeilingIsLeftToDefineTheNameAnew) {
  Root data(heap, heap.make_string("text"));
  u64 room = world.account.ceiling() - world.account.bytes();
  u64 taken = room - world.account.ceiling() / 8;
  world.account.add(taken);
  Publication refused = publish(heap, data);
  EXPECT_TRUE(refused.refused);
  EXPECT_EQ(refused.unit, nullptr);
  world.account.remove(taken);
  EXPECT_FALSE(publish(heap, data).refused);
}

TEST_F(PublishTest, WhatIsNotSharedIsItsOwnCopy) {
  Root data(heap, heap.make_string("text"));
  EXPECT_EQ(thaw(heap, data), data.get());
  EXPECT_EQ(thaw(heap, Value::integer(3)), Value::integer(3));
}

TEST_F(PublishTest, DataBecomeSharedAndDoNotMove) {
  Root text(heap, heap.make_string("text"));
  Root data(heap, list_of(heap, {text, text, heap.make_string(std::string(300, 'l'))}));
  Publication p = publish(heap, data);
  EXPECT_TRUE(p.value.is_shared_pointer());
  EXPECT_FALSE(p.has_mutable);
  EXPECT_TRUE(value::equal(p.value, data));
  EXPECT_EQ(SharedUnit::of(p.value), p.unit);
  EXPECT_EQ(p.value.as_cons()->head, p.value.as_cons()->tail.as_cons()->head);
  Root kept(other, p.value);
  other.collect_major();
  EXPECT_EQ(kept.get(), p.value);
  EXPECT_EQ(validate(heap), "");
  EXPECT_EQ(validate(other), "");
}

TEST_F(PublishTest, WhatIsMutableIsThawedAsOneBundle) {
  Root table(heap, make_table(heap));
  Root data(heap, list_of(heap, {table, table, heap.make_string("rest")}));
  ASSERT_TRUE(table_set(heap, table, Value::integer(1), data));
  Publication p = publish(heap, data);
  EXPECT_TRUE(p.has_mutable);
  Root mine(other, thaw(other, p.value));
  other.collect_major();
  EXPECT_TRUE(mine.get().is_local_pointer());
  EXPECT_EQ(validate(other), "");
  Value first = mine.get().as_cons()->head;
  EXPECT_EQ(first, mine.get().as_cons()->tail.as_cons()->head);
  EXPECT_EQ(table_get(first, Value::integer(1), Value::nil()), mine.get());
  // Each copy is its owner's alone.
  Root copy(other, first);
  ASSERT_TRUE(table_set(other, copy, Value::integer(2), Value::integer(2)));
  EXPECT_EQ(table_size(table), 1u);
  Root again(other, thaw(other, p.value));
  EXPECT_EQ(table_size(again.get().as_cons()->head), 1u);
}

TEST_F(PublishTest, AssignedVariablesOfAClosureAreThawed) {
  FakeCode code;
  Root box(heap, heap.make_box(Value::integer(0)));
  Root function(heap, closure(heap, code, box));
  Publication p = publish(heap, function);
  EXPECT_TRUE(p.has_mutable);
  Root mine(other, thaw(other, p.value));
  EXPECT_EQ(mine.object()->words()[0], reinterpret_cast<u64>(&code));
  other.store(mine.object()->get(1).as_object(), 0, Value::integer(1));
  EXPECT_EQ(p.value.as_object()->get(1).as_object()->get(0), Value::integer(0));
  EXPECT_EQ(box.object()->get(0), Value::integer(0));
}

TEST_F(PublishTest, BuffersAreCopiedUnlessFrozen) {
  using value::OffHeap;
  Root open(heap, heap.adopt_buffer(OffHeap::create_array(value::ElementType::u8_, 4), false));
  Publication p = publish(heap, open);
  EXPECT_TRUE(p.has_mutable);
  Root mine(other, thaw(other, p.value));
  value::off_heap_of(mine.object())->data()[0] = 9;
  EXPECT_EQ(value::off_heap_of(open.object())->data()[0], 0);
  EXPECT_EQ(value::off_heap_of(p.value.as_object())->data()[0], 0);
  Root frozen(heap, heap.adopt_buffer(OffHeap::create_array(value::ElementType::u8_, 4), true));
  EXPECT_FALSE(publish(heap, frozen).has_mutable);
}

TEST_F(PublishTest, ImmutableUnitsStaySharedWhenTheBundleIsThawed) {
  Root list(heap, list_of(heap, {Value::integer(1)}));
  Publication constant = publish(heap, list);
  Root table(heap, make_table(heap));
  ASSERT_TRUE(table_set(heap, table, Value::integer(1), constant.value));
  Publication p = publish(heap, table);
  EXPECT_EQ(constant.unit->references.load(), 1u);
  Root mine(other, thaw(other, p.value));
  EXPECT_EQ(table_get(mine, Value::integer(1), Value::nil()), constant.value);
}

TEST_F(PublishTest, ASharedValueIsPublishedByReference) {
  Root list(heap, list_of(heap, {Value::integer(1)}));
  Publication first = publish(heap, list);
  Publication second = publish(heap, first.value);
  EXPECT_EQ(second.value, first.value);
  ASSERT_NE(second.unit, nullptr);
  EXPECT_EQ(first.unit->references.load(), 1u);
}

TEST_F(PublishTest, CodeUnitsAreReferredTo) {
  FakeCode code;
  UnitBuilder builder(world.units, world.account);
  code.unit = builder.unit();
  builder.finish();
  Root function(heap, closure(heap, code, Value::nil()));
  Publication p = publish(heap, function);
  EXPECT_EQ(code.unit->references.load(), 1u);
  EXPECT_EQ(p.unit->referred, std::vector<SharedUnit*>{code.unit});
}

TEST_F(PublishTest, ThawingIsRefusedBeyondTheLimit) {
  Root table(heap, make_table(heap));
  for (int i = 0; i < 10000; ++i) {
    ASSERT_TRUE(table_set(heap, table, Value::integer(i), Value::integer(i)));
  }
  Publication p = publish(heap, table);
  other.set_memory_limit(50000);
  EXPECT_TRUE(thaw(other, p.value).is(Value::Special::error));
  EXPECT_TRUE(other.take_refused());
}

TEST_F(PublishTest, UnitBuilderMakesLiterals) {
  int destroyed = 0;
  struct Attached {
    int* count;
    ~Attached() { ++*count; }
  };
  UnitBuilder builder(world.units, world.account);
  Value text = builder.string("short");
  Value longer = builder.string(std::string(1000, 'w'));
  std::vector<Value> items = {text, longer, builder.integer(INT64_MAX), Value::nil()};
  Value list = builder.list(items);
  Value vector = builder.vector(items);
  builder.attach(new Attached{&destroyed});
  for (int i = 0; i < 1000; ++i) builder.cons(Value::integer(i), list);
  SharedUnit* unit = builder.finish();
  for (Value v : {text, longer, list, vector}) EXPECT_EQ(SharedUnit::of(v), unit);
  Root mine(heap, list_of(heap, items));
  EXPECT_TRUE(value::equal(mine, list));
  EXPECT_GT(unit->bytes, 24000u);
  u64 before = world.units.bytes();
  mine = Value::nil();
  heap.collect_major();
  world.units.retire(unit);
  heap.collect_major();
  other.collect_major();
  EXPECT_EQ(destroyed, 1);
  EXPECT_LT(world.units.bytes(), before);
}

TEST_F(PublishTest, AnAbandonedBuilderFreesEverything) {
  u64 before = world.account.bytes();
  {
    UnitBuilder builder(world.units, world.account);
    builder.string(std::string(100, 'w'));
    builder.list(std::vector<Value>(100));
  }
  EXPECT_EQ(world.account.bytes(), before);
}

}  // namespace
}  // namespace lithe::heap
