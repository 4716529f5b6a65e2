// SPDX-License-Identifier: Apache-2.0
// The system has no memory: what asks for it is refused, and nothing is broken or lost. Each
// operation is tried with its first request failing, its second, and so on, alone and with all
// that follow.
#include <gtest/gtest.h>

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
}

TEST(Refusals, LargeIntegers) {
  expect_refusals(
      [](Trial& trial) {
        return integer_power(trial.heap, Value::integer(3), Value::integer(20'000));
      },
      1);
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
        Root two(trial.heap, list_of(trial.heap, {buffer, trial.text_of(3)}));
        Fragment* made = copy_out(trial.heap, two);
        if (made == nullptr) return Value::error();
        free_fragment(made);
        return Value::nil();
      },
      3);
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
