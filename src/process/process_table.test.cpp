// SPDX-License-Identifier: Apache-2.0
#include "process/process_table.hpp"

#include <gtest/gtest.h>

#include "process/world.test.hpp"

namespace lithe::process {
namespace {

using value::Value;
using Registration = ProcessTable::Registration;

TEST(ProcessTable, FindsTheLivingOnly) {
  World world;
  Process& a = world.spawn();
  Process& b = world.spawn();
  EXPECT_NE(a.self, b.self);
  EXPECT_EQ(world.table().find(a.self), &a);
  EXPECT_EQ(world.table().find(b.self), &b);
  EXPECT_EQ(world.table().size(), 2u);
  world.table().remove(a);
  EXPECT_EQ(world.table().find(a.self), nullptr);
  EXPECT_EQ(world.table().size(), 1u);
  EXPECT_EQ(world.table().find(Value::integer(3)), nullptr);
  EXPECT_EQ(world.table().find(Value::pid(77, 1)), nullptr);
  EXPECT_EQ(world.table().find(Value::pid(0xFFFFFF, 0xFFFFFF)), nullptr);
  EXPECT_EQ(world.table().find(Value::pid(b.self.pid_slot(), 0)), nullptr);
}

TEST(ProcessTable, GivesASlotAgainUnderAnotherPid) {
  World world;
  Process& a = world.spawn();
  Value old = a.self;
  world.table().remove(a);
  Process& b = world.spawn();
  EXPECT_EQ(b.self.pid_slot(), old.pid_slot());
  EXPECT_NE(b.self, old);
  EXPECT_EQ(world.table().find(old), nullptr);
  EXPECT_EQ(world.table().find(b.self), &b);
}

TEST(ProcessTable, RetiresASlotWhoseGenerationWouldWrap) {
  World world;
  TestBlock block(world.environment());
  Process& process = block.process;
  ASSERT_TRUE(world.table().add(process));
  u32 slot = process.self.pid_slot();
  EXPECT_EQ(process.self.pid_generation(), 1u);
  for (u32 generation = 2; generation < ProcessTable::generation_limit; generation++) {
    world.table().remove(process);
    ASSERT_TRUE(world.table().add(process));
  }
  EXPECT_EQ(process.self.pid_slot(), slot);
  EXPECT_EQ(process.self.pid_generation(), ProcessTable::generation_limit - 1);
  world.table().remove(process);
  ASSERT_TRUE(world.table().add(process));
  EXPECT_NE(process.self.pid_slot(), slot);
  EXPECT_EQ(world.table().find(Value::pid(slot, ProcessTable::generation_limit - 1)), nullptr);
  EXPECT_EQ(world.table().find(Value::pid(slot, 0)), nullptr);
  world.table().remove(process);
}

TEST(ProcessTable, RefusesMoreThanItsLimit) {
  World world(0, 3);
  for (int i = 0; i < 3; i++) world.spawn();
  TestBlock block(world.environment());
  EXPECT_FALSE(world.table().add(block.process));
  Process* some = nullptr;
  world.table().for_each([&](Process& process) { some = &process; });
  world.table().remove(*some);
  EXPECT_TRUE(world.table().add(block.process));
  world.table().remove(block.process);
}

TEST(ProcessTable, VisitsManyInTheOrderOfTheirSlots) {
  World world;
  std::vector<Process*> all;
  for (int i = 0; i < 3000; i++) all.push_back(&world.spawn());
  for (int i = 0; i < 3000; i += 3) world.table().remove(*all[u64(i)]);
  u32 visited = 0;
  u32 last = 0;
  world.table().for_each([&](Process& process) {
    EXPECT_TRUE(visited == 0 || process.self.pid_slot() > last);
    last = process.self.pid_slot();
    EXPECT_EQ(world.table().find(process.self), &process);
    visited++;
  });
  EXPECT_EQ(visited, 2000u);
}

TEST(ProcessTable, KeepsNames) {
  World world;
  ProcessTable& table = world.table();
  Process& a = world.spawn();
  Process& b = world.spawn();
  Value db = world.keyword("db");
  Value log = world.keyword("log");
  EXPECT_TRUE(table.whereis(db).is_nil());
  EXPECT_EQ(table.register_name(db, a.self), Registration::done);
  EXPECT_EQ(table.whereis(db), a.self);
  EXPECT_EQ(table.register_name(db, b.self), Registration::name_taken);
  EXPECT_EQ(table.register_name(log, a.self), Registration::has_name);
  EXPECT_EQ(table.register_name(log, b.self), Registration::done);
  EXPECT_TRUE(table.unregister_name(db));
  EXPECT_FALSE(table.unregister_name(db));
  EXPECT_EQ(table.register_name(world.keyword("db2"), a.self), Registration::done);
  Value gone = b.self;
  table.remove(b);
  EXPECT_TRUE(table.whereis(log).is_nil());
  EXPECT_EQ(table.register_name(log, gone), Registration::not_alive);
}

}  // namespace
}  // namespace lithe::process
