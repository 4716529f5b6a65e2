// SPDX-License-Identifier: Apache-2.0
// Signals against their model: random programs in lockstep, and all schedules of small ones.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <set>

#include "process/signal_model.test.hpp"
#include "process/world.test.hpp"

namespace lithe::process {
namespace {

using value::Value;

/// The system and its model, doing the same.
class Lockstep {
 public:
  Lockstep(u32 seed, u32 stress) : world_(stress), random_(seed) {
    for (int i = 0; i < 3; i++) spawn();
  }

  void run(u32 steps) {
    for (u32 i = 0; i < steps && !testing::Test::HasFatalFailure(); i++) {
      u32 self = pick();
      if (!model_[self].alive) self = pick();
      if (model_[self].alive) act(self);
      compare();
    }
    settle();
  }

 private:
  u32 pick(u32 below) { return u32(random_() % below); }
  u32 pick() { return pick(u32(model_.members.size())); }

  u32 spawn() {
    Process& process = world_.spawn();
    processes_.push_back(&process);
    numbers_.push_back(process.self);
    return model_.spawn();
  }

  Process& process(u32 i) { return *processes_[i]; }

  std::string reason() {
    static const char* const reasons[] = {":normal", ":kill", ":bad", ":worse"};
    return reasons[pick(4)];
  }
  Value value_of(const std::string& reason) { return world_.keyword(reason.substr(1)); }

  void act(u32 self) {
    ProcessTable& table = world_.table();
    u32 other = pick();
    switch (pick(16)) {
      case 0:
      case 1:
        link(table, process(self), pid(other));
        model_.link(self, other);
        return;
      case 2:
        unlink(table, process(self), pid(other));
        model_.unlink(self, other);
        return;
      case 3:
        monitor(table, process(self), pid(other), table.next_number());
        model_.monitor(self, other);
        return;
      case 4:
        drop_monitor(self);
        return;
      case 5:
        if (pick(3) == 0) send_an_exit(self, other);
        return;
      case 6: {
        bool on = pick(2);
        EXPECT_EQ(set_trap_exit(process(self), on), std::exchange(model_[self].traps, on));
        return;
      }
      case 7:
        name(self);
        return;
      case 8:
        if (pick(4) == 0) finish(self, reason());
        return;
      case 9:
        add_child(self);
        return;
      case 10: {
        i64 number = i64(pick(1000));
        EXPECT_TRUE(send(table, process(self), pid(other), Value::integer(number)));
        model_.send(self, other, std::to_string(number));
        return;
      }
      case 11:
        reply_to(self, other);
        return;
      default:
        drain(self);
    }
  }

  /// To somebody who monitors the process, or by any process to one that monitors any other.
  void reply_to(u32 self, u32 other) {
    u32 to = other;
    bool own = pick(2);
    auto& refs = own ? model_[self].monitored_by : model_[other].monitors;
    if (refs.empty()) return;
    auto entry = std::next(refs.begin(), pick(u32(refs.size())));
    u64 ref = entry->first;
    if (own) to = entry->second;
    i64 number = i64(pick(1000));
    EXPECT_TRUE(reply(world_.table(), process(self), pid(to), ref, Value::integer(number)));
    model_.reply(self, to, ref, std::to_string(number));
  }

  Value pid(u32 i) { return numbers_[i]; }

  void drop_monitor(u32 self) {
    auto& monitors = model_[self].monitors;
    if (monitors.empty()) return;
    auto entry = std::next(monitors.begin(), pick(u32(monitors.size())));
    u64 ref = entry->first;
    EXPECT_TRUE(demonitor(world_.table(), process(self), ref));
    model_.demonitor(self, ref);
    EXPECT_FALSE(demonitor(world_.table(), process(self), ref));
  }

  void send_an_exit(u32 self, u32 other) {
    std::string why = reason();
    EXPECT_EQ(send_exit(world_.table(), process(self), pid(other), value_of(why)),
              model_[other].alive);
    model_.exit(self, other, why);
    if (self == other) drain(self);
  }

  void name(u32 self) {
    using Registration = ProcessTable::Registration;
    std::string text = pick(2) ? ":db" : ":log";
    auto holder = std::ranges::find(model_.members, text, &SignalModel::Member::name);
    if (pick(3) == 0) {
      EXPECT_EQ(world_.table().unregister_name(value_of(text)), holder != model_.members.end());
      if (holder != model_.members.end()) holder->name.clear();
      return;
    }
    Registration got = world_.table().register_name(value_of(text), pid(self));
    if (holder != model_.members.end()) {
      EXPECT_EQ(got, Registration::name_taken);
    } else if (!model_[self].name.empty()) {
      EXPECT_EQ(got, Registration::has_name);
    } else {
      EXPECT_EQ(got, Registration::done);
      model_[self].name = text;
    }
  }

  void add_child(u32 self) {
    if (model_.members.size() >= 8) return;
    u32 child = spawn();
    if (pick(2)) {
      link_child(world_.table(), process(self), process(child));
      model_.link_child(self, child);
    }
    if (pick(2)) {
      monitor_child(process(self), process(child), world_.table().next_number());
      model_.monitor_child(self, child);
    }
  }

  void finish(u32 self, const std::string& why) {
    world_.end(process(self), value_of(why));
    model_.end(self, why);
  }

  void drain(u32 self) {
    // What a process sends to itself meanwhile is handled, too, as in the model.
    while (world_.drain(process(self)) && process(self).mailbox.has_arrivals()) {
    }
    model_.drain(self);
  }

  void compare() {
    for (u32 i = 0; i < model_.members.size(); i++) {
      const SignalModel::Member& member = model_[i];
      Process& real = process(i);
      ASSERT_EQ(world_.alive(real), member.alive);
      ASSERT_EQ(messages(real), member.messages);
      Value named = world_.table().whereis(value_of(member.name.empty() ? ":none" : member.name));
      ASSERT_EQ(named, member.name.empty() ? Value::nil() : real.self);
      if (!member.alive) ASSERT_EQ(world_.show(real.exit_reason), member.reason);
      if (member.alive) compare_relations(real, member);
    }
  }

  void compare_relations(Process& real, const SignalModel::Member& member) {
    Relations none(world_.account());
    Relations& relations = real.relations ? *real.relations : none;
    ASSERT_EQ(relations.links.size(), member.links.size());
    for (const auto& [other, numbers] : member.links) {
      Relations::Link* link = relations.links.find(pid(other).bits());
      ASSERT_NE(link, nullptr);
      std::set<u64> known{link->own, link->theirs};
      known.erase(0);
      ASSERT_EQ(known, numbers);
    }
    auto same = [&](auto& list, const std::map<u64, u32>& wanted) {
      ASSERT_EQ(list.size(), wanted.size());
      for (auto [ref, other] : wanted) {
        Relations::Monitor* monitor = list.find(ref);
        ASSERT_NE(monitor, nullptr);
        ASSERT_EQ(monitor->pid, pid(other));
      }
    };
    same(relations.monitors, member.monitors);
    same(relations.monitored_by, member.monitored_by);
  }

  /// As World::show_messages, with the numbers of processes for their pids.
  std::string messages(const Process& real) {
    std::string text;
    for (heap::Fragment* m = real.mailbox.first(); m != nullptr; m = m->next) {
      if (!text.empty()) text += " ";
      if (!m->root.is_cons()) {
        text += world_.show(m->root);
        continue;
      }
      std::string parts;
      for (Value v = m->root; v.is_cons(); v = v.as_cons()->tail) {
        Value part = v.as_cons()->head;
        if (!parts.empty()) parts += " ";
        auto known = std::ranges::find(numbers_, part);
        parts += part.is_pid() ? "<" + std::to_string(known - numbers_.begin()) + ">"
                               : world_.show(part);
      }
      text += "(" + parts + ")";
    }
    return text;
  }

  /// When nothing is on its way any more, what two processes think of each other agrees.
  void settle() {
    for (bool more = true; more && !testing::Test::HasFatalFailure();) {
      more = false;
      for (u32 i = 0; i < model_.members.size(); i++) {
        if (!model_[i].alive || model_[i].inlet.empty()) continue;
        drain(i);
        more = true;
      }
      compare();
    }
    for (u32 i = 0; i < model_.members.size(); i++) {
      for (const auto& [other, numbers] : model_[i].links) {
        ASSERT_TRUE(model_[other].alive);
        ASSERT_EQ(model_[other].links[i], numbers);
      }
      for (auto [ref, other] : model_[i].monitors) {
        if (other != i) ASSERT_EQ(model_[other].monitored_by[ref], i);
      }
      for (auto [ref, other] : model_[i].monitored_by) {
        if (other != i) ASSERT_EQ(model_[other].monitors[ref], i);
      }
    }
  }

  World world_;
  SignalModel model_;
  std::mt19937 random_;
  std::vector<Process*> processes_;
  std::vector<Value> numbers_;
};

/// LITHE_SIGNAL_PROGRAMS: how many to run; LITHE_SIGNAL_SEED: where to begin.
u32 number_from(const char* variable, u32 otherwise) {
  const char* text = std::getenv(variable);
  return text ? u32(std::strtoul(text, nullptr, 10)) : otherwise;
}

TEST(SignalSemantics, RandomProgramsAgreeWithTheModel) {
  u32 programs = number_from("LITHE_SIGNAL_PROGRAMS", 2000);
  u32 first = number_from("LITHE_SIGNAL_SEED", 1);
  for (u32 seed = first; seed < first + programs; seed++) {
    Lockstep lockstep(seed, seed % 4 == 0 ? 1 : 0);
    lockstep.run(60);
    ASSERT_FALSE(HasFatalFailure()) << "seed " << seed;
  }
}

// ---- All schedules of small programs ----

/// Every order in which `budget` operations of the processes and all deliveries can happen.
class Search {
 public:
  explicit Search(bool deaths) : deaths_(deaths) {}

  void explore(const SignalModel& state, u32 budget) {
    if (!seen_.insert({state, budget}).second) return;
    bool quiet = true;
    for (u32 i = 0; i < state.members.size(); i++) {
      if (!state.members[i].alive || state.members[i].inlet.empty()) continue;
      quiet = false;
      SignalModel next = state;
      next.step(i);
      explore(next, budget);
    }
    if (quiet) check(state);
    if (budget > 0) operate(state, budget - 1);
  }

  u64 states() const { return seen_.size(); }

 private:
  void operate(const SignalModel& state, u32 budget) {
    u32 count = u32(state.members.size());
    for (u32 self = 0; self < count; self++) {
      if (!state.members[self].alive) continue;
      for (u32 other = 0; other < count; other++) {
        if (other == self) continue;
        SignalModel linked = state;
        linked.link(self, other);
        explore(linked, budget);
        SignalModel unlinked = state;
        unlinked.unlink(self, other);
        explore(unlinked, budget);
      }
      if (!deaths_) continue;
      SignalModel dead = state;
      dead.end(self, ":bad");
      explore(dead, budget);
    }
  }

  /// Links are known at both ends under the same numbers.
  static void check(const SignalModel& state) {
    for (u32 i = 0; i < state.members.size(); i++) {
      for (const auto& [other, numbers] : state.members[i].links) {
        const auto& back = state.members[other].links;
        auto known = back.find(i);
        ASSERT_TRUE(known != back.end());
        ASSERT_EQ(known->second, numbers);
      }
    }
  }

  bool deaths_;
  std::set<std::pair<SignalModel, u32>> seen_;
};

TEST(SignalSemantics, LinksAgreeInTheEndUnderEverySchedule) {
  for (auto [processes, budget, deaths] :
       {std::tuple{2u, 6u, false}, std::tuple{2u, 5u, true}, std::tuple{3u, 3u, true}}) {
    Search search(deaths);
    SignalModel start;
    for (u32 i = 0; i < processes; i++) {
      start.spawn();
      start[i].traps = true;
    }
    search.explore(start, budget);
    ASSERT_FALSE(HasFatalFailure());
    EXPECT_GT(search.states(), 1000u);
  }
}

}  // namespace
}  // namespace lithe::process
