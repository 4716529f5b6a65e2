// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/integers.hpp"

namespace lithe::process {

/// What process/signals.hpp says, in standard containers and without memory of its own: copyable,
/// so that a search can branch. Processes are numbered from 0; texts are what World::show gives.
class SignalModel {
 public:
  enum class Kind {
    message,
    exit,
    link_exit,
    kill,
    link,
    unlink,
    monitor,
    demonitor,
    down,
    reply,
    reply_of_another
  };
  struct Arrival {
    Kind kind;
    u32 from;
    u64 number;
    u32 subject;
    std::string text;  ///< the message, or the reason
    auto operator<=>(const Arrival&) const = default;
  };
  struct Member {
    bool alive = true;
    bool traps = false;
    std::map<u32, std::set<u64>> links;
    std::map<u64, u32> monitors;
    std::map<u64, u32> monitored_by;
    std::deque<Arrival> inlet;
    std::string messages;
    std::string reason;
    std::string name;
    auto operator<=>(const Member&) const = default;
  };

  u32 spawn() {
    members.emplace_back();
    return u32(members.size() - 1);
  }
  Member& operator[](u32 i) { return members[i]; }

  void send(u32 self, u32 to, const std::string& text) {
    deliver(to, {Kind::message, self, 0, 0, text});
  }
  void link(u32 self, u32 to) {
    if (self == to || members[self].links.contains(to)) return;
    u64 number = next_number++;
    members[self].links[to] = {number};
    deliver(to, {Kind::link, self, number, 0, ""});
  }
  void unlink(u32 self, u32 to) {
    auto known = members[self].links.find(to);
    if (known == members[self].links.end()) return;
    for (u64 number : known->second) deliver(to, {Kind::unlink, self, number, 0, ""});
    members[self].links.erase(to);
  }
  void monitor(u32 self, u32 to) {
    u64 ref = next_number++;
    members[self].monitors[ref] = to;
    deliver(to, {Kind::monitor, self, ref, 0, ""});
  }
  void demonitor(u32 self, u64 ref) {
    auto known = members[self].monitors.find(ref);
    if (known == members[self].monitors.end()) return;
    deliver(known->second, {Kind::demonitor, self, ref, 0, ""});
    members[self].monitors.erase(ref);
  }
  void reply(u32 self, u32 to, u64 ref, const std::string& text) {
    auto& own = members[self].monitored_by;
    auto known = own.find(ref);
    bool forgets = known != own.end() && known->second == to && members[to].alive;
    if (forgets) own.erase(known);
    deliver(to, {forgets ? Kind::reply : Kind::reply_of_another, self, ref, 0, text});
  }
  void exit(u32 self, u32 to, const std::string& reason) {
    if (reason == ":kill") {
      deliver(to, {Kind::kill, self, 0, self, ":killed"});
    } else {
      deliver(to, {Kind::exit, self, 0, self, reason});
    }
  }
  void link_child(u32 parent, u32 child) {
    members[parent].links[child] = members[child].links[parent] = {next_number++};
  }
  void monitor_child(u32 parent, u32 child) {
    u64 ref = next_number++;
    members[parent].monitors[ref] = child;
    members[child].monitored_by[ref] = parent;
  }

  /// Handles the oldest arrival. A process that must end, ends.
  void step(u32 self) {
    Arrival arrival = members[self].inlet.front();
    members[self].inlet.pop_front();
    take(self, arrival);
  }
  void drain(u32 self) {
    while (members[self].alive && !members[self].inlet.empty()) step(self);
  }

  void end(u32 self, const std::string& reason) {
    Member dead = members[self];
    members[self] = {};
    members[self].alive = false;
    members[self].messages = dead.messages;
    members[self].reason = reason;
    for (const Arrival& arrival : dead.inlet) refuse(self, arrival);
    for (auto [other, numbers] : dead.links) {
      deliver(other, {Kind::link_exit, self, 0, self, reason});
    }
    for (auto [ref, other] : dead.monitored_by) {
      deliver(other, {Kind::down, self, ref, self, reason});
    }
    for (auto [ref, other] : dead.monitors) {
      deliver(other, {Kind::demonitor, self, ref, 0, ""});
    }
  }

  auto operator<=>(const SignalModel&) const = default;

  std::vector<Member> members;
  u64 next_number = 1;

 private:
  void deliver(u32 to, const Arrival& arrival) {
    if (members[to].alive) {
      members[to].inlet.push_back(arrival);
    } else {
      refuse(to, arrival);
    }
  }

  void refuse(u32 dead, const Arrival& arrival) {
    if (arrival.kind == Kind::link) {
      deliver(arrival.from, {Kind::link_exit, dead, 0, dead, ":noproc"});
    } else if (arrival.kind == Kind::monitor) {
      deliver(arrival.from, {Kind::down, dead, arrival.number, dead, ":noproc"});
    }
  }

  static std::string pid(u32 i) { return "<" + std::to_string(i) + ">"; }

  void keep(u32 self, const std::string& text) {
    std::string& messages = members[self].messages;
    messages += (messages.empty() ? "" : " ") + text;
  }

  void take_exit(u32 self, const Arrival& arrival) {
    if (members[self].traps) {
      keep(self, "(:exit " + pid(arrival.subject) + " " + arrival.text + ")");
    } else if (arrival.text != ":normal" || (arrival.kind == Kind::exit && arrival.from == self)) {
      end(self, arrival.text);
    }
  }

  void take(u32 self, const Arrival& arrival) {
    Member& member = members[self];
    switch (arrival.kind) {
      case Kind::message:
        return keep(self, arrival.text);
      case Kind::exit:
        return take_exit(self, arrival);
      case Kind::kill:
        return end(self, arrival.text);
      case Kind::link_exit:
        if (member.links.erase(arrival.subject)) take_exit(self, arrival);
        return;
      case Kind::link:
        member.links[arrival.from].insert(arrival.number);
        return;
      case Kind::unlink: {
        auto known = member.links.find(arrival.from);
        if (known == member.links.end()) return;
        known->second.erase(arrival.number);
        if (known->second.empty()) member.links.erase(known);
        return;
      }
      case Kind::monitor:
        member.monitored_by[arrival.number] = arrival.from;
        return;
      case Kind::demonitor:
        member.monitored_by.erase(arrival.number);
        return;
      case Kind::reply:
      case Kind::reply_of_another:
        if (!member.monitors.contains(arrival.number)) return;
        if (arrival.kind == Kind::reply) member.monitors.erase(arrival.number);
        demonitor(self, arrival.number);
        return keep(self, "(:reply #" + std::to_string(arrival.number) + " " + arrival.text + ")");
      case Kind::down:
        if (member.monitors.erase(arrival.number)) {
          keep(self, "(:down #" + std::to_string(arrival.number) + " " + pid(arrival.subject) +
                         " " + arrival.text + ")");
        }
        return;
    }
  }
};

}  // namespace lithe::process
