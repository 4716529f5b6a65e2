// SPDX-License-Identifier: Apache-2.0
// The system has no memory: what processes do to each other is refused and has changed nothing, or
// is not needed, or ends the program with words.
#include <gtest/gtest.h>

#include "base/memory_fault.hpp"
#include "process/world.test.hpp"

namespace lithe::process {
namespace {

namespace fault = base::memory_fault;
using value::Value;

/// While it lives, every request for memory is refused.
struct NoMemory {
  NoMemory() { fault::arm(1, true); }
  ~NoMemory() { fault::disarm(); }
};

struct Refusals : testing::Test {
  World world;
  ProcessTable& table = world.table();
  Process& a = world.spawn();
  Process& b = world.spawn();

  void drain_all() {
    for (int i = 0; i < 3; i++) {
      if (world.alive(a)) world.drain(a);
      if (world.alive(b)) world.drain(b);
    }
  }
  static bool linked(const Process& process) {
    return process.relations && process.relations->links.size() != 0;
  }
};

TEST_F(Refusals, AMessageIsNotSent) {
  heap::Root list(a.heap, a.heap.cons(Value::integer(1), Value::empty_list()));
  {
    NoMemory no_memory;
    EXPECT_FALSE(send(table, a, b.self, list));
    EXPECT_FALSE(send(table, a, b.self, Value::integer(1)));
    EXPECT_FALSE(reply(table, a, b.self, 7, list));
  }
  drain_all();
  EXPECT_EQ(world.show_messages(b), "");
  EXPECT_TRUE(send(table, a, b.self, list));
  drain_all();
  EXPECT_EQ(world.show_messages(b), "(1)");
}

TEST_F(Refusals, AMessageIsNotSentBeyondTheCeilingButAnEndIsTold) {
  EXPECT_TRUE(link(table, a, b.self));
  drain_all();
  set_trap_exit(b, true);
  heap::Root list(a.heap, a.heap.cons(Value::integer(1), Value::empty_list()));
  u64 all = world.account().ceiling() + 1;
  world.account().add(all);
  EXPECT_FALSE(send(table, a, b.self, list));
  EXPECT_FALSE(send(table, a, b.self, Value::integer(1)));
  EXPECT_FALSE(reply(table, a, b.self, 7, list));
  world.end(a, world.keyword("done"));
  world.account().remove(all);
  drain_all();
  EXPECT_EQ(world.show_messages(b), "(:exit <0> :done)");
}

TEST_F(Refusals, NoLinkIsMade) {
  {
    NoMemory no_memory;
    EXPECT_FALSE(link(table, a, b.self));
  }
  EXPECT_FALSE(linked(a));
  EXPECT_TRUE(link(table, a, b.self));
  drain_all();
  EXPECT_TRUE(linked(a) && linked(b));
}

TEST_F(Refusals, ALinkStaysUntilUnlinkSucceeds) {
  EXPECT_TRUE(link(table, a, b.self));
  EXPECT_TRUE(link(table, b, a.self));
  drain_all();
  fault::arm(2, true);  // one of the two signals can be sent
  EXPECT_FALSE(unlink(table, a, b.self));
  fault::disarm();
  EXPECT_TRUE(linked(a));
  drain_all();
  EXPECT_TRUE(linked(b));
  EXPECT_TRUE(unlink(table, a, b.self));
  drain_all();
  EXPECT_FALSE(linked(a) || linked(b));
}

TEST_F(Refusals, NoMonitorIsMade) {
  {
    NoMemory no_memory;
    EXPECT_FALSE(monitor(table, a, b.self, 7));
  }
  EXPECT_FALSE(demonitor(table, a, 7));
  EXPECT_TRUE(monitor(table, a, b.self, 8));
  drain_all();
  world.end(b, world.keyword("done"));
  drain_all();
  EXPECT_NE(world.show_messages(a).find(":down #8"), std::string::npos);
}

TEST_F(Refusals, AMonitorThatIsGivenUpSendsNothingAllTheSame) {
  EXPECT_TRUE(monitor(table, a, b.self, 7));
  drain_all();
  {
    NoMemory no_memory;
    EXPECT_TRUE(demonitor(table, a, 7));
  }
  drain_all();
  EXPECT_EQ(b.relations->monitored_by.size(), 1u) << "nobody could tell it";
  world.end(b, world.keyword("done"));
  drain_all();
  EXPECT_EQ(world.show_messages(a), "");
}

TEST_F(Refusals, NobodyIsKilled) {
  {
    NoMemory no_memory;
    EXPECT_FALSE(send_exit(table, a, b.self, world.keyword("bad")));
    EXPECT_FALSE(send_exit(table, a, b.self, Value::keyword(base::name::kill)));
    EXPECT_FALSE(send_kill(table, b));
  }
  drain_all();
  EXPECT_TRUE(world.alive(b));
  EXPECT_TRUE(send_exit(table, a, b.self, Value::keyword(base::name::kill)));
  drain_all();
  EXPECT_FALSE(world.alive(b));
}

TEST_F(Refusals, AReasonForWhichThereIsNoMemoryIsReplaced) {
  EXPECT_TRUE(link(table, a, b.self));
  drain_all();
  set_trap_exit(b, true);
  Value reason = a.heap.cons(Value::integer(1), Value::empty_list());
  fault::arm(1, false);  // the signal with the reason in it, not the one after
  world.end(a, reason);
  EXPECT_EQ(fault::disarm(), 1u);
  drain_all();
  EXPECT_NE(world.show_messages(b).find(":out-of-memory"), std::string::npos);
}

TEST_F(Refusals, AStackDoesNotGrow) {
  u64* before = a.stack_begin;
  {
    NoMemory no_memory;
    EXPECT_EQ(a.grow_stack(a.exec.stack_top, 1000), nullptr);
  }
  EXPECT_EQ(a.stack_begin, before);
  EXPECT_NE(a.grow_stack(a.exec.stack_top, 1000), nullptr);
  // Nor does a grown one.
  before = a.stack_begin;
  NoMemory no_memory;
  EXPECT_EQ(a.grow_stack(a.exec.stack_top, 100'000), nullptr);
  EXPECT_EQ(a.stack_begin, before);
}

TEST_F(Refusals, TheTableOfProcessesDoesNotGrow) {
  World other;
  auto block = std::make_unique<TestBlock>(a.heap.environment());
  NoMemory no_memory;
  EXPECT_FALSE(other.table().add(block->process));
}

using RefusalsDeathTest = Refusals;

TEST_F(RefusalsDeathTest, AnEndThatCannotBeToldEndsTheProgram) {
  EXPECT_TRUE(link(table, a, b.self));
  drain_all();
  EXPECT_EXIT(
      {
        NoMemory no_memory;
        world.end(a, world.keyword("done"));
      },
      testing::ExitedWithCode(1), "no memory for the end of a process to be told");
}

}  // namespace
}  // namespace lithe::process
