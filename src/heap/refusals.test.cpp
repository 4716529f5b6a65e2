// SPDX-License-Identifier: Apache-2.0
// The system has no memory: what asks for it is refused, and nothing is broken or lost. Each
// operation is tried with its first request failing, its second, and so on, alone and with all
// that follow.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>

#include "base/memory_fault.hpp"
#include "heap/fragment.hpp"
#include "heap/map.hpp"
#include "heap/numbers.hpp"
#include "heap/publish.hpp"
#include "heap/table.hpp"
#include "heap/test_heap.hpp"
#include "heap/validate.hpp"
#include "heap/vector.hpp"
#include "value/equal.hpp"
#include "value/off_heap.hpp"
#include "value/text.hpp"

namespace lithe::heap {
namespace {

namespace fault = base::memory_fault;

class CountingOwner : public RootProvider {
 public:
  void visit_roots(RootVisitor&) override {}
  void on_memory_limit() override { limits++; }
  int limits = 0;
};

/// A heap with a few things in it, in which `operation` is tried.
struct Trial {
  CountingOwner owner;
  TestWorld world;
  Heap heap{world.environment, &owner};
  Root kept{heap, Value::nil()};
  Root argument{heap, Value::nil()};

  Trial() {
    kept = list_of(heap, {Value::integer(1), Value::number(2.5), Value::boolean(true)});
    RootVector words(heap);
    for (int i = 0; i < 100; i++) words.push_back(heap.make_string(std::string(90, 'w')));
    argument = heap.make_vector(words.span());
  }

  void expect_whole() {
    EXPECT_EQ(validate(heap), "");
    EXPECT_EQ(kept.get().as_cons()->head, Value::integer(1));
    EXPECT_EQ(value::entry_count(argument.object()), 100u);
    EXPECT_EQ(value::text(text_of(99)), std::string(90, 'w'));
  }
  Value text_of(u64 i) { return value::vector_get(argument.object(), i); }
};

/// => Value::error() or what it made.
using Operation = std::function<Value(Trial&)>;

/// How many requests the operation makes when none fails.
u64 requests_of(const Operation& operation) {
  for (u64 n = 1;; n++) {
    Trial trial;
    fault::arm(n, false);
    operation(trial);
    if (fault::disarm() == 0) return n - 1;
  }
}

/// An operation that may be refused.
void expect_refusals(const Operation& operation, u64 least_requests) {
  u64 requests = requests_of(operation);
  EXPECT_GE(requests, least_requests);
  u64 refused = 0;
  for (bool sticky : {false, true}) {
    for (u64 n = 1; n <= requests; n++) {
      Trial trial;
      fault::arm(n, sticky);
      Value made = operation(trial);
      EXPECT_GE(fault::disarm(), 1u);
      if (made == Value::error()) {
        refused++;
        trial.heap.take_refused();
      }
      trial.expect_whole();
      // And it goes on afterwards.
      trial.heap.clear_limit_exceeded();
      trial.heap.collect_major();
      EXPECT_NE(operation(trial), Value::error());
      trial.expect_whole();
    }
  }
  EXPECT_GE(refused, 1u);
}

Value text(Trial& trial) { return trial.heap.make_string(std::string(1000, 'x')); }

TEST(Refusals, LongStrings) { expect_refusals(text, 1); }

TEST(Refusals, Buffers) {
  expect_refusals(
      [](Trial& trial) {
        auto* data = value::OffHeap::create_array(value::ElementType::f64_, 1000);
        return data == nullptr ? Value::error() : trial.heap.adopt_buffer(data, false);
      },
      1);
}

TEST(Refusals, LongListsAndVectors) {
  auto items = [](Trial& trial, RootVector& out) {
    for (u64 i = 0; i < 4000; i++) out.push_back(trial.text_of(i % 100));
  };
  expect_refusals(
      [&](Trial& trial) {
        RootVector out(trial.heap);
        items(trial, out);
        return trial.heap.make_list(out.span());
      },
      1);
  expect_refusals(
      [&](Trial& trial) {
        RootVector out(trial.heap);
        items(trial, out);
        return trial.heap.make_vector(out.span());
      },
      1);
}

TEST(Refusals, UpdatesOfVectors) {
  auto fill = [](Trial& trial) {
    // Until the next update needs a collection.
    while (trial.heap.usable_end_ - trial.heap.top > 20) trial.heap.make_integer(INT64_MAX);
  };
  expect_refusals(
      [&](Trial& trial) {
        fill(trial);
        return vector_put(trial.heap, trial.argument, 50, trial.kept);
      },
      1);
  expect_refusals(
      [&](Trial& trial) {
        fill(trial);
        return vector_push(trial.heap, trial.argument, trial.kept);
      },
      1);
  expect_refusals(
      [&](Trial& trial) {
        fill(trial);
        return vector_pop(trial.heap, trial.argument);
      },
      1);
  expect_refusals(
      [&](Trial& trial) {
        fill(trial);
        return vector_slice(trial.heap, trial.argument, 10, 90);
      },
      1);
  expect_refusals(
      [&](Trial& trial) {
        fill(trial);
        return vector_concat(trial.heap, trial.argument, trial.argument);
      },
      1);
  // A few are pushed one by one.
  expect_refusals(
      [&](Trial& trial) {
        Root few(trial.heap, vector_of(trial.heap, {trial.kept, trial.kept, trial.kept}));
        fill(trial);
        return vector_concat(trial.heap, trial.argument, few);
      },
      1);
}

TEST(Refusals, LargeIntegers) {
  expect_refusals(
      [](Trial& trial) {
        return integer_power(trial.heap, Value::integer(3), Value::integer(20'000));
      },
      1);
}

TEST(Refusals, Quotients) {
  expect_refusals(
      [](Trial& trial) {
        Heap& heap = trial.heap;
        Root a(heap, integer_power(heap, Value::integer(3), Value::integer(20'000)));
        Root b(heap, integer_power(heap, Value::integer(7), Value::integer(11'000)));
        if (a.get() == Value::error() || b.get() == Value::error()) return Value::error();
        Value quotient = divide(heap, a, b);  // which is no integer
        if (quotient == Value::error()) return quotient;
        EXPECT_TRUE(quotient.is_float());
        return divide(heap, a, Value::integer(7));
      },
      5);
}

TEST(Refusals, Tables) {
  expect_refusals(
      [](Trial& trial) {
        Root table(trial.heap, make_table(trial.heap));
        for (i64 i = 0; i < 2000; i++) {
          if (!table_set(trial.heap, table, Value::integer(i), trial.kept)) return Value::error();
        }
        return table.get();
      },
      1);
}

TEST(Refusals, MessagesSmallAndLarge) {
  for (bool large : {false, true}) {
    expect_refusals(
        [&](Trial& trial) {
          Fragment* made = copy_out(trial.heap, large ? trial.argument : trial.kept);
          if (made == nullptr) return Value::error();
          free_fragment(made);
          return Value::nil();
        },
        1);
  }
}

TEST(Refusals, MessagesWithBuffers) {
  expect_refusals(
      [](Trial& trial) {
        auto* data = value::OffHeap::create_array(value::ElementType::f64_, 100);
        if (data == nullptr) return Value::error();
        Root buffer(trial.heap, trial.heap.adopt_buffer(data, false));
        data = value::OffHeap::create_array(value::ElementType::i64_, 100);
        if (data == nullptr) return Value::error();
        Root another(trial.heap, trial.heap.adopt_buffer(data, false));
        Root three(trial.heap, list_of(trial.heap, {buffer, trial.text_of(3), another}));
        u64 held = trial.world.account.bytes();
        Fragment* made = copy_out(trial.heap, three);
        if (made != nullptr) free_fragment(made);
        EXPECT_EQ(trial.world.account.bytes(), held);
        return made == nullptr ? Value::error() : Value::nil();
      },
      5);
}

TEST(Refusals, PublishedBuffers) {
  expect_refusals(
      [](Trial& trial) {
        RootVector buffers(trial.heap);
        for (int i = 0; i < 3; i++) {
          auto* data = value::OffHeap::create_array(value::ElementType::f64_, 100);
          if (data == nullptr) return Value::error();
          buffers.push_back(trial.heap.adopt_buffer(data, false));
        }
        Root list(trial.heap, trial.heap.make_list(buffers.span()));
        if (list.get() == Value::error()) return list.get();
        u64 held = trial.world.account.bytes();
        Publication made = publish(trial.heap, list);
        if (made.refused) {
          EXPECT_EQ(trial.world.account.bytes(), held);
          return Value::error();
        }
        Value own = thaw(trial.heap, made.value);
        trial.world.units.retire(made.unit);
        return own;
      },
      7);
}

TEST(Refusals, PublishedValues) {
  expect_refusals(
      [](Trial& trial) {
        Publication made = publish(trial.heap, trial.argument);
        if (made.refused) return Value::error();
        trial.world.units.retire(made.unit);
        return Value::nil();
      },
      1);
}

TEST(Refusals, WhatIsBeyondTheLimitIsGivenBack) {
  Trial trial;
  u64 held = trial.world.account.bytes();
  trial.heap.set_memory_limit(trial.heap.bytes() + 4096);
  auto array = [] { return value::OffHeap::create_array(value::ElementType::f64_, 10'000); };
  EXPECT_EQ(trial.heap.adopt_buffer(array(), false), Value::error());
  EXPECT_TRUE(trial.heap.take_refused());
  EXPECT_EQ(trial.heap.adopt_handle(array(), 7), Value::error());
  EXPECT_TRUE(trial.heap.take_refused());
  EXPECT_EQ(trial.heap.adopt_text(value::OffHeap::create(50'000), 50'000), Value::error());
  EXPECT_TRUE(trial.heap.take_refused());
  EXPECT_LT(trial.world.account.bytes(), held + 80'000) << "one of the three is still held";
  trial.expect_whole();
}

TEST(Refusals, AShortTextIsKeptInTheHeap) {
  Trial trial;
  value::OffHeap* text = value::OffHeap::create(100);
  std::fill_n(text->data(), 100, 't');
  Value made = trial.heap.adopt_text(text, 5);
  EXPECT_TRUE(value::is_kind(made, value::Kind::string));
  EXPECT_EQ(value::text(made), "ttttt");
}

TEST(Refusals, MapsAndSets) {
  auto pairs = [](Trial& trial, RootVector& out) {
    for (u64 i = 0; i < 100; i++) {
      out.push_back(Value::integer(i64(i)));
      out.push_back(trial.text_of(i));
    }
  };
  auto fill = [](Trial& trial) {
    while (trial.heap.usable_end_ - trial.heap.top > 20) trial.heap.make_integer(INT64_MAX);
  };
  expect_refusals(
      [&](Trial& trial) {
        RootVector out(trial.heap);
        pairs(trial, out);
        fill(trial);
        return make_map(trial.heap, out.span(), Duplicates::last_wins).map;
      },
      1);
  auto with_a_map = [&](auto operation) {
    expect_refusals(
        [&](Trial& trial) {
          RootVector out(trial.heap);
          pairs(trial, out);
          Root map(trial.heap, make_map(trial.heap, out.span(), Duplicates::last_wins).map);
          if (map.get() == Value::error()) return map.get();
          fill(trial);
          return operation(trial, map);
        },
        1);
  };
  with_a_map([](Trial& trial, Root& map) {
    return map_put(trial.heap, map, Value::integer(7), trial.kept);
  });
  with_a_map(
      [](Trial& trial, Root& map) { return remove_entry(trial.heap, map, Value::integer(7)); });
}

TEST(Refusals, OperationsOnIntegersTakeNothingElse) {
  Trial trial;
  Heap& heap = trial.heap;
  const Value one = Value::integer(1), half = Value::number(0.5), none = Value::nil();
  for (Value other : {half, none}) {
    for (auto operation : {bit_and, bit_or, bit_xor, shift_left, shift_right, gcd, integer_power}) {
      EXPECT_EQ(operation(heap, one, other), Value::error());
      EXPECT_EQ(operation(heap, other, one), Value::error());
    }
    for (auto operation : {bit_not, popcount, integer_square_root}) {
      EXPECT_EQ(operation(heap, other), Value::error());
    }
  }
  for (auto operation : {shift_left, shift_right, integer_power}) {
    EXPECT_EQ(operation(heap, one, Value::integer(-1)), Value::error());
  }
  for (auto operation : {add, subtract, multiply, divide, modulo, remainder, quotient}) {
    EXPECT_EQ(operation(heap, one, none), Value::error());
  }
  EXPECT_EQ(negate(heap, none), Value::error());
  EXPECT_EQ(absolute(heap, none), Value::error());
  EXPECT_EQ(integer_square_root(heap, Value::integer(-1)), Value::error());
  EXPECT_EQ(to_integer(heap, none, ToInteger::floor), Value::error());
  EXPECT_EQ(parse_integer(heap, "12x", 10), Value::error());
  EXPECT_FALSE(heap.take_refused());
}

TEST(Refusals, AnErrorIsMadeInAnyCase) {
  Trial trial;
  fault::arm(1, true);
  Value error = trial.heap.make_error(Value::keyword(base::name::type),
                                      "list/map: " + std::string(300, 'm'), trial.kept);
  fault::disarm();
  ASSERT_NE(error, Value::error());
  EXPECT_EQ(value::text(error.as_object()->get(1)), "list/map");
  EXPECT_EQ(error.as_object()->get(2), trial.kept.get());
  EXPECT_FALSE(trial.heap.take_refused());
}

TEST(Refusals, ACollectionThatFailsIsTheProcesssLimit) {
  Trial trial;
  fault::arm(1, true);
  trial.heap.collect_minor();
  EXPECT_EQ(trial.owner.limits, 1);
  trial.heap.collect_major();
  trial.heap.compact_idle();
  EXPECT_EQ(trial.owner.limits, 1) << "said once";
  fault::disarm();
  trial.expect_whole();
}

/// What cannot be refused goes on, whichever of its requests fails: alone, and with all after it
/// if nothing is allocated meanwhile.
template <class Work>
void expect_to_go_on(bool allocates, u64 least_requests, const Work& work) {
  for (u64 n = 1;; n++) {
    for (bool sticky : {false, true}) {
      if (sticky && allocates) continue;
      Trial trial;
      work(trial, [&] { fault::arm(n, sticky); });
      u64 failed = fault::disarm();
      trial.expect_whole();
      if (failed == 0) {
        EXPECT_GT(n, least_requests);
        return;
      }
    }
  }
}

TEST(Refusals, AHeapThatGrows) {
  expect_to_go_on(true, 5, [](Trial& trial, auto arm) {
    Root list(trial.heap, Value::empty_list());
    arm();
    constexpr i64 count = 6000;
    for (i64 i = 0; i < count; i++) list = trial.heap.cons(Value::integer(i), list);
    Value at = list;
    for (i64 i = count; i-- > 0; at = at.as_cons()->tail) {
      ASSERT_EQ(at.as_cons()->head, Value::integer(i));
    }
  });
}

TEST(Refusals, CollectionsOfTwoGenerations) {
  for (bool major : {false, true}) {
    expect_to_go_on(false, 1, [&](Trial& trial, auto arm) {
      Heap& heap = trial.heap;
      Root list(heap, Value::empty_list());
      for (i64 i = 0; i < 10'000; i++) list = heap.cons(Value::integer(i), list);
      heap.collect_major();
      ASSERT_NE(heap.old_, nullptr);
      list = heap.cons(Value::integer(10'000), list);
      arm();
      for (int i = 0; i < 2; i++) major ? heap.collect_major() : heap.collect_minor();
      EXPECT_EQ(list.get().as_cons()->head, Value::integer(10'000));
      EXPECT_EQ(list.get().as_cons()->tail.as_cons()->head, Value::integer(9'999));
    });
  }
}

/// A minor collection finds more off the heap than it hopes for, and a major one follows.
TEST(Refusals, ACollectionForWhatIsDeadOffTheHeap) {
  expect_to_go_on(false, 2, [](Trial& trial, auto arm) {
    Heap& heap = trial.heap;
    RootVector list(heap);
    for (i64 i = 0; i < 5000; i++) list.push_back(heap.cons(Value::integer(i), Value::nil()));
    Root text(heap, heap.make_string(std::string(2'000'000, 'o')));
    heap.collect_major();
    ASSERT_TRUE(heap.is_old(text.object()));
    text = heap.make_string(std::string(2'500'000, 'n'));
    EXPECT_TRUE(heap.wants_collection());
    arm();
    heap.collect_minor();
    EXPECT_TRUE(heap.off_heap_bytes_ < 3'000'000 || fault::armed);
    EXPECT_EQ(value::text(text).size(), 2'500'000u);
  });
}

TEST(Refusals, AnIdleHeapIsCompactedAsFarAsThereIsMemory) {
  expect_to_go_on(false, 2, [](Trial& trial, auto arm) {
    for (i64 i = 0; i < 50; i++) trial.heap.cons(Value::integer(i), Value::nil());  // dead
    arm();
    trial.heap.compact_idle();
    EXPECT_EQ(trial.owner.limits, 0);
  });
}

TEST(RefusalsDeathTest, WhatCannotBeRefusedEndsTheProgramWithWords) {
  EXPECT_EXIT(
      {
        Trial trial;
        fault::arm(1, true);
        // The collection fails, and so does the fragment in its place.
        for (;;) trial.kept = trial.heap.cons(Value::nil(), trial.kept);
      },
      testing::ExitedWithCode(1), "lithe: the system has no memory for a process");
}

}  // namespace
}  // namespace lithe::heap
