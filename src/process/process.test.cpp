// SPDX-License-Identifier: Apache-2.0
#include "process/process.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "process/definitions.hpp"
#include "process/failure.hpp"
#include "process/world.test.hpp"

namespace lithe::process {
namespace {

using heap::Fragment;
using value::Value;

/// Pushes `count` words (integers from `first` on) on the stack, growing it as the VM does.
bool push(Process& process, u64 count, i64 first) {
  for (u64 i = 0; i < count; i++) {
    if (process.exec.stack_top + 1 > process.stack_end) {
      if (!process.grow_stack(process.exec.stack_top, 1)) return false;
    }
    *process.exec.stack_top++ = Value::integer(first + i64(i)).bits();
  }
  return true;
}

void expect_stack(const Process& process, u64 count) {
  ASSERT_EQ(u64(process.exec.stack_top - process.stack_begin), count);
  for (u64 i = 0; i < count; i++)
    ASSERT_EQ(Value::from_bits(process.stack_begin[i]).as_integer(), i64(i));
}

bool limits_are_lowered(const Process& process) {
  return process.exec.stack_limit.load() == 0 && process.exec.native_limit.load() == ~u64{0};
}

TEST(Process, FitsAKibibyteWhenIdle) {
  // Record, stack and heap; the scheduler's part, the allocator's header and the pid's slot come
  // on top.
  EXPECT_LE(sizeof(TestBlock), 912u);
}

TEST(Process, IsFoundFromWhatCompiledCodeKnows) {
  World world;
  Process& process = world.spawn();
  EXPECT_EQ(&Process::of(&process.exec), &process);
}

TEST(ProcessStack, GrowsAndKeepsItsWords) {
  World world;
  Process& process = world.spawn();
  u64* first = process.stack_begin;
  ASSERT_TRUE(push(process, 100'000, 0));
  EXPECT_NE(process.stack_begin, first);
  expect_stack(process, 100'000);
  EXPECT_EQ(process.exec.stack_limit.load(), reinterpret_cast<u64>(process.stack_end));
  EXPECT_GE(world.account().bytes(), 800'000u);
}

TEST(ProcessStack, KeepsItsSlackOverTheEnd) {
  World world;
  Process& process = world.spawn();
  ASSERT_TRUE(push(process, 5, 0));
  u64* top = process.grow_stack(process.exec.stack_top, 1000);
  ASSERT_NE(top, nullptr);
  EXPECT_EQ(top, process.exec.stack_top);
  EXPECT_GE(process.stack_end, top + 1000);
  for (u64* word = top; word < process.stack_end + Process::stack_slack; word++) *word = 1;
  expect_stack(process, 5);
}

TEST(ProcessStack, GoesBackHomeWhenIdle) {
  World world;
  Process& process = world.spawn();
  u64* first = process.stack_begin;
  u64 before = world.account().bytes();
  ASSERT_TRUE(push(process, 10'000, 0));
  process.exec.stack_top = process.stack_begin + 500;
  process.shrink_idle();
  expect_stack(process, 500);
  EXPECT_LT(process.bytes(), 6000u);
  process.exec.stack_top = process.stack_begin + 8;
  process.shrink_idle();
  expect_stack(process, 8);
  EXPECT_EQ(process.stack_begin, first);
  EXPECT_EQ(world.account().bytes(), before);
  ASSERT_TRUE(push(process, 1000, 8));
  expect_stack(process, 1008);
}

TEST(ProcessStack, IsBoundedByTheMemoryLimit) {
  World world;
  Process& process = world.spawn();
  process.heap.set_memory_limit(100'000);
  EXPECT_FALSE(push(process, 100'000, 0));
  EXPECT_LE(process.bytes(), 100'000u);
  u64 reached = u64(process.exec.stack_top - process.stack_begin);
  EXPECT_GT(reached, 4000u);
  expect_stack(process, reached);
  EXPECT_FALSE(process.asked(request::over_limit | request::kill));
  // What a shorter stack gives back can be used again.
  process.exec.stack_top = process.stack_begin;
  process.shrink_idle();
  EXPECT_TRUE(push(process, reached, 0));
}

TEST(ProcessStack, IsNotMovedWhereThereIsRoom) {
  World world;
  Process& process = world.spawn();
  ASSERT_TRUE(push(process, 3, 0));
  u64* begin = process.stack_begin;
  process.ask(request::preempt);
  process.served(request::preempt);
  EXPECT_TRUE(limits_are_lowered(process));
  EXPECT_EQ(process.grow_stack(process.exec.stack_top, 5), process.exec.stack_top);
  EXPECT_EQ(process.stack_begin, begin);
  EXPECT_FALSE(limits_are_lowered(process));
}

TEST(ProcessStack, IsNoLongerThanAPositionCanName) {
  World world;
  Process& process = world.spawn();
  ASSERT_TRUE(push(process, 3, 0));
  EXPECT_EQ(process.grow_stack(process.exec.stack_top, u64{1} << 32), nullptr);
  expect_stack(process, 3);
}

TEST(ProcessStack, GrowsByWhatItNeedsNearTheCeiling) {
  World world;
  Process& process = world.spawn();
  ASSERT_TRUE(push(process, 10'000, 0));
  u64 size = u64(process.stack_end - process.stack_begin) + Process::stack_slack;
  u64 more = size - 10'000 + 10;
  heap::MemoryAccount& account = world.account();
  u64 taken = account.ceiling() - account.bytes() - 8 * (more + 100);
  account.add(taken);
  EXPECT_NE(process.grow_stack(process.exec.stack_top, more), nullptr);
  EXPECT_EQ(process.stack_end - process.stack_begin, i64(10'000 + more));
  expect_stack(process, 10'000);
  account.remove(taken);
}

TEST(ProcessStack, IsTrimmedAfterManyFramesAreLeft) {
  World world;
  Process& process = world.spawn();
  ASSERT_TRUE(push(process, 100'000, 0));
  u64* begin = process.stack_begin;
  process.exec.stack_top = begin + 50'000;
  process.trim_stack();
  EXPECT_EQ(process.stack_begin, begin) << "half of it is in use";
  EXPECT_GE(process.stack_end, begin + 100'000);
  process.exec.stack_top = begin + 100;
  process.trim_stack();
  EXPECT_LT(process.stack_end - process.stack_begin, 1000);
  EXPECT_LT(process.bytes(), 10'000u);
  expect_stack(process, 100);
  u64* end = process.stack_end;
  process.exec.stack_top = process.stack_begin + 1;
  process.trim_stack();
  EXPECT_EQ(process.stack_end, end) << "it is not much any more";
}

TEST(ProcessStack, StaysWhenItFitsAlready) {
  World world;
  Process& process = world.spawn();
  ASSERT_TRUE(push(process, 1000, 0));
  process.exec.stack_top = process.stack_begin + 500;
  process.shrink_idle();
  u64* begin = process.stack_begin;
  process.shrink_idle();
  EXPECT_EQ(process.stack_begin, begin);
  EXPECT_EQ(process.stack_end - begin, 500);
  expect_stack(process, 500);
}

TEST(ProcessLimits, StayLoweredWhileSomethingIsAsked) {
  World world;
  Process& process = world.spawn();
  process.exec.slice_limit = 4711;
  process.reset_limits();
  EXPECT_EQ(process.exec.native_limit.load(), 4711u);
  EXPECT_FALSE(limits_are_lowered(process));
  process.ask(request::preempt);
  EXPECT_TRUE(limits_are_lowered(process));
  process.reset_limits();
  EXPECT_TRUE(limits_are_lowered(process));
  process.served(request::preempt);
  process.reset_limits();
  EXPECT_FALSE(limits_are_lowered(process));
  process.poll_always = true;
  process.reset_limits();
  EXPECT_TRUE(limits_are_lowered(process));
}

TEST(ProcessLimits, LoseNoRequestToAReset) {
  World world;
  Process& process = world.spawn();
  constexpr int rounds = 2'000;
  std::atomic<int> turn{0};
  std::thread requester([&] {
    for (int i = 0; i < rounds; i++) {
      while (turn.load() != 2 * i + 1) std::this_thread::yield();
      process.ask(request::preempt);
      turn.store(2 * i + 2);
    }
  });
  for (int i = 0; i < rounds; i++) {
    process.served(request::preempt);
    turn.store(2 * i + 1);
    process.reset_limits();
    while (turn.load() != 2 * i + 2) process.reset_limits();
    ASSERT_TRUE(limits_are_lowered(process));
  }
  requester.join();
}

TEST(ProcessEnd, KeepsTheFirstReason) {
  World world;
  Process& process = world.spawn();
  process.end_soon(world.keyword("one"));
  process.end_soon(world.keyword("two"));
  EXPECT_EQ(process.exit_reason, world.keyword("one"));
  process.served(~request::kill);
  process.reset_limits();
  EXPECT_TRUE(limits_are_lowered(process));
}

class ProcessRoots : public testing::TestWithParam<u32> {};
INSTANTIATE_TEST_SUITE_P(Stress, ProcessRoots, testing::Values(0, 1, 7));

Value list_of(Process& process, i64 n) {
  return process.heap.cons(Value::integer(n), Value::empty_list());
}
i64 first_of(Value list) { return list.as_cons()->head.as_integer(); }

TEST_P(ProcessRoots, AreVisited) {
  World world(GetParam());
  Process& process = world.spawn();
  int cell_one = 0;
  int cell_two = 0;
  for (i64 i = 0; i < 10; i++) {
    Value list = list_of(process, i);
    *process.exec.stack_top++ = list.bits();
  }
  *process.exec.stack_top++ = reinterpret_cast<u64>(&process);  // as a return address
  process.answer = list_of(process, 10);
  process.exit_reason = list_of(process, 12);
  Value thrown = list_of(process, 13);
  process.make_failure().start(thrown, {});
  Value own = list_of(process, 14);
  process.make_definitions().set(&cell_one, 1, own);
  own = list_of(process, 15);
  process.make_definitions().set(&cell_two, 3, own);
  RootFrame frame{nullptr, 1, {0}};
  frame.slots[0] = list_of(process, 16).bits();
  process.exec.root_frames = &frame;
  for (int i = 0; i < 200; i++) list_of(process, -1);
  process.heap.collect_major();
  for (i64 i = 0; i < 10; i++) EXPECT_EQ(first_of(Value::from_bits(process.stack_begin[i])), i);
  EXPECT_EQ(process.stack_begin[10], reinterpret_cast<u64>(&process));
  EXPECT_EQ(first_of(process.answer), 10);
  EXPECT_EQ(first_of(process.exit_reason), 12);
  EXPECT_EQ(first_of(process.failure->value), 13);
  EXPECT_EQ(first_of(*process.definitions->find(&cell_one, 1)), 14);
  EXPECT_EQ(first_of(*process.definitions->find(&cell_two, 3)), 15);
  EXPECT_EQ(process.definitions->find(&cell_two, 2), nullptr);
  EXPECT_EQ(first_of(Value::from_bits(frame.slots[0])), 16);
  process.exec.root_frames = nullptr;
}

/// Sends lists [n n+1 … 19], the receiver looks at all and takes every third, with collections
/// between all steps.
TEST_P(ProcessRoots, IncludeMessagesThatWereLookedAt) {
  World world(GetParam());
  Process& sender = world.spawn();
  Process& receiver = world.spawn();
  for (i64 n = 0; n < 20; n++) {
    heap::Root list(sender.heap, Value::empty_list());
    for (i64 i = 19; i >= n; i--) list = sender.heap.cons(Value::integer(i), list);
    ASSERT_TRUE(send(world.table(), sender, receiver.self, list));
  }
  ASSERT_TRUE(world.drain(receiver));
  for (i64 n = 0; n < 20; n += 3) {
    receiver.begin_scan();
    for (;;) {
      Fragment* message = receiver.next_message();
      ASSERT_NE(message, nullptr);
      u64* slot = receiver.exec.stack_top++;
      *slot = message->root.bits();
      list_of(receiver, 1);
      receiver.heap.collect_minor();
      ASSERT_EQ(message, receiver.next_message());
      ASSERT_EQ(slot[0], message->root.bits());
      bool wanted = first_of(message->root) == n;
      if (wanted) receiver.accept_message();
      if (wanted) break;
      receiver.exec.stack_top--;
      // Every other one as if its tests had kept nothing: then nothing of it may be live.
      receiver.skip_message(n % 2 == 0);
    }
    list_of(receiver, 1);
    EXPECT_EQ(receiver.sender, sender.self);
  }
  receiver.heap.collect_major();
  EXPECT_EQ(receiver.mailbox.count_messages(), 13u);
  for (i64 n = 0; n < 7; n++) {
    EXPECT_EQ(first_of(Value::from_bits(receiver.stack_begin[n])), n * 3);
  }
  // Nothing of the sender's is needed any more.
  world.end(sender, world.keyword("normal"));
  world.destroy(sender);
  receiver.heap.collect_major();
  std::string last = world.show(Value::from_bits(receiver.stack_begin[6]));
  EXPECT_EQ(last, "(18 19)");
}

TEST(ProcessMemory, CountsMessages) {
  World world;
  Process& sender = world.spawn();
  Process& receiver = world.spawn();
  receiver.heap.set_memory_limit(50'000);
  Value text = sender.heap.make_string(std::string(1000, 'x'));
  u64 before = receiver.bytes();
  ASSERT_TRUE(send(world.table(), sender, receiver.self, text));
  ASSERT_TRUE(world.drain(receiver));
  EXPECT_GE(receiver.bytes(), before + 1000);
  receiver.begin_scan();
  ASSERT_NE(receiver.next_message(), nullptr);
  receiver.accept_message();
  receiver.shrink_idle();
  EXPECT_EQ(receiver.bytes(), before);
  EXPECT_FALSE(receiver.asked(request::over_limit));
  EXPECT_EQ(receiver.heap.external_bytes(), 0u);
  for (int i = 0; i < 60; i++) {
    Value more = sender.heap.make_string(std::string(1000, 'y'));
    ASSERT_TRUE(send(world.table(), sender, receiver.self, more));
  }
  EXPECT_FALSE(take_signals(world.table(), receiver));
  EXPECT_EQ(receiver.exit_reason, world.keyword("out-of-memory"));
  EXPECT_TRUE(limits_are_lowered(receiver));
}

TEST(ProcessMemory, IsCollectedBeforeAMessageIsTooMuch) {
  World world;
  Process& sender = world.spawn();
  Process& receiver = world.spawn();
  receiver.heap.set_memory_limit(50'000);
  receiver.heap.make_string(std::string(45'000, 'x'));  // dead at once
  Value text = sender.heap.make_string(std::string(10'000, 'y'));
  ASSERT_TRUE(send(world.table(), sender, receiver.self, text));
  EXPECT_TRUE(take_signals(world.table(), receiver));
  EXPECT_LT(receiver.bytes(), 15'000u);
  EXPECT_EQ(receiver.mailbox.count_messages(), 1u);
}

TEST(ProcessMemory, CountsAFailureOnce) {
  World world;
  Process& process = world.spawn();
  u64 before = world.account().bytes();
  process.make_failure().start(Value::integer(1), {});
  process.make_failure().start(Value::integer(2), {});
  EXPECT_EQ(world.account().bytes(), before + Failure::counted_bytes);
  EXPECT_EQ(process.failure->value, Value::integer(2));
}

TEST(ProcessMessages, OfOneWordNeedNoHeap) {
  World world;
  Process& sender = world.spawn();
  Process& receiver = world.spawn();
  u64 before = world.account().bytes();
  for (i64 i = 1; i <= 2; i++) {
    ASSERT_TRUE(send(world.table(), sender, receiver.self, Value::integer(i)));
  }
  ASSERT_TRUE(world.drain(receiver));
  EXPECT_EQ(receiver.next_message()->root, Value::integer(1));
  receiver.begin_scan();  // an error has left the first scan
  EXPECT_EQ(receiver.next_message()->root, Value::integer(1));
  receiver.accept_message();
  EXPECT_EQ(receiver.sender, sender.self);
  EXPECT_EQ(receiver.next_message()->root, Value::integer(2)) << "which begins a scan";
  receiver.accept_message();
  EXPECT_EQ(receiver.next_message(), nullptr);
  receiver.accept_message();  // there is none
  EXPECT_FALSE(receiver.mailbox.scanning());
  EXPECT_EQ(receiver.heap.used_words(), 0u);
  EXPECT_EQ(receiver.heap.external_bytes(), 0u);
  EXPECT_EQ(world.account().bytes(), before);
}

TEST(ProcessDefinitions, HoldForOneVersion) {
  World world;
  Process& process = world.spawn();
  int cell = 0;
  int other = 0;
  Definitions& own = process.make_definitions();
  own.set(&cell, 1, Value::integer(10));
  EXPECT_EQ(*own.find(&cell, 1), Value::integer(10));
  EXPECT_EQ(own.find(&other, 1), nullptr);
  EXPECT_EQ(own.find(&cell, 2), nullptr);
  own.set(&cell, 2, Value::integer(20));
  EXPECT_EQ(own.find(&cell, 1), nullptr);
  EXPECT_EQ(*own.find(&cell, 2), Value::integer(20));
  EXPECT_EQ(&process.make_definitions(), &own);
}

TEST(ProcessMemory, CountsMessagesThatWereLookedAt) {
  World world;
  Process& sender = world.spawn();
  Process& receiver = world.spawn();
  receiver.heap.set_memory_limit(50'000);
  receiver.begin_scan();
  int looked_at = 0;
  while (send(world.table(), sender, receiver.self, list_of(sender, 1)) &&
         take_signals(world.table(), receiver)) {
    while (receiver.next_message()) receiver.skip_message(true);
    ASSERT_LT(looked_at++, 2000);
  }
  EXPECT_EQ(receiver.exit_reason, world.keyword("out-of-memory"));
  EXPECT_GT(looked_at, 100);
}

TEST(ProcessMemory, IsAllGivenBack) {
  World world;
  u64 before = world.account().bytes();
  Process& a = world.spawn();
  Process& b = world.spawn();
  ASSERT_TRUE(push(a, 5000, 0));
  for (i64 i = 0; i < 100; i++) {
    ASSERT_TRUE(send(world.table(), a, b.self, list_of(a, i)));
    if (i == 50) world.drain(b);
    if (i % 7 == 0) {
      b.begin_scan();
      b.next_message();
    }
  }
  world.end(a, world.keyword("normal"));
  world.end(b, world.keyword("normal"));
  world.destroy(a);
  world.destroy(b);
  EXPECT_EQ(world.account().bytes(), before);
}

}  // namespace
}  // namespace lithe::process
