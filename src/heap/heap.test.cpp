// SPDX-License-Identifier: Apache-2.0
#include "heap/heap.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "heap/old_space.hpp"
#include "heap/test_heap.hpp"
#include "heap/validate.hpp"
#include "value/bigint.hpp"
#include "value/equal.hpp"

namespace lithe::heap {
namespace {

struct CountingOwner final : RootProvider {
  void visit_roots(RootVisitor& visitor) override {
    visitor.visit_words(words.data(), words.size());
    ++visits;
  }
  void on_memory_limit() override { ++limits; }
  std::vector<u64> words;
  int visits = 0;
  int limits = 0;
};

i64 sum(Value list) {
  i64 total = 0;
  for (; list.is_cons(); list = list.as_cons()->tail) total += list.as_cons()->head.as_integer();
  return total;
}

TEST(Heap, AllocatesUpwardsAndCollectsWhenFull) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  u64* before = heap.top;
  heap.cons(Value::integer(1), Value::empty_list());
  EXPECT_EQ(heap.top, before + 2);
  EXPECT_EQ(heap.collections_, 0u);
  for (int i = 0; i < 1000; ++i) heap.cons(Value::integer(1), Value::empty_list());
  EXPECT_GT(heap.collections_, 0u);
  EXPECT_EQ(validate(heap), "");
}

TEST(Heap, KeepsWhatIsRootedAndDropsTheRest) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  Root list(heap, Value::empty_list());
  for (int i = 1; i <= 1000; ++i) {
    list = heap.cons(Value::integer(i), list);
    heap.make_string("garbage");
  }
  heap.collect_major();
  EXPECT_EQ(sum(list), 500500);
  EXPECT_EQ(heap.used_words(), 2000u);
}

TEST(Heap, VisitsTheOwnersRootsAndLeavesRawWordsAlone) {
  TestWorld world;
  CountingOwner owner;
  Heap heap(world.environment, &owner);
  Value text = heap.make_string("kept");
  u64 raw = u64(&owner);  // like a return address
  owner.words = {text.bits(), raw, Value::integer(7).bits(), Value::number(1.5).bits(),
                 text.bits()};
  heap.collect_major();
  EXPECT_NE(owner.words[0], text.bits());
  EXPECT_EQ(owner.words[0], owner.words[4]);
  EXPECT_EQ(value::text(Value::from_bits(owner.words[0])), "kept");
  EXPECT_EQ(owner.words[1], raw);
  EXPECT_EQ(owner.words[2], Value::integer(7).bits());
  EXPECT_EQ(owner.visits, 1);
}

TEST(Heap, StartsInMemoryOfTheOwner) {
  TestWorld world;
  auto memory = std::make_unique<u64[]>(40);
  u64 before = world.account.bytes();
  {
    Heap heap(world.environment, nullptr, memory.get(), 40);
    EXPECT_EQ(world.account.bytes(), before);
    Root list(heap, Value::empty_list());
    for (int i = 0; i < 500; ++i) list = heap.cons(Value::integer(i), list);
    EXPECT_NE(heap.begin_, memory.get());
    list = Value::empty_list();
    list = heap.cons(Value::integer(5), list);
    heap.compact_idle();
    EXPECT_EQ(heap.begin_, memory.get());
    EXPECT_EQ(heap.used_words(), 2u);
    EXPECT_EQ(world.account.bytes(), before);
    EXPECT_EQ(sum(list), 5);
    for (int i = 0; i < 500; ++i) list = heap.cons(Value::integer(i), list);
    EXPECT_EQ(sum(list), 5 + 499 * 500 / 2);
  }
  EXPECT_EQ(world.account.bytes(), before);
}

TEST(Heap, CompactsIntoAnExactBlock) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  Root list(heap, Value::empty_list());
  for (int i = 0; i < 30000; ++i) list = heap.cons(Value::integer(i), list);
  ASSERT_NE(heap.old_, nullptr);
  for (int i = 0; i < 29900; ++i) list = list.get().as_cons()->tail;
  heap.compact_idle();
  EXPECT_EQ(heap.old_, nullptr);
  EXPECT_EQ(heap.used_words(), 200u);
  EXPECT_EQ(world.account.bytes(), 200u * 8);
  EXPECT_EQ(sum(list), 99 * 100 / 2);
}

TEST(Heap, PromotesWhatHasSurvivedOnce) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  RootVector kept(heap);
  for (int i = 0; i < 10000; ++i) kept.push_back(heap.cons(Value::integer(i), Value::nil()));
  ASSERT_NE(heap.old_, nullptr);
  Root young(heap, heap.make_box(Value::nil()));
  heap.collect_minor();
  EXPECT_FALSE(heap.is_old(young.object()));
  heap.collect_minor();
  EXPECT_TRUE(heap.is_old(young.object()));
  for (int i = 0; i < 10000; ++i) ASSERT_EQ(kept[u64(i)].as_cons()->head, Value::integer(i));
}

TEST(Heap, RemembersOldSlotsThatPointToYoungObjects) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  RootVector ballast(heap);
  for (int i = 0; i < 5000; ++i) ballast.push_back(heap.cons(Value::integer(i), Value::nil()));
  Root box(heap, heap.make_box(Value::nil()));
  // Until the ballast is old, and its survival forgotten.
  for (int round = 0; round < 3; ++round) heap.collect_minor();
  ASSERT_TRUE(heap.is_old(box.object()));
  // Only the old box keeps the string alive, in both steps of its way to the old space.
  Value text = heap.make_string("young");
  heap.store(box.object(), 0, text);
  EXPECT_EQ(validate(heap), "");
  heap.collect_minor();
  EXPECT_EQ(value::text(box.object()->get(0)), "young");
  EXPECT_FALSE(heap.is_old(box.object()->get(0).as_object()));
  EXPECT_EQ(validate(heap), "");
  heap.collect_minor();
  EXPECT_EQ(value::text(box.object()->get(0)), "young");
  EXPECT_TRUE(heap.is_old(box.object()->get(0).as_object()));
  EXPECT_TRUE(heap.old_->remembered.empty());
}

TEST(Heap, RememberedSetStaysBoundedWithoutCollections) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  RootVector ballast(heap);
  for (int i = 0; i < 5000; ++i) ballast.push_back(heap.cons(Value::integer(i), Value::nil()));
  Root box(heap, heap.make_box(Value::nil()));
  heap.collect_minor();
  heap.collect_minor();
  ASSERT_TRUE(heap.is_old(box.object()));
  Root young(heap, heap.make_string("young"));
  for (int i = 0; i < 100000; ++i) {
    heap.store(box.object(), 0, young);
    heap.store(box.object(), 0, Value::nil());
  }
  EXPECT_LE(heap.old_->remembered.size(), 2048u);
  heap.store(box.object(), 0, young);
  heap.collect_minor();
  EXPECT_EQ(value::text(box.object()->get(0)), "young");
}

TEST(Heap, KeepsCyclesThroughBoxes) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  Root box(heap, heap.make_box(Value::nil()));
  Value cell = heap.cons(Value::integer(1), box);
  heap.store(box.object(), 0, cell);
  heap.collect_major();
  Value back = box.object()->get(0);
  EXPECT_EQ(back.as_cons()->tail, box.get());
  box = Value::nil();
  heap.collect_major();
  EXPECT_EQ(heap.used_words(), 0u);
}

TEST(Heap, CountsAndReleasesOffHeapData) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  std::string longer(100000, 'x');
  Root text(heap, heap.make_string(longer));
  EXPECT_EQ(value::text(text), longer);
  EXPECT_GE(heap.bytes(), longer.size());
  value::OffHeap* data = value::off_heap_of(text.object());
  data->retain();
  heap.collect_major();
  EXPECT_EQ(data->references.load(), 2u);
  text = Value::nil();
  heap.collect_major();
  EXPECT_EQ(data->references.load(), 1u);
  EXPECT_EQ(heap.off_heap_bytes_, 0u);
  data->release();
}

TEST(Heap, OffHeapGarbageCausesCollections) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  std::string longer(10000, 'x');
  for (int i = 0; i < 10000; ++i) {
    heap.make_string(longer);
    ASSERT_LT(heap.off_heap_bytes_, u64{1} << 20);
  }
}

TEST(Heap, SharedOffHeapDataAreCountedOnceForAll) {
  TestWorld world;
  Heap first(world.environment, nullptr);
  Heap second(world.environment, nullptr);
  u64 before = world.account.bytes();
  Root text(first, first.make_string(std::string(1 << 20, 'x')));
  u64 once = world.account.bytes();
  EXPECT_GE(once, before + (1 << 20));
  value::OffHeap* data = value::off_heap_of(text.object());
  data->retain();
  Root same(second, second.adopt_text(data, data->bytes));
  EXPECT_EQ(world.account.bytes(), once);
  EXPECT_GE(second.bytes(), u64{1} << 20);
  text = Value::nil();
  same = Value::nil();
  first.collect_major();
  second.collect_major();
  EXPECT_LT(world.account.bytes(), before + 10000);
}

TEST(Heap, ShortStringsLieInTheHeap) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  for (u64 size : {0, 1, 7, 8, 9, 63, 64, 65, 200}) {
    std::string text(size, 'y');
    Value made = heap.make_string(text);
    EXPECT_EQ(value::text(made), text);
    EXPECT_EQ(made.as_object()->kind(), size <= 64 ? Kind::string : Kind::long_string);
  }
  Value greek = heap.make_string("αβγ");
  EXPECT_EQ(value::string_code_points(greek.as_object()), 3u);
  EXPECT_EQ(value::string_bytes(greek.as_object()), 6u);
  EXPECT_EQ(value::string_offset(greek.as_object(), 1), 2u);
}

TEST(Heap, MakesAStringFromAStringOfItsOwn) {
  TestWorld world(TestWorld::stressed(1));
  Heap heap(world.environment, nullptr);
  Root text(heap, heap.make_string("something short"));
  for (int i = 0; i < 20; ++i) text = heap.make_string(value::text(text));
  EXPECT_EQ(value::text(text), "something short");
}

TEST(Heap, IntegersOutsideOf48BitsAreObjects) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  EXPECT_TRUE(heap.make_integer(Value::integer_max).is_integer());
  Value large = heap.make_integer(Value::integer_max + 1);
  ASSERT_TRUE(value::is_kind(large, Kind::bigint));
  std::string text;
  value::print_integer(value::IntegerView(large), 10, text);
  EXPECT_EQ(text, "140737488355328");
  Value least = heap.make_integer(INT64_MIN);
  text.clear();
  value::print_integer(value::IntegerView(least), 10, text);
  EXPECT_EQ(text, "-9223372036854775808");
}

TEST(Heap, ReservedRoomDoesNotCollect) {
  for (u32 every : {0, 1, 3}) {
    HeapOptions options;
    options.stress_every = every;
    TestWorld world(options);
    Heap heap(world.environment, nullptr);
    for (int round = 0; round < 50; ++round) {
      ASSERT_TRUE(heap.try_reserve(20));
      NoCollect guard(heap);
      for (int i = 0; i < 5; ++i) {
        heap.allocate_cons();
        *reinterpret_cast<Cons*>(heap.top - 2) = {Value::nil(), Value::nil()};
      }
      Object* object = heap.allocate(Kind::vector, 9);
      for (u32 i = 0; i < 9; ++i) object->init(i, Value::nil());
    }
  }
}

TEST(Heap, ReservationOutlivesARequestToCollect) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  ASSERT_TRUE(heap.try_reserve(8));
  heap.collect_soon();
  u32 before = heap.collections_;
  for (int i = 0; i < 4; ++i) *heap.allocate_cons() = {Value::nil(), Value::nil()};
  EXPECT_EQ(heap.collections_, before);
  *heap.allocate_cons() = {Value::nil(), Value::nil()};
  EXPECT_EQ(heap.collections_, before + 1);
  EXPECT_FALSE(heap.wants_collection());
}

TEST(HeapDeathTest, CollectionInANoCollectRegionAborts) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  EXPECT_DEATH(
      {
        NoCollect guard(heap);
        for (int i = 0; i < 1000; ++i) heap.allocate_cons();
      },
      "check failed");
}

TEST(Heap, RefusesObjectsBeyondTheLimit) {
  TestWorld world;
  CountingOwner owner;
  Heap heap(world.environment, &owner);
  heap.set_memory_limit(100000);
  EXPECT_EQ(heap.try_allocate(Kind::vector, 20000), nullptr);
  EXPECT_TRUE(heap.take_refused());
  EXPECT_FALSE(heap.take_refused());
  EXPECT_EQ(heap.try_allocate(Kind::vector, u64{1} << 40), nullptr);
  EXPECT_TRUE(heap.make_string(std::string(200000, 'x')).is(Value::Special::error));
  EXPECT_FALSE(heap.limit_exceeded());
  EXPECT_EQ(owner.limits, 0);
  EXPECT_NE(heap.try_allocate(Kind::vector, 5000), nullptr);
  // What is dead does not count.
  for (int i = 0; i < 100; ++i) ASSERT_NE(heap.try_allocate(Kind::vector, 5000), nullptr);
}

TEST(Heap, PassingTheLimitIsReportedOnceAndAllocationGoesOn) {
  TestWorld world;
  CountingOwner owner;
  Heap heap(world.environment, &owner);
  heap.set_memory_limit(200000);
  Root list(heap, Value::empty_list());
  int cells = 0;
  for (; cells < 100000 && !heap.limit_exceeded(); ++cells) {
    list = heap.cons(Value::integer(1), list);
  }
  EXPECT_TRUE(heap.limit_exceeded());
  EXPECT_GT(cells, 200000 / 16 / 2);
  EXPECT_LT(cells, 200000 / 16 * 2);
  for (int i = 0; i < 1000; ++i) list = heap.cons(Value::integer(1), list);
  EXPECT_EQ(sum(list), cells + 1000);
  EXPECT_EQ(owner.limits, 1);
}

TEST(Heap, AllHeapsTogetherStayBelowTheCeiling) {
  TestWorld world({}, 1 << 20);
  Heap first(world.environment, nullptr);
  Heap second(world.environment, nullptr);
  RootVector kept(first);
  while (Object* object = first.try_allocate(Kind::vector, 1000)) {
    kept.push_back(Value::object(object, false));
  }
  EXPECT_GT(kept.size(), 10u);
  EXPECT_EQ(second.try_allocate(Kind::vector, 100000), nullptr);
  kept.clear();
  first.compact_idle();
  EXPECT_NE(second.try_allocate(Kind::vector, 50000), nullptr);
}

TEST(Heap, WithoutMemoryToCollectItGoesOnUntilTheProcessEnds) {
  TestWorld world;
  CountingOwner owner;
  Heap heap(world.environment, &owner);
  Root list(heap, Value::empty_list());
  Root text(heap, Value::nil());
  world.environment.options.fail_blocks = true;
  for (int i = 0; i < 5000; ++i) {
    list = heap.cons(Value::integer(i), list);
    text = heap.make_string(std::string(size_t(i) % 100, 't'));
    heap.make_integer(INT64_MAX);
    ASSERT_EQ(heap.try_allocate(Kind::vector, 5000), nullptr);
  }
  EXPECT_TRUE(heap.take_refused());
  EXPECT_TRUE(heap.limit_exceeded());
  EXPECT_EQ(owner.limits, 1);
  EXPECT_EQ(sum(list), 4999 * 2500);
  heap.compact_idle();
  EXPECT_EQ(validate(heap), "");
  // Memory comes back: everything moves into the heap.
  world.environment.options.fail_blocks = false;
  heap.clear_limit_exceeded();
  heap.collect_major();
  EXPECT_EQ(heap.fragment_bytes_, 0u);
  EXPECT_EQ(sum(list), 4999 * 2500);
  EXPECT_EQ(value::text(text), std::string(99, 't'));
  EXPECT_EQ(validate(heap), "");
}

// It took a walk over all fragments for each of them: minutes in all.
TEST(Heap, GoesOnQuicklyWithoutMemoryForACollection) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  Root list(heap, Value::empty_list());
  world.environment.options.fail_blocks = true;
  constexpr i64 cells = 300'000;
  for (i64 i = 0; i < cells; ++i) list = heap.cons(Value::integer(i), list);
  EXPECT_TRUE(heap.limit_exceeded());
  EXPECT_EQ(sum(list), cells * (cells - 1) / 2);
}

TEST(Heap, LargeObjectsAreMovedWhole) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  Object* object = heap.try_allocate(Kind::vector, 200000);
  ASSERT_NE(object, nullptr);
  Root vector(heap, Value::object(object, false));
  EXPECT_TRUE(object->get(199999).is_nil());
  for (u32 i = 0; i < 200000; i += 1000) {
    Value cell = heap.cons(Value::integer(i), Value::nil());
    heap.store(vector.object(), i, cell);
  }
  for (int i = 0; i < 3; ++i) heap.collect_minor();
  heap.collect_major();
  for (u32 i = 0; i < 200000; i += 1000) {
    ASSERT_EQ(vector.object()->get(i).as_cons()->head, Value::integer(i));
  }
  EXPECT_EQ(validate(heap), "");
}

TEST(Heap, MakesListsVectorsAndErrorsUnderStress) {
  TestWorld world(TestWorld::stressed(1));
  Heap heap(world.environment, nullptr);
  RootVector items(heap);
  for (int i = 0; i < 20; ++i) items.push_back(heap.make_string(std::to_string(i)));
  Root list(heap, heap.make_list(items.span()));
  Root vector(heap, heap.make_vector(items.span()));
  int i = 0;
  for (Value rest = list; rest.is_cons(); rest = rest.as_cons()->tail, ++i) {
    EXPECT_TRUE(value::equal(rest.as_cons()->head, vector.object()->get(u32(i))));
    EXPECT_EQ(value::text(rest.as_cons()->head), std::to_string(i));
  }
  EXPECT_EQ(i, 20);
  Value error = heap.make_error(Value::keyword(base::name::type), std::string(100, 'm'), list);
  EXPECT_EQ(error.as_object()->get(0), Value::keyword(base::name::type));
  EXPECT_EQ(value::text(error.as_object()->get(1)).size(), 100u);
  EXPECT_EQ(error.as_object()->get(2), list.get());
  EXPECT_GE(heap.collections_, 22u);
  Value repaired = heap.make_error(Value::keyword(base::name::type), "a\xff z");
  EXPECT_EQ(value::text(repaired.as_object()->get(1)), "a\uFFFD z");
}

TEST(Heap, ShrinksTheLastObject) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  Object* object = heap.allocate(Kind::vector, 10);
  for (u32 i = 0; i < 10; ++i) object->init(i, Value::integer(i));
  u64* end = heap.top;
  heap.shrink_last(object, 4);
  EXPECT_EQ(heap.top, end - 6);
  EXPECT_EQ(object->size(), 4u);
  EXPECT_EQ(validate(heap), "");
}

TEST(Heap, StatisticsCount) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  Root list(heap, Value::empty_list());
  for (int i = 0; i < 100000; ++i) list = heap.cons(Value::integer(i), list);
  EXPECT_GT(world.environment.totals.minor_collections.load(), 0u);
  EXPECT_GT(world.environment.totals.major_collections.load(), 0u);
  EXPECT_GT(world.environment.totals.copied_bytes.load(), 100000u);
  EXPECT_GT(world.environment.totals.longest_pause_ns.load(), 0u);
}

TEST(Heap, ASlotMayBeVisitedTwice) {
  struct TwiceOwner : RootProvider {
    void visit_roots(RootVisitor& visitor) override {
      visitor.visit(slot);
      visitor.visit(slot);
    }
    Value slot = Value::nil();
  } owner;
  TestWorld world;
  Heap heap(world.environment, &owner);
  owner.slot = heap.make_string("text");
  Value before = owner.slot;
  heap.collect_major();
  EXPECT_NE(owner.slot, before);
  EXPECT_EQ(value::text(owner.slot), "text");
  EXPECT_EQ(heap.used_words(), 3u) << "it was copied once";
  // Nor need an owner hear of the limit.
  heap.set_memory_limit(heap.bytes());
  heap.cons(Value::nil(), Value::nil());
  EXPECT_TRUE(heap.limit_exceeded());
}

TEST(Heap, OptionsComeFromTheEnvironment) {
  auto options_with = [](const char* stress, const char* validate) {
    auto set = [](const char* name, const char* text) {
      text == nullptr ? unsetenv(name) : setenv(name, text, 1);
    };
    set("LITHE_GC_STRESS", stress);
    set("LITHE_GC_VALIDATE", validate);
    return HeapOptions::from_environment();
  };
  const char* stress = std::getenv("LITHE_GC_STRESS");
  const char* validate = std::getenv("LITHE_GC_VALIDATE");
  HeapOptions options = options_with("7", "1");
  EXPECT_EQ(options.stress_every, 7u);
  EXPECT_TRUE(options.validate);
  EXPECT_FALSE(options_with(nullptr, "0").validate);
  options = options_with(nullptr, nullptr);
  EXPECT_EQ(options.stress_every, 0u);
  EXPECT_FALSE(options.validate);
  options_with(stress, validate);
}

TEST(Heap, ReservationForObjectsOutlivesARequestToCollect) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  ASSERT_TRUE(heap.try_reserve(8));
  heap.collect_soon();
  u32 before = heap.collections_;
  for (int i = 0; i < 2; ++i) ASSERT_NE(heap.try_allocate(Kind::vector, 3), nullptr);
  EXPECT_EQ(heap.collections_, before);
  ASSERT_NE(heap.try_allocate(Kind::vector, 3), nullptr);
  EXPECT_EQ(heap.collections_, before + 1);
}

TEST(Heap, ANewLimitTakesNoRequestToCollectBack) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  heap.collect_soon();
  u32 before = heap.collections_;
  heap.set_memory_limit(1'000'000);
  EXPECT_TRUE(heap.wants_collection());
  *heap.allocate_cons() = {Value::nil(), Value::nil()};
  EXPECT_EQ(heap.collections_, before + 1);
}

TEST(Heap, NoStringIsLongerThanItsLengthCanSay) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  // Refused for its size: nobody looks at what is not there.
  EXPECT_EQ(heap.make_string({"x", u64{1} << 32}), Value::error());
  EXPECT_TRUE(heap.take_refused());
  value::OffHeap* text = value::OffHeap::create(100);
  text->bytes = u64{1} << 32;
  EXPECT_EQ(heap.adopt_text(text, u64{1} << 32), Value::error());
  EXPECT_TRUE(heap.take_refused());
  EXPECT_EQ(heap.off_heap_, nullptr);
}

TEST(Heap, RememberedSetLosesOnlyWhatIsNotYoung) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  RootVector boxes(heap);
  for (int i = 0; i < 6000; ++i) boxes.push_back(heap.make_box(Value::nil()));
  heap.collect_minor();
  heap.collect_minor();
  ASSERT_TRUE(heap.is_old(boxes[5999].as_object()));
  Root young(heap, heap.make_string("young"));
  u32 collections = heap.collections_;
  for (u64 i = 0; i < 6000; ++i) {
    heap.store(boxes[i].as_object(), 0, young);
    // One is as it was, one points to something old.
    if (i % 3 == 0) heap.store(boxes[i].as_object(), 0, Value::nil());
    if (i % 3 == 1) heap.store(boxes[i].as_object(), 0, boxes[0]);
  }
  EXPECT_EQ(heap.collections_, collections);
  EXPECT_LT(heap.old_->remembered.size(), 4500u);
  EXPECT_EQ(validate(heap), "");
  heap.collect_minor();
  for (u64 i = 0; i < 6000; ++i) {
    Value held = boxes[i].as_object()->get(0);
    if (i % 3 == 0) ASSERT_TRUE(held.is_nil());
    if (i % 3 == 1) ASSERT_EQ(held, boxes[0]);
    if (i % 3 == 2) ASSERT_EQ(held, young.get());
  }
}

TEST(Heap, ASmallOneHasNothingOld) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  Root vector(heap, vector_of(heap, {Value::nil()}));
  EXPECT_FALSE(heap.is_old(vector.object()));
  heap.store(vector.object(), 0, vector);
  EXPECT_EQ(heap.old_, nullptr);
}

TEST(Heap, ASmallOnePassesItsLimitToo) {
  TestWorld world;
  CountingOwner owner;
  Heap heap(world.environment, &owner);
  heap.set_memory_limit(3000);
  Root list(heap, Value::empty_list());
  for (int i = 0; i < 150; ++i) list = heap.cons(Value::integer(1), list);
  EXPECT_EQ(owner.limits, 0);
  for (int i = 0; i < 150; ++i) list = heap.cons(Value::integer(1), list);
  EXPECT_EQ(owner.limits, 1);
  EXPECT_EQ(heap.old_, nullptr);
  EXPECT_EQ(sum(list), 300);
}

TEST(Heap, WhatIsDeadInTheOldSpaceIsNotTooMuch) {
  TestWorld world;
  CountingOwner owner;
  Heap heap(world.environment, &owner);
  Root list(heap, Value::empty_list());
  for (int i = 0; i < 20'000; ++i) list = heap.cons(Value::integer(1), list);
  heap.collect_major();
  list = Value::empty_list();
  heap.set_memory_limit(heap.bytes() + 50'000);
  for (int i = 0; i < 10'000; ++i) list = heap.cons(Value::integer(1), list);
  EXPECT_EQ(owner.limits, 0);
  EXPECT_EQ(sum(list), 10'000);
}

TEST(Heap, WithoutMemoryToCollectItsBlockIsFilledBeyondTheLimit) {
  TestWorld world;
  CountingOwner owner;
  Heap heap(world.environment, &owner);
  world.environment.options.fail_blocks = true;
  heap.set_memory_limit(heap.bytes() + 16);
  u64* begin = heap.top;
  for (int i = 0; i < 10; ++i) *heap.allocate_cons() = {Value::nil(), Value::nil()};
  EXPECT_EQ(heap.top, begin + 20);
  EXPECT_EQ(heap.collections_, 0u);
  EXPECT_EQ(validate(heap), "");
}

TEST(Heap, WithoutMemoryToCollectTheRoomThatThereIsIsUsed) {
  TestWorld world;
  Heap heap(world.environment, nullptr);
  world.environment.options.fail_blocks = true;
  while (heap.end_ - heap.top > 5) *heap.allocate_cons() = {Value::nil(), Value::nil()};
  u64* top = heap.top;
  Root kept(heap, Value::nil());
  for (int i = 0; i < 10; ++i) {
    Object* object = heap.allocate(Kind::vector, 10);
    for (u32 k = 0; k < 10; ++k) object->init(k, Value::integer(i));
    EXPECT_EQ(heap.top, top) << "it lies in a fragment";
    // So nothing lies behind it.
    heap.shrink_last(object, 4);
    EXPECT_EQ(object->size(), 4u);
    EXPECT_EQ(heap.top, top);
    kept = Value::object(object, false);
  }
  EXPECT_TRUE(heap.wants_collection());
  kept = heap.cons(Value::integer(7), kept);
  EXPECT_EQ(heap.top, top + 2);
  world.environment.options.fail_blocks = false;
  heap.clear_limit_exceeded();
  heap.collect_major();
  EXPECT_EQ(kept.get().as_cons()->tail.as_object()->get(3), Value::integer(9));
}

}  // namespace
}  // namespace lithe::heap
