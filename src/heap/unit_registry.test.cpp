// SPDX-License-Identifier: Apache-2.0
#include "heap/unit_registry.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "heap/fragment.hpp"
#include "heap/publish.hpp"
#include "heap/test_heap.hpp"
#include "value/equal.hpp"

namespace lithe::heap {
namespace {

class RegistryTest : public ::testing::Test {
 protected:
  std::unique_ptr<Heap> new_heap() { return std::make_unique<Heap>(world.environment, nullptr); }
  Publication published(Heap& heap, int number) {
    return publish(heap, list_of(heap, {Value::integer(number)}));
  }

  TestWorld world;
  UnitRegistry& units = world.units;
};

TEST_F(RegistryTest, LiveUnitsStay) {
  auto heap = new_heap();
  Publication p = published(*heap, 1);
  heap->collect_major();
  heap->collect_major();
  EXPECT_EQ(p.value.as_cons()->head, Value::integer(1));
  EXPECT_EQ(units.units(), 1u);
  EXPECT_EQ(units.bytes_retired(), 0u);
}

TEST_F(RegistryTest, ARetiredUnitGoesWhenEveryProcessHasLookedForItInVain) {
  auto first = new_heap();
  auto second = new_heap();
  Publication p = published(*first, 1);
  units.retire(p.unit);
  EXPECT_TRUE(first->holds_up_units());
  EXPECT_GT(units.bytes_retired(), 0u);
  first->collect_major();
  EXPECT_FALSE(first->holds_up_units());
  EXPECT_EQ(units.units(), 1u);
  second->collect_major();
  EXPECT_EQ(units.units(), 0u);
  EXPECT_EQ(units.bytes_retired(), 0u);
}

TEST_F(RegistryTest, ItStaysWhileSomebodyHoldsIt) {
  auto heap = new_heap();
  Publication p = published(*heap, 7);
  Root kept(*heap, p.value);
  units.retire(p.unit);
  for (int i = 0; i < 3; ++i) heap->collect_major();
  EXPECT_EQ(units.units(), 1u);
  EXPECT_EQ(kept.get().as_cons()->head, Value::integer(7));
  kept = Value::nil();
  heap->collect_major();
  EXPECT_EQ(units.units(), 0u);
}

TEST_F(RegistryTest, EndingCountsAsLettingGo) {
  auto first = new_heap();
  auto second = new_heap();
  Publication p = published(*first, 1);
  {
    Root kept(*second, p.value);
    units.retire(p.unit);
    first->collect_major();
    second->collect_major();
    EXPECT_EQ(units.units(), 1u);
  }
  second.reset();
  EXPECT_EQ(units.units(), 0u);
}

TEST_F(RegistryTest, WithoutProcessesItGoesAtOnce) {
  auto heap = new_heap();
  Publication p = published(*heap, 1);
  heap.reset();
  units.retire(p.unit);
  EXPECT_EQ(units.units(), 0u);
}

TEST_F(RegistryTest, AProcessBornLaterIsNotWaitedFor) {
  auto first = new_heap();
  Publication p = published(*first, 1);
  units.retire(p.unit);
  auto later = new_heap();
  EXPECT_FALSE(later->holds_up_units());
  first->collect_major();
  EXPECT_EQ(units.units(), 0u);
}

TEST_F(RegistryTest, AMessageCarriesItOverToAProcessBornLater) {
  auto first = new_heap();
  Publication p = published(*first, 9);
  Root kept(*first, p.value);
  units.retire(p.unit);
  auto later = new_heap();
  Fragment* message = copy_out(*first, kept);
  kept = Value::nil();
  first->collect_major();
  EXPECT_EQ(units.units(), 1u);  // the message counts it
  Root got(*later, message->root);
  later->adopt(message);
  later->collect_minor();
  later->collect_major();
  later->collect_major();
  first->collect_major();
  EXPECT_EQ(units.units(), 1u);
  EXPECT_EQ(got.get().as_cons()->head, Value::integer(9));
  got = Value::nil();
  later->collect_major();
  EXPECT_EQ(units.units(), 0u);
}

TEST_F(RegistryTest, AUnitKeepsWhatItRefersTo) {
  auto heap = new_heap();
  Publication inner = published(*heap, 5);
  Publication outer = publish(*heap, list_of(*heap, {inner.value}));
  units.retire(inner.unit);
  heap->collect_major();
  EXPECT_EQ(units.units(), 2u);
  // A process reaches the inner one through the outer one only after the retirement.
  auto later = new_heap();
  Root reached(*later, outer.value.as_cons()->head);
  units.retire(outer.unit);
  heap->collect_major();
  later->collect_major();
  EXPECT_EQ(units.units(), 1u);
  EXPECT_EQ(reached.get().as_cons()->head, Value::integer(5));
  reached = Value::nil();
  later->collect_major();
  EXPECT_EQ(units.units(), 0u);
}

TEST_F(RegistryTest, CodeOfALocalClosureIsMarked) {
  struct FakeCode {
    SharedUnit* unit = nullptr;
  } code;
  UnitBuilder builder(units, world.account);
  code.unit = builder.unit();
  builder.finish();
  auto heap = new_heap();
  Object* closure = heap->allocate(Kind::closure, 1);
  closure->words()[0] = reinterpret_cast<u64>(&code);
  Root kept(*heap, Value::object(closure, false));
  units.retire(code.unit);
  heap->collect_major();
  EXPECT_EQ(units.units(), 1u);
  kept = Value::nil();
  heap->collect_major();
  EXPECT_EQ(units.units(), 0u);
}

TEST_F(RegistryTest, WhatOnlyARetiredUnitReferredToGoesWithIt) {
  UnitBuilder inner(units, world.account);
  UnitBuilder outer(units, world.account);
  outer.refer(inner.unit());
  SharedUnit* referred = inner.finish();
  SharedUnit* referring = outer.finish();
  // The one that is referred to stands first in the list of those that are retired.
  units.retire(referred);
  EXPECT_EQ(units.units(), 2u);
  units.retire(referring);
  EXPECT_EQ(units.units(), 0u);
  EXPECT_EQ(units.bytes_retired(), 0u);
}

TEST_F(RegistryTest, AnEndlessStreamOfDefinitionsStaysFlat) {
  auto heap = new_heap();
  auto idle = new_heap();
  Publication current = published(*heap, 0);
  for (int i = 1; i < 20000; ++i) {
    Publication next = published(*heap, i);
    units.retire(current.unit);
    current = next;
    if (units.bytes_retired() > 100000) {
      for (Heap* each : {heap.get(), idle.get()}) {
        if (each->holds_up_units()) each->collect_major();
      }
    }
    ASSERT_LT(units.bytes(), 200000u);
  }
}

/// Threads that are processes: each sends published values around, keeps some, collects now and
/// then, while one redefines. Nothing may be freed too early (the sanitizers watch, and so does
/// the content), and at the end nothing is left.
TEST_F(RegistryTest, ThreadsPassUnitsAround) {
  constexpr int processes = 4;
  constexpr int rounds = 3000;
  constexpr int cells = 8;
  struct Cell {
    std::mutex mutex;
    Publication current;
  };
  struct Inbox {
    std::mutex mutex;
    std::vector<Fragment*> messages;
  };
  Cell cell[cells];
  Inbox inbox[processes];
  auto definer = new_heap();
  for (int i = 0; i < cells; ++i) cell[i].current = published(*definer, i);
  std::atomic<bool> wrong{false};

  auto process = [&](int number) {
    Heap heap(world.environment, nullptr);
    RootVector kept(heap);
    kept.resize(8);
    std::mt19937_64 random{u64(number) + 1};
    for (int round = 0; round < rounds; ++round) {
      u64 slot = random() % 8;
      u64 from = random() % cells;
      switch (random() % 6) {
        case 0:
        case 1: {
          std::lock_guard lock(cell[from].mutex);
          kept[slot] = cell[from].current.value;
          break;
        }
        case 2: {
          Fragment* message = copy_out(heap, kept[slot]);
          Inbox& to = inbox[random() % processes];
          std::lock_guard lock(to.mutex);
          to.messages.push_back(message);
          break;
        }
        case 3: {
          std::vector<Fragment*> taken;
          {
            std::lock_guard lock(inbox[number].mutex);
            taken.swap(inbox[number].messages);
          }
          for (Fragment* message : taken) {
            kept[random() % 8] = message->root;
            if (message->has_data()) {
              heap.adopt(message);
            } else {
              free_fragment(message);
            }
          }
          break;
        }
        case 4: {
          Publication made = publish(heap, list_of(heap, {Value::integer(round)}));
          std::lock_guard lock(cell[from].mutex);
          SharedUnit* old = cell[from].current.unit;
          cell[from].current = made;
          units.retire(old);
          break;
        }
        case 5:
          heap.collect_major();
          break;
      }
      for (Value v : kept) {
        if (v.is_pointer() && !v.as_cons()->head.is_integer()) wrong = true;
      }
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < processes; ++i) threads.emplace_back(process, i);
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(wrong);
  for (Inbox& box : inbox) {
    for (Fragment* message : box.messages) free_fragment(message);
  }
  definer->collect_major();
  EXPECT_EQ(units.units(), u64{cells});
  EXPECT_EQ(units.bytes_retired(), 0u);
}

}  // namespace
}  // namespace lithe::heap
