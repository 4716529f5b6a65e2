// SPDX-License-Identifier: Apache-2.0
#include "process/signals.hpp"

#include <gtest/gtest.h>

#include "process/world.test.hpp"

namespace lithe::process {
namespace {

using value::Value;

struct Signals : testing::Test {
  World world{1};
  ProcessTable& table = world.table();
  Process& a = world.spawn();
  Process& b = world.spawn();

  void drain_all() {
    for (int i = 0; i < 3; i++) {
      if (world.alive(a)) world.drain(a);
      if (world.alive(b)) world.drain(b);
    }
  }
  Value keyword(std::string_view text) { return world.keyword(text); }
  static u64 links(const Process& process) {
    return process.relations ? process.relations->links.size() : 0;
  }
};

TEST_F(Signals, AMessageIsCopiedAndWakes) {
  Value list = a.heap.cons(Value::integer(1), Value::empty_list());
  EXPECT_TRUE(send(table, a, b.self, list));
  EXPECT_EQ(world.wakes(), 1u);
  EXPECT_TRUE(send(table, a, b.self, keyword("x")));
  EXPECT_EQ(world.wakes(), 1u);
  world.drain(b);
  EXPECT_EQ(world.show_messages(b), "(1) :x");
  EXPECT_TRUE(send(table, a, b.self, Value::integer(2)));
  EXPECT_EQ(world.wakes(), 2u);
  EXPECT_FALSE(b.asked(request::signals));
}

TEST_F(Signals, AMessageToTheDeadIsDropped) {
  world.end(b, keyword("normal"));
  EXPECT_TRUE(send(table, a, b.self, Value::integer(1)));
  EXPECT_EQ(world.wakes(), 0u);
}

TEST_F(Signals, AnExitSignalEnds) {
  EXPECT_TRUE(send_exit(table, a, b.self, keyword("bad")));
  EXPECT_TRUE(b.asked(request::signals));
  EXPECT_EQ(b.exec.stack_limit.load(), 0u);
  EXPECT_TRUE(world.alive(b));
  EXPECT_FALSE(world.drain(b));
  EXPECT_EQ(b.exit_reason, keyword("bad"));
  EXPECT_FALSE(send_exit(table, a, b.self, keyword("again")));
}

TEST_F(Signals, AnExitReasonIsCopied) {
  {
    heap::Root reason(a.heap, a.heap.cons(Value::integer(7), Value::empty_list()));
    send_exit(table, a, b.self, reason);
  }
  world.end(a, keyword("normal"));
  world.destroy(a);
  EXPECT_FALSE(take_signals(table, b));
  b.heap.collect_major();
  EXPECT_EQ(world.show(b.exit_reason), "(7)");
}

TEST_F(Signals, AReplyComesInPlaceOfTheDown) {
  monitor(table, a, b.self, 7);
  drain_all();
  EXPECT_TRUE(reply(table, b, a.self, 7, Value::integer(42)));
  world.end(b, keyword("normal"));
  world.drain(a);
  EXPECT_EQ(world.show_messages(a), "(:reply #7 42)");
  EXPECT_EQ(a.relations->monitors.size(), 0u);
}

TEST_F(Signals, AReplyToNobodyWhoWaitsIsDropped) {
  monitor(table, a, b.self, 7);
  drain_all();
  EXPECT_TRUE(reply(table, b, a.self, 7, Value::integer(1)));
  EXPECT_TRUE(demonitor(table, a, 7));
  EXPECT_TRUE(reply(table, b, a.self, 8, Value::integer(2)));
  drain_all();
  EXPECT_EQ(world.show_messages(a), "");
  EXPECT_EQ(b.relations->monitored_by.size(), 0u);
}

TEST_F(Signals, AReplyOfAnotherEndsTheMonitorToo) {
  Process& c = world.spawn();
  monitor(table, a, b.self, 7);
  drain_all();
  EXPECT_TRUE(reply(table, c, a.self, 7, Value::integer(1)));
  drain_all();
  EXPECT_EQ(world.show_messages(a), "(:reply #7 1)");
  EXPECT_EQ(b.relations->monitored_by.size(), 0u);
  EXPECT_TRUE(reply(table, b, a.self, 7, Value::integer(2)));
  drain_all();
  EXPECT_EQ(world.show_messages(a), "(:reply #7 1)");
}

TEST_F(Signals, NormalEndsNobodyElse) {
  send_exit(table, a, b.self, keyword("normal"));
  EXPECT_TRUE(world.drain(b));
  send_exit(table, b, b.self, keyword("normal"));
  EXPECT_FALSE(world.drain(b));
  EXPECT_EQ(b.exit_reason, keyword("normal"));
}

TEST_F(Signals, TrappingMakesMessagesOfThem) {
  EXPECT_FALSE(set_trap_exit(b, true));
  EXPECT_TRUE(set_trap_exit(b, true));
  send_exit(table, a, b.self, keyword("bad"));
  send_exit(table, a, b.self, keyword("normal"));
  send_exit(table, b, b.self, keyword("own"));
  EXPECT_TRUE(world.drain(b));
  EXPECT_EQ(world.show_messages(b), "(:exit <0> :bad) (:exit <0> :normal) (:exit <1> :own)");
  EXPECT_TRUE(set_trap_exit(b, false));
}

TEST_F(Signals, KillCannotBeTrapped) {
  set_trap_exit(b, true);
  send_exit(table, a, b.self, keyword("kill"));
  EXPECT_FALSE(world.drain(b));
  EXPECT_EQ(b.exit_reason, keyword("killed"));
}

TEST_F(Signals, AProcessThatEndsWithKillCanBeTrapped) {
  set_trap_exit(a, true);
  link(table, a, b.self);
  world.drain(b);
  world.end(b, keyword("kill"));
  EXPECT_TRUE(world.drain(a));
  EXPECT_EQ(world.show_messages(a), "(:exit <1> :kill)");
}

TEST_F(Signals, ALinkWorksBothWays) {
  link(table, a, b.self);
  link(table, a, b.self);
  drain_all();
  EXPECT_EQ(links(a), 1u);
  EXPECT_EQ(links(b), 1u);
  send_exit(table, a, b.self, keyword("bad"));
  drain_all();
  EXPECT_FALSE(world.alive(b));
  EXPECT_FALSE(world.alive(a));
  EXPECT_EQ(a.exit_reason, keyword("bad"));
}

TEST_F(Signals, ANormalEndLeavesLinkedProcessesAlive) {
  link(table, a, b.self);
  drain_all();
  world.end(b, keyword("normal"));
  EXPECT_TRUE(world.drain(a));
  EXPECT_EQ(links(a), 0u);
}

TEST_F(Signals, AnUnlinkedProcessHearsNothing) {
  link(table, a, b.self);
  drain_all();
  unlink(table, b, a.self);
  world.end(b, keyword("bad"));
  EXPECT_TRUE(world.drain(a));
  EXPECT_EQ(links(a), 0u);
}

TEST_F(Signals, AnExitSignalThatCrossesTheUnlinkIsDropped) {
  link(table, a, b.self);
  drain_all();
  world.end(b, keyword("bad"));
  unlink(table, a, b.self);
  EXPECT_TRUE(world.drain(a));
}

TEST_F(Signals, LinkingTheDeadGivesNoproc) {
  world.end(b, keyword("bad"));
  link(table, a, b.self);
  EXPECT_TRUE(a.asked(request::signals));
  EXPECT_FALSE(world.drain(a));
  EXPECT_EQ(a.exit_reason, keyword("noproc"));
}

TEST_F(Signals, ALinkThatMeetsTheEndGivesNoproc) {
  set_trap_exit(a, true);
  link(table, a, b.self);
  world.end(b, keyword("bad"));
  EXPECT_TRUE(world.drain(a));
  EXPECT_EQ(world.show_messages(a), "(:exit <1> :noproc)");
}

TEST_F(Signals, CrossingLinksAreOneLink) {
  link(table, a, b.self);
  link(table, b, a.self);
  drain_all();
  unlink(table, a, b.self);
  drain_all();
  EXPECT_EQ(links(a), 0u);
  EXPECT_EQ(links(b), 0u);
}

TEST_F(Signals, AnUnlinkThatCrossesANewLinkDoesItNoHarm) {
  link(table, a, b.self);
  drain_all();
  unlink(table, a, b.self);
  unlink(table, b, a.self);
  link(table, a, b.self);
  drain_all();
  EXPECT_EQ(links(a), 1u);
  EXPECT_EQ(links(b), 1u);
}

TEST_F(Signals, LinkingItselfDoesNothing) {
  link(table, a, a.self);
  EXPECT_EQ(links(a), 0u);
  EXPECT_TRUE(world.drain(a));
}

TEST_F(Signals, AMonitorHearsOfTheEndOnce) {
  monitor(table, a, b.self, 41);
  monitor(table, a, b.self, 42);
  drain_all();
  world.end(b, keyword("bad"));
  drain_all();
  EXPECT_EQ(world.show_messages(a), "(:down #41 <1> :bad) (:down #42 <1> :bad)");
  EXPECT_FALSE(demonitor(table, a, 41));
}

TEST_F(Signals, MonitoringTheDeadIsDownAtOnce) {
  world.end(b, keyword("bad"));
  monitor(table, a, b.self, 1);
  EXPECT_TRUE(world.drain(a));
  EXPECT_EQ(world.show_messages(a), "(:down #1 <1> :noproc)");
}

TEST_F(Signals, ADroppedMonitorIsSilent) {
  monitor(table, a, b.self, 1);
  monitor(table, a, b.self, 2);
  drain_all();
  EXPECT_TRUE(demonitor(table, a, 1));
  world.end(b, keyword("bad"));
  EXPECT_TRUE(demonitor(table, a, 2));
  drain_all();
  EXPECT_EQ(world.show_messages(a), "");
}

TEST_F(Signals, TheEndOfAMonitorLeavesNothingBehind) {
  monitor(table, a, b.self, 1);
  link(table, a, b.self);
  drain_all();
  EXPECT_EQ(b.relations->monitored_by.size(), 1u);
  world.end(a, keyword("normal"));
  drain_all();
  EXPECT_EQ(b.relations->monitored_by.size(), 0u);
  EXPECT_EQ(b.relations->links.size(), 0u);
  EXPECT_TRUE(world.alive(b));
}

TEST_F(Signals, AMonitorOnItselfIsSilent) {
  monitor(table, a, a.self, 1);
  EXPECT_TRUE(world.drain(a));
  world.end(a, keyword("bad"));
}

TEST_F(Signals, SignalsKeepTheirOrderAmongMessages) {
  set_trap_exit(b, true);
  send(table, a, b.self, Value::integer(1));
  send_exit(table, a, b.self, keyword("x"));
  send(table, a, b.self, Value::integer(2));
  monitor(table, b, a.self, 5);
  link(table, b, a.self);
  world.drain(a);
  world.end(a, keyword("bad"));
  world.drain(b);
  EXPECT_EQ(world.show_messages(b), "1 (:exit <0> :x) 2 (:exit <0> :bad) (:down #5 <0> :bad)");
}

TEST_F(Signals, WhatComesAfterTheKillIsRefused) {
  set_trap_exit(a, true);
  send_exit(table, a, b.self, keyword("kill"));
  link(table, a, b.self);
  monitor(table, a, b.self, 9);
  EXPECT_FALSE(world.drain(b));
  EXPECT_TRUE(world.drain(a));
  EXPECT_EQ(world.show_messages(a), "(:exit <1> :noproc) (:down #9 <1> :noproc)");
}

TEST_F(Signals, ChildrenAreTiedBeforeTheyRun) {
  link_child(table, a, b);
  monitor_child(a, b, 3);
  set_trap_exit(a, true);
  world.end(b, keyword("bad"));
  drain_all();
  EXPECT_EQ(world.show_messages(a), "(:exit <1> :bad) (:down #3 <1> :bad)");
}

TEST_F(Signals, KillingFromOutside) {
  EXPECT_TRUE(send_kill(table, b));
  EXPECT_FALSE(world.drain(b));
  EXPECT_EQ(b.exit_reason, keyword("killed"));
}

TEST_F(Signals, RelationsCountAsMemoryWhileTheyAreThere) {
  u64 before = world.account().bytes();
  for (u64 ref = 1; ref <= 100; ref++) EXPECT_TRUE(monitor(table, a, b.self, ref));
  EXPECT_TRUE(link(table, a, b.self));
  u64 monitors = 100 * (Relations::Monitors::bytes_each + Relations::MonitoredBy::bytes_each);
  EXPECT_GE(world.account().bytes(), before + monitors) << "also what b has not heard of yet";
  drain_all();
  EXPECT_EQ(world.account().bytes(), before + monitors + 2 * Relations::Links::bytes_each);
  for (u64 ref = 1; ref <= 50; ref++) EXPECT_TRUE(demonitor(table, a, ref));
  EXPECT_TRUE(unlink(table, a, b.self));
  drain_all();
  EXPECT_EQ(world.account().bytes(), before + monitors / 2);
  world.end(a, keyword("normal"));
  drain_all();
  EXPECT_EQ(world.account().bytes(), before);
}

TEST_F(Signals, ToTellTheEndTakesNoMemoryBeyondWhatRelationsCounted) {
  for (u64 ref = 1; ref <= 1000; ref++) EXPECT_TRUE(monitor(table, a, b.self, ref));
  drain_all();
  u64 before = world.account().bytes();
  world.end(b, keyword("bad"));
  EXPECT_LE(world.account().bytes(), before + 1024);
  EXPECT_EQ(world.show_messages(a), "") << "not before it has looked";
  drain_all();
  EXPECT_EQ(a.mailbox.count_messages(), 1000u);
}

/// As a sender on another core meets it that has found its target just before that ended.
TEST_F(Signals, WhatMeetsAClosedInletIsGivenBack) {
  link(table, a, b.self);
  monitor(table, a, b.self, 3);
  drain_all();
  EXPECT_EQ(b.mailbox.close(), nullptr);
  u64 held = world.account().bytes();
  EXPECT_TRUE(send(table, a, b.self, Value::integer(1)));
  EXPECT_FALSE(send_exit(table, a, b.self, keyword("kill")));
  EXPECT_FALSE(send_kill(table, b));
  EXPECT_EQ(world.account().bytes(), held);
  EXPECT_TRUE(reply(table, a, b.self, 3, Value::integer(1)));
  EXPECT_FALSE(send_exit(table, a, b.self, keyword("bad")));
  EXPECT_EQ(world.wakes(), 1u) << "for the link; none is woken that has ended";
  monitor(table, a, b.self, 4);
  EXPECT_TRUE(world.drain(a));
  EXPECT_EQ(world.show_messages(a), "(:down #4 <1> :noproc)");
  world.end(a, keyword("normal"));  // which tells b
  world.end(b, keyword("normal"));
  world.destroy(a);
  world.destroy(b);
  EXPECT_EQ(world.account().bytes(), 0u);
}

TEST_F(Signals, NoRelationsWithoutRoomForTheirEnd) {
  u64 all = world.account().ceiling() + 1;
  world.account().add(all);
  EXPECT_FALSE(link(table, a, b.self));
  EXPECT_FALSE(monitor(table, a, b.self, 1));
  world.account().remove(all);
  EXPECT_EQ(links(a), 0u);
  EXPECT_TRUE(a.relations->monitors.empty());
  drain_all();
  EXPECT_EQ(links(b), 0u);
  EXPECT_TRUE(link(table, a, b.self));
  EXPECT_TRUE(monitor(table, a, b.self, 1));
}

TEST_F(Signals, WhoHasNoMonitorGivesNoneUp) {
  EXPECT_FALSE(demonitor(table, a, 1));
  EXPECT_EQ(a.relations, nullptr);
  EXPECT_FALSE(b.mailbox.has_arrivals());
}

TEST_F(Signals, AReplyToAnotherThanWhoMonitorsEndsNoMonitor) {
  Process& c = world.spawn();
  monitor(table, a, b.self, 7);
  drain_all();
  EXPECT_TRUE(reply(table, b, c.self, 7, Value::integer(1)));
  EXPECT_TRUE(world.drain(c));
  EXPECT_EQ(world.show_messages(c), "");
  EXPECT_EQ(b.relations->monitored_by.size(), 1u);
  EXPECT_TRUE(reply(table, b, a.self, 7, Value::integer(2)));
  drain_all();
  EXPECT_EQ(world.show_messages(a), "(:reply #7 2)");
}

TEST_F(Signals, ASupervisorOfManyHearsOfEachOnce) {
  constexpr u64 count = 300;
  set_trap_exit(a, true);
  std::vector<Process*> children;
  for (u64 i = 0; i < count; i++) {
    children.push_back(&world.spawn());
    link_child(table, a, *children.back());
    monitor_child(a, *children.back(), table.next_number());
  }
  for (Process* child : children) world.end(*child, keyword("bad"));
  EXPECT_TRUE(world.drain(a));
  EXPECT_EQ(a.mailbox.count_messages(), 2 * count);
  EXPECT_TRUE(a.relations->links.empty());
  EXPECT_TRUE(a.relations->monitors.empty());
}

}  // namespace
}  // namespace lithe::process
