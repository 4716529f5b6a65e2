// SPDX-License-Identifier: Apache-2.0
// Heaps that are broken on purpose: the checker must say so, or it would be silent about those that
// a collector breaks.
#include "heap/validate.hpp"

#include <gtest/gtest.h>

#include <string>

#include "heap/fragment.hpp"
#include "heap/map.hpp"
#include "heap/old_space.hpp"
#include "heap/publish.hpp"
#include "heap/table.hpp"
#include "heap/test_heap.hpp"
#include "value/tree.hpp"

namespace lithe::heap {
namespace {

using value::tree_width;

class ValidateTest : public ::testing::Test {
 protected:
  /// What is wrong, without the place.
  std::string finding() {
    std::string text = validate(heap);
    return text.substr(0, text.find(" at "));
  }

  /// An object of `words` words that all hold `content`, made for this alone.
  Object* filled(Kind kind, u32 words, Value content, u8 flags = 0) {
    Object* object = heap.allocate(kind, words, flags);
    for (u32 i = 0; i < words; ++i) object->init(i, content);
    return object;
  }

  /// Takes back everything that a test has made, so that the next finding is another one.
  void forget() { heap.top = heap.begin_; }

  /// From now on there is an old space.
  void make_old_space() {
    for (i64 i = 0; i < 10'000; ++i) kept = heap.cons(Value::integer(i), kept);
    heap.collect_major();
    ASSERT_NE(heap.old_, nullptr);
  }

  TestWorld world{TestWorld::roomy()};
  Heap heap{world.environment, nullptr};
  Root kept{heap, Value::empty_list()};
};

TEST_F(ValidateTest, WhatTheHeapMakesIsWhole) {
  RootVector made(heap);
  made.push_back(heap.make_error(Value::keyword(base::name::type), "no", Value::integer(1)));
  made.push_back(Value::object(filled(Kind::record_type, 1, heap.make_string("Point")), false));
  Object* record = heap.allocate(Kind::record, 2);
  record->init(0, made[1]);
  record->init(1, Value::nil());
  made.push_back(Value::object(record, false));
  made.push_back(publish(heap, heap.make_string("shared")).value);
  made.push_back(publish(heap, heap.cons(Value::nil(), Value::nil())).value);
  made.push_back(make_table(heap));
  Value list = heap.make_list(made.span());
  kept = list;
  EXPECT_EQ(finding(), "");
  heap.collect_major();
  EXPECT_EQ(finding(), "");
}

TEST_F(ValidateTest, TheMarksOfTheYoungSpaceAreInOrder) {
  heap.cons(Value::nil(), Value::nil());
  const std::string wrong = "the young space's marks are out of order";
  HeapState& state = heap;
  const HeapState whole = state;
  state.high_water_ = whole.begin_ - 1;
  EXPECT_EQ(finding(), wrong);
  state.high_water_ = whole.top + 1;
  EXPECT_EQ(finding(), wrong);
  state.high_water_ = whole.high_water_;
  state.end_ = whole.top - 1;
  EXPECT_EQ(finding(), wrong);
  state.end_ = whole.end_;
  EXPECT_EQ(finding(), "");
}

TEST_F(ValidateTest, ObjectsFollowEachOther) {
  filled(Kind::vector, 3, Value::nil());
  --heap.top;
  EXPECT_EQ(finding(), "the last object does not end where the space does");
  forget();
  filled(Kind::vector, 1, Value::nil())->header = Object::make_header(Kind(200), 1);
  EXPECT_EQ(finding(), "an unknown kind");
  forget();
  make_old_space();
  heap.allocate(Kind::vector, 0)->header = Object::make_header(Kind(200), 0);
  EXPECT_EQ(finding(), "an unknown kind") << "and the old space is not looked at";
}

TEST_F(ValidateTest, SizesAreThoseOfTheKinds) {
  struct Case {
    Kind kind;
    u32 words;
    const char* wrong;
  };
  const Case cases[] = {
      {Kind::bigint, 0, "a bigint not normalised"},
      {Kind::long_string, 2, "a long string's size"},
      {Kind::handle, 2, "a handle's size"},
      {Kind::table, 1, "a table without slots"},
      {Kind::table, 2, "a table without slots"},
      {Kind::closure, 0, "a closure without code"},
      {Kind::error, 4, "an error's size"},
      {Kind::map, 3, "an odd number of keys and values"},
      {Kind::map, 2 * tree_width + 2, "a flat collection's size"},
      {Kind::set, tree_width + 1, "a flat collection's size"},
      {Kind::table_slots, 3, "an odd number of keys and values"},
      {Kind::node, 0, "a node's size"},
      {Kind::node, 2 * tree_width + 1, "a node's size"},
      {Kind::record_type, 0, "a record type's name"},
      {Kind::record_type, 1, "a record type's name"},
      {Kind::record, 0, "a record without a type"},
      {Kind::record, 1, "a record without a type"},
  };
  for (const Case& one : cases) {
    forget();
    filled(one.kind, one.words, Value::integer(1));
    EXPECT_EQ(finding(), one.wrong) << value::kind_table[u8(one.kind)].name << one.words;
  }
}

TEST_F(ValidateTest, ContentsAreThoseOfTheKinds) {
  heap.make_integer(INT64_MAX).as_object()->words()[0] = 0;
  EXPECT_EQ(finding(), "a bigint not normalised");
  forget();
  heap.make_string("abc").as_object()->words()[0] = 100;
  EXPECT_EQ(finding(), "a string's size");
}

TEST_F(ValidateTest, TreesHaveNodes) {
  Object* tree = filled(Kind::map, 4, Value::integer(100), Object::flag_tree);
  EXPECT_EQ(finding(), "a tree's size");
  forget();
  tree = filled(Kind::map, 3, Value::integer(5), Object::flag_tree);
  EXPECT_EQ(finding(), "a tree's size") << "so few entries are flat";
  tree->init(value::tree_count, Value::integer(100));
  EXPECT_EQ(finding(), "a tree without nodes");
}

TEST_F(ValidateTest, SlotsHoldValues) {
  Cons* cell = heap.cons(Value::nil(), Value::nil()).as_cons();
  cell->tail = Value::from_bits(Object::make_header(Kind::vector, 0));
  EXPECT_EQ(finding(), "a header where a value should be");
  cell->tail = Value::from_bits(Value::word(Value::Sub::forwarded, 0));
  EXPECT_EQ(finding(), "a forwarding mark");
  u64 elsewhere[4] = {0, 0, 0, 0};
  cell->head = Value::cons(reinterpret_cast<Cons*>(elsewhere), false);
  EXPECT_EQ(finding(), "a pointer to nowhere") << "the first finding stands";
  cell->tail = Value::nil();
  cell->head = Value::cons(cell, false);
  EXPECT_EQ(finding(), "");
  cell->head = Value::object(reinterpret_cast<Object*>(cell), false);
  EXPECT_EQ(finding(), "a pointer of the wrong sort");
  cell->head = Value::object(reinterpret_cast<Object*>(elsewhere + 1), true);
  elsewhere[1] = Object::make_header(Kind::vector, 0);
  EXPECT_EQ(finding(), "a shared pointer without a unit");
  elsewhere[0] = reinterpret_cast<u64>(elsewhere);
  elsewhere[1] = 0;
  EXPECT_EQ(finding(), "a shared pointer to no object");
  cell->head = Value::nil();
  EXPECT_EQ(finding(), "");
}

TEST_F(ValidateTest, AFragmentWhoseDataHaveMovedIsNotPointedTo) {
  Root list(heap, list_of(heap, {Value::integer(1), Value::integer(2)}));
  Fragment* message = copy_out(heap, list);
  heap.adopt(message, true);
  kept = message->root;
  EXPECT_EQ(finding(), "");
  Value before = message->root;
  heap.collect_major();
  EXPECT_NE(kept.get(), before);
  EXPECT_EQ(finding(), "");
  Value moved = kept;
  kept = before;
  EXPECT_EQ(finding(), "a pointer to nowhere");
  kept = moved;
  heap.unpin(message);
}

TEST_F(ValidateTest, OldSlotsAreRemembered) {
  make_old_space();
  Value young = heap.cons(Value::nil(), Value::nil());
  kept.get().as_cons()->head = young;
  EXPECT_EQ(finding(), "an old slot that points to something young is not remembered");
  kept.get().as_cons()->head = Value::nil();
  heap.store_slot(&kept.get().as_cons()->head, young);
  EXPECT_EQ(finding(), "");
}

TEST_F(ValidateTest, OffHeapObjectsAreListed) {
  filled(Kind::long_string, 3, Value::integer(0));
  EXPECT_EQ(finding(), "an off-heap object in no list");
  forget();
  heap.off_heap_bytes_ += 8;
  EXPECT_EQ(finding(), "off-heap bytes miscounted");
  heap.off_heap_bytes_ -= 8;
  make_old_space();
  u64 elsewhere[4] = {Object::make_header(Kind::long_string, 3), 0, 0, 0};
  heap.off_heap_ = reinterpret_cast<Object*>(elsewhere);
  heap.old_->off_heap = reinterpret_cast<Object*>(elsewhere);
  EXPECT_EQ(finding(), "a list of off-heap objects");
  heap.off_heap_ = nullptr;
  EXPECT_EQ(finding(), "a list of off-heap objects") << "the old one";
  heap.old_->off_heap = nullptr;
  EXPECT_EQ(finding(), "");
}

TEST_F(ValidateTest, RootsAreChecked) {
  u64 elsewhere[2] = {0, 0};
  Value nowhere = Value::cons(reinterpret_cast<Cons*>(elsewhere), false);
  kept = nowhere;
  EXPECT_EQ(finding(), "a pointer to nowhere");
  kept = Value::nil();
  RootVector many(heap);
  many.push_back(nowhere);
  EXPECT_EQ(finding(), "a pointer to nowhere");
  many.pop_back();
  EXPECT_EQ(finding(), "");
}

using ValidateDeathTest = ValidateTest;

TEST_F(ValidateDeathTest, ACollectionThatLeavesABrokenHeapEndsTheProgram) {
  EXPECT_DEATH(
      {
        world.environment.options.validate = true;
        heap.off_heap_bytes_ += 8;
        heap.collect_major();
      },
      "heap broken after collection 1: off-heap bytes miscounted");
}

}  // namespace
}  // namespace lithe::heap
