// SPDX-License-Identifier: Apache-2.0
#include "heap/fragment.hpp"

#include <gtest/gtest.h>

#include <string>

#include "heap/map.hpp"
#include "heap/publish.hpp"
#include "heap/table.hpp"
#include "heap/test_heap.hpp"
#include "heap/validate.hpp"
#include "value/equal.hpp"

namespace lithe::heap {
namespace {

class FragmentTest : public ::testing::Test {
 protected:
  TestWorld world{TestWorld::roomy()};
  Heap sender{world.environment, nullptr};
  Heap receiver{world.environment, nullptr};

  /// Sends, receives, collects; the result is not rooted.
  Value deliver(Value message) {
    Fragment* fragment = copy_out(sender, message);
    EXPECT_NE(fragment, nullptr);
    EXPECT_EQ(validate(sender), "");
    Root root(receiver, fragment->root);
    receiver.adopt(fragment);
    EXPECT_EQ(validate(receiver), "");
    receiver.collect_minor();
    EXPECT_EQ(receiver.fragment_bytes_, 0u);
    EXPECT_EQ(validate(receiver), "");
    return root;
  }
};

TEST_F(FragmentTest, ImmediateMessagesNeedNoAdoption) {
  Fragment* fragment = copy_out(sender, Value::integer(42), Value::pid(3, 1));
  EXPECT_FALSE(fragment->has_data());
  EXPECT_EQ(fragment->root, Value::integer(42));
  EXPECT_EQ(fragment->sender, Value::pid(3, 1));
  free_fragment(fragment);
  fragment = make_fragment(world.account, Value::keyword(base::name::down));
  EXPECT_EQ(fragment->root, Value::keyword(base::name::down));
  free_fragment(fragment);
}

TEST_F(FragmentTest, SmallMessagesArriveWhole) {
  Root text(sender, sender.make_string("hello"));
  Root number(sender, sender.make_integer(INT64_MIN));
  Root vector(sender, vector_of(sender, {text, Value::number(1.5), number}));
  Root message(sender, list_of(sender, {Value::keyword(1), vector, text, Value::empty_list()}));
  Value got = deliver(message);
  EXPECT_TRUE(value::equal(got, message));
  EXPECT_NE(got, message.get());
}

TEST_F(FragmentTest, LongListsArriveWholeAndOnlyOnce) {
  Root list(sender, Value::empty_list());
  for (int i = 0; i < 100000; ++i) list = sender.cons(Value::integer(i), list);
  Root twice(sender, list_of(sender, {list, list}));
  Fragment* fragment = copy_out(sender, twice);
  EXPECT_EQ(fragment->words, 200004u);
  Cons* cell = fragment->root.as_cons();
  EXPECT_EQ(cell->head, cell->tail.as_cons()->head);
  EXPECT_TRUE(value::equal(fragment->root, twice));
  free_fragment(fragment);
}

TEST_F(FragmentTest, DeepNestingIsNoDanger) {
  Root deep(sender, Value::empty_list());
  for (int i = 0; i < 300000; ++i) deep = sender.cons(deep, Value::empty_list());
  Value got = deliver(deep);
  int depth = 0;
  for (Value v = got; v.is_cons(); v = v.as_cons()->head) ++depth;
  EXPECT_EQ(depth, 300000);
}

TEST_F(FragmentTest, TablesAreCopiedWithTheirCycles) {
  Root table(sender, make_table(sender));
  Root key(sender, sender.make_string("self"));
  ASSERT_TRUE(table_set(sender, table, key, table));
  ASSERT_TRUE(table_set(sender, table, Value::integer(1), key));
  Root got(receiver, deliver(table));
  EXPECT_EQ(table_size(got), 2u);
  EXPECT_EQ(table_get(got, key, Value::nil()), got.get());
  ASSERT_TRUE(table_set(receiver, got, Value::integer(1), Value::integer(5)));
  EXPECT_TRUE(value::equal(table_get(table, Value::integer(1), Value::nil()), key));
}

TEST_F(FragmentTest, WhatHasAnIdentityIsCopiedOnce) {
  Root table(sender, make_table(sender));
  Root pair(sender, list_of(sender, {table, table}));
  Value got = deliver(pair);
  EXPECT_EQ(got.as_cons()->head, got.as_cons()->tail.as_cons()->head);

  struct FakeCode {
    SharedUnit* unit = nullptr;
  } code;
  Object* closure = sender.allocate(Kind::closure, 1);
  closure->words()[0] = reinterpret_cast<u64>(&code);
  Root function(sender, Value::object(closure, false));
  pair = list_of(sender, {function, function});
  got = deliver(pair);
  EXPECT_TRUE(value::equal(got.as_cons()->head, got.as_cons()->tail.as_cons()->head));
}

TEST_F(FragmentTest, EveryKindOfSmallDataArrivesWhole) {
  RootVector all(sender);
  all.push_back(sender.make_integer(INT64_MAX));
  all.push_back(sender.make_ref(7));
  Value entries[] = {Value::integer(1), Value::integer(2)};
  all.push_back(make_map(sender, entries, Duplicates::refuse).map);
  all.push_back(make_set(sender, entries));
  all.push_back(sender.make_error(Value::keyword(base::name::type), "wrong"));
  Value name = sender.make_string("Point");
  Object* type = sender.allocate(Kind::record_type, 2);
  type->init(0, name);
  type->init(1, Value::keyword(base::name::value));
  all.push_back(Value::object(type, false));
  Object* record = sender.allocate(Kind::record, 2);
  record->init(0, all.back());
  record->init(1, Value::integer(9));
  all.push_back(Value::object(record, false));
  for (Value one : all) {
    Root pair(sender, list_of(sender, {one, Value::integer(1)}));
    Value got = deliver(pair).as_cons()->head;
    EXPECT_EQ(got.as_object()->kind(), one.as_object()->kind());
    EXPECT_EQ(got.as_object()->size(), one.as_object()->size());
    Kind kind = one.as_object()->kind();
    // Records are equal when their types are one and the same.
    if (kind != Kind::record && kind != Kind::record_type && kind != Kind::error)
      EXPECT_TRUE(value::equal(got, one));
  }
}

TEST_F(FragmentTest, LongStringsAreShared) {
  std::string text(5000, 'z');
  Root message(sender, sender.make_string(text));
  value::OffHeap* data = value::off_heap_of(message.object());
  Root got(receiver, deliver(message));
  EXPECT_EQ(data->references.load(), 2u);
  EXPECT_EQ(value::off_heap_of(got.object()), data);
  EXPECT_GE(receiver.bytes(), text.size());
  message = Value::nil();
  sender.collect_major();
  EXPECT_EQ(data->references.load(), 1u);
  EXPECT_EQ(value::text(got), text);
}

TEST_F(FragmentTest, BuffersAreCopiedUnlessFrozen) {
  using value::ElementType;
  using value::OffHeap;
  Root open(sender, sender.adopt_buffer(OffHeap::create_array(ElementType::i32_, 10), false));
  Root got(receiver, deliver(open));
  EXPECT_NE(value::off_heap_of(got.object()), value::off_heap_of(open.object()));
  EXPECT_TRUE(value::equal(got, open));
  value::off_heap_of(open.object())->data()[0] = 1;
  EXPECT_FALSE(value::equal(got, open));

  Root frozen(sender, sender.adopt_buffer(OffHeap::create_array(ElementType::f64_, 10), true));
  got = deliver(frozen);
  EXPECT_EQ(value::off_heap_of(got.object()), value::off_heap_of(frozen.object()));
  EXPECT_TRUE(got.object()->has_flag(Object::flag_frozen));
}

TEST_F(FragmentTest, AHandleStaysWithItsProcess) {
  static int ended;
  ended = 0;
  auto* data = value::OffHeap::create_holder(8, 1000, [](value::OffHeap*) { ended++; });
  Root handle(sender, sender.adopt_handle(data, 7));
  EXPECT_GE(sender.bytes(), 1000u);
  Root got(receiver, deliver(handle));
  EXPECT_EQ(value::off_heap_of(got.object())->end, nullptr);
  EXPECT_TRUE(value::equal(got, handle));
  EXPECT_EQ(validate(receiver), "");
  got = Value::nil();
  receiver.collect_major();
  sender.collect_major();
  EXPECT_EQ(ended, 0);
  EXPECT_EQ(value::off_heap_of(handle.object()), data);
  handle = Value::nil();
  sender.collect_major();
  EXPECT_EQ(ended, 1);
}

TEST_F(FragmentTest, AMessageThatNobodyTakesLeavesNothing) {
  Root message(sender, sender.make_string(std::string(1000, 'q')));
  u64 before = world.account.bytes();
  value::OffHeap* data = value::off_heap_of(message.object());
  Fragment* fragment = copy_out(sender, message);
  EXPECT_GE(fragment->total_bytes(), 1000u);
  EXPECT_EQ(data->references.load(), 2u);
  free_fragment(fragment);
  EXPECT_EQ(data->references.load(), 1u);
  EXPECT_EQ(world.account.bytes(), before);
}

TEST_F(FragmentTest, PinnedMessagesStayValidThroughCollections) {
  Root message(sender, list_of(sender, {Value::integer(1), Value::integer(2)}));
  Fragment* fragment = copy_out(sender, message);
  receiver.adopt(fragment, true);
  for (int i = 0; i < 3; ++i) {
    receiver.collect_minor();
    receiver.collect_major();
    EXPECT_TRUE(value::equal(fragment->root, message));
  }
  EXPECT_EQ(receiver.used_words(), 4u);
  receiver.unpin(fragment);
  receiver.collect_major();
  EXPECT_EQ(receiver.used_words(), 0u);
  EXPECT_EQ(receiver.fragment_bytes_, 0u);
}

TEST_F(FragmentTest, ManyAdoptedMessagesAskForACollection) {
  TestWorld small_world;
  Heap small(small_world.environment, nullptr);
  Root message(sender, list_of(sender, {Value::integer(1), Value::integer(2)}));
  for (int i = 0; i < 1000; ++i) {
    small.adopt(copy_out(sender, message));
    if (small.wants_collection()) small.collect_minor();
    ASSERT_LT(small.fragment_bytes_, 10000u);
  }
  EXPECT_GT(small.collections_, 10u);
}

TEST_F(FragmentTest, SharedPointersStayAndTheirUnitsAreCounted) {
  Root list(sender, list_of(sender, {Value::integer(1), Value::integer(2)}));
  Publication published = publish(sender, list);
  Root small(sender, sender.cons(published.value, Value::empty_list()));
  Root table(sender, make_table(sender));
  ASSERT_TRUE(table_set(sender, table, Value::integer(1), published.value));
  for (Value message : {small.get(), table.get(), published.value}) {
    Fragment* fragment = copy_out(sender, message);
    EXPECT_EQ(fragment->unit_count, 1u);
    EXPECT_EQ(published.unit->references.load(), 1u);
    free_fragment(fragment);
    EXPECT_EQ(published.unit->references.load(), 0u);
  }
  receiver.adopt(copy_out(sender, small));
  receiver.adopt(copy_out(sender, small));
  EXPECT_EQ(published.unit->references.load(), 1u);  // the receiver counts once
  receiver.collect_minor();
  receiver.collect_major();
  EXPECT_EQ(published.unit->references.load(), 0u);
}

TEST_F(FragmentTest, CountsEachUnitOnceHoweverManyThereAre) {
  for (u64 count : {1, 4, 5, 100}) {
    RootVector published(sender);
    std::vector<SharedUnit*> made;
    for (u64 i = 0; i < count; ++i) {
      Publication one = publish(sender, list_of(sender, {Value::integer(i64(i))}));
      made.push_back(one.unit);
      for (int k = 0; k < 3; ++k) published.push_back(one.value);
    }
    Root list(sender, sender.make_list(published.span()));
    Fragment* message = copy_out(sender, list);
    ASSERT_NE(message, nullptr);
    EXPECT_EQ(message->unit_count, count);
    for (SharedUnit* unit : made) EXPECT_EQ(unit->references.load(), 1u);
    free_fragment(message);
    for (SharedUnit* unit : made) EXPECT_EQ(unit->references.load(), 0u);
  }
}

TEST_F(FragmentTest, RefusesMoreUnitsThanItCanCount) {
  RootVector published(sender);
  for (i64 i = 0; i < 0x10000; ++i) {
    published.push_back(publish(sender, sender.cons(Value::integer(i), Value::nil())).value);
  }
  Root list(sender, sender.make_list(published.span()));
  u64 held = world.account.bytes();
  EXPECT_EQ(copy_out(sender, list), nullptr);
  EXPECT_EQ(world.account.bytes(), held);
  list = list.get().as_cons()->tail;
  Fragment* message = copy_out(sender, list);
  ASSERT_NE(message, nullptr);
  EXPECT_EQ(message->unit_count, 0xFFFF);
  free_fragment(message);
}

TEST_F(FragmentTest, RefusesWhatTheCeilingForbids) {
  TestWorld small_world({}, 1 << 20);
  Heap heap(small_world.environment, nullptr);
  Root list(heap, Value::empty_list());
  for (int i = 0; i < 40000; ++i) list = heap.cons(Value::integer(i), list);
  EXPECT_EQ(copy_out(heap, list), nullptr);
  EXPECT_EQ(validate(heap), "");
}

/// What the copying remembers of each part counts as memory, for as long as it lasts.
TEST_F(FragmentTest, WhatCopyingRemembersCounts) {
  constexpr u64 cells = 100'000;
  Root list(sender, Value::empty_list());
  for (u64 i = 0; i < cells; ++i) {
    Root item(sender, sender.cons(Value::integer(i64(i)), Value::empty_list()));
    list = sender.cons(item, list);
  }
  MemoryAccount& account = world.account;
  u64 held = account.bytes();
  u64 room_for_the_copy = 2 * cells * 16 + 4096;
  u64 filling = account.ceiling() - held - room_for_the_copy;
  account.add(filling);
  EXPECT_EQ(copy_out(sender, list), nullptr);
  EXPECT_EQ(account.bytes(), held + filling);
  EXPECT_EQ(validate(sender), "") << "the originals have their first words again";
  account.remove(filling);
  Fragment* message = copy_out(sender, list);
  ASSERT_NE(message, nullptr);
  EXPECT_EQ(account.bytes(), held + message->bytes());
  free_fragment(message);
  EXPECT_EQ(account.bytes(), held);
}

/// There is room for what the copying remembers, but not for the copy.
TEST_F(FragmentTest, RefusesACopyWithoutRoom) {
  RootVector texts(sender);
  for (int i = 0; i < 1000; ++i) texts.push_back(sender.make_string(std::string(60, 'x')));
  Root vector(sender, sender.make_vector(texts.span()));
  MemoryAccount& account = world.account;
  u64 filling = account.ceiling() - account.bytes() - 50'000;
  account.add(filling);
  EXPECT_EQ(copy_out(sender, vector), nullptr);
  EXPECT_EQ(validate(sender), "");
  account.remove(filling);
  Fragment* message = copy_out(sender, vector);
  ASSERT_NE(message, nullptr);
  free_fragment(message);
}

TEST_F(FragmentTest, EndsWithItsHeap) {
  Root message(sender, list_of(sender, {Value::integer(1), sender.make_string("text")}));
  u64 before = world.account.bytes();
  {
    Heap heap(world.environment, nullptr);
    heap.adopt(copy_out(sender, message));
    heap.adopt(copy_out(sender, message), true);
  }
  EXPECT_EQ(world.account.bytes(), before);
}

}  // namespace
}  // namespace lithe::heap
