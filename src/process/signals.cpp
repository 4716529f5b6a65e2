// SPDX-License-Identifier: Apache-2.0
#include "process/signals.hpp"

#include <utility>

#include "base/assert.hpp"
#include "base/memory_fault.hpp"
#include "base/name_table.hpp"
#include "heap/collector.hpp"
#include "heap/fragment.hpp"
#include "heap/memory_account.hpp"
#include "process/process.hpp"
#include "process/process_table.hpp"
#include "process/relations.hpp"
#include "process/waker.hpp"

namespace lithe::process {

using heap::Fragment;
using heap::Heap;
using heap::Root;
using value::Value;

namespace {

Value keyword(u32 name) { return Value::keyword(name); }

// ---- Making arrivals ----

/// Of an immediate. Null: the system has no memory for these few words.
Fragment* make_signal(Process& self, Signal tag, Value immediate) {
  Fragment* signal = heap::make_fragment(self.heap.environment().account, immediate, self.self);
  if (signal != nullptr) signal->tag = u8(tag);
  return signal;
}

/// What the other end of a link or monitor counts once it has taken the signal. Until then it is
/// counted with the signal: who spins and takes none would else be tied without a bound.
u64 promised_bytes(Signal tag) {
  if (tag == Signal::link) return Relations::Links::bytes_each;
  return tag == Signal::monitor ? Relations::MonitoredBy::bytes_each : 0;
}

Fragment* make_signal(Process& self, Signal tag, u64 number) {
  Fragment* signal = make_signal(self, tag, Value::integer(i64(number)));
  if (signal != nullptr) signal->account->add(promised_bytes(tag));
  return signal;
}

void keep_promise(const Fragment* signal) {
  signal->account->remove(promised_bytes(Signal(signal->tag)));
}

Value second(Value list) { return list.as_cons()->tail.as_cons()->head; }
Value third(Value list) { return list.as_cons()->tail.as_cons()->tail.as_cons()->head; }

/// (:exit pid reason). May collect.
Value exit_notice(Heap& heap, Value pid, Value reason) {
  Value notice = heap.cons(pid, Root(heap, heap.cons(reason, Value::empty_list())));
  return heap.cons(keyword(base::name::exit), notice);
}

/// (:down ref pid reason). May collect.
Value down_notice(Heap& heap, u64 ref, Value pid, Value reason) {
  Root notice(heap, heap.cons(reason, Value::empty_list()));
  notice = heap.cons(pid, notice);
  Root reference(heap, heap.make_ref(ref));
  notice = heap.cons(reference, notice);
  return heap.cons(keyword(base::name::down), notice);
}

/// Tells others of the end of a process. What it tells is made once, with one reference after the
/// other in it: to tell a million takes no more of the heap than to tell one. May collect.
class EndNotices {
 public:
  /// `self` is any process of this thread.
  EndNotices(ProcessTable& table, Process& self, Value pid, Value reason)
      : table_(table),
        self_(self),
        pid_(pid),
        reason_(self.heap, reason),
        exit_(self.heap, Value::nil()),
        down_(self.heap, Value::nil()) {}

  void tell_linked(Value target) {
    tell(target, Signal::link_exit, [this]() -> Value {
      if (exit_.get().is_nil()) exit_ = exit_notice(self_.heap, pid_, reason_);
      return exit_;
    });
  }
  void tell_monitoring(Value target, u64 ref) {
    tell(target, Signal::down, [this, ref]() -> Value {
      if (down_.get().is_nil()) down_ = down_notice(self_.heap, ref, pid_, reason_);
      second(down_.get()).as_object()->words()[0] = ref;
      return down_;
    });
  }

 private:
  /// A reason too large for the memory there is is replaced, from then on for everybody. When there
  /// is none at all, the program ends: others would wait for ever.
  template <class Notice>
  void tell(Value target, Signal tag, const Notice& notice) {
    if (table_.find(target) == nullptr) return;
    Fragment* signal = heap::copy_out(self_.heap, notice(), self_.self);
    if (signal == nullptr) {
      reason_ = keyword(base::name::out_of_memory);
      exit_ = Value::nil();
      down_ = Value::nil();
      signal = heap::copy_out(self_.heap, notice(), self_.self);
      if (signal == nullptr) base::end_without_memory("the end of a process to be told");
    }
    signal->tag = u8(tag);
    if (!deliver(table_, target, signal)) heap::free_fragment(signal);
  }

  ProcessTable& table_;
  Process& self_;
  Value pid_;
  Root reason_;
  Root exit_;
  Root down_;
};

/// (:reply ref value). May collect.
Value reply_notice(Heap& heap, u64 ref, Value answer) {
  Root notice(heap, heap.cons(answer, Value::empty_list()));
  Root reference(heap, heap.make_ref(ref));
  notice = heap.cons(reference, notice);
  return heap.cons(keyword(base::name::reply), notice);
}

/// What an arrival comes to when its target is not alive (any more); `none` tells that there is
/// none. Frees it.
void refuse(EndNotices& none, Fragment* arrival) {
  keep_promise(arrival);
  if (Signal(arrival->tag) == Signal::link) {
    none.tell_linked(arrival->sender);
  } else if (Signal(arrival->tag) == Signal::monitor) {
    none.tell_monitoring(arrival->sender, u64(arrival->root.as_integer()));
  }
  heap::free_fragment(arrival);
}

void deliver_or_refuse(ProcessTable& table, Process& self, Value target, Fragment* arrival) {
  if (deliver(table, target, arrival)) return;
  EndNotices none(table, self, target, keyword(base::name::noproc));
  refuse(none, arrival);
}

/// Of a process that is not alive any more, or is to end.
void refuse_all(ProcessTable& table, Process& self, Fragment* arrivals) {
  EndNotices none(table, self, self.self, keyword(base::name::noproc));
  while (arrivals != nullptr) {
    Fragment* next = arrivals->next;
    refuse(none, arrivals);
    arrivals = next;
  }
}

/// Tells a process that it is not monitored any more. Without memory it keeps the entry until it
/// ends: what it then sends is ignored, for the monitor is gone at this end.
void forget_monitor(ProcessTable& table, Process& self, Value target, u64 ref) {
  Fragment* signal = make_signal(self, Signal::demonitor, ref);
  if (signal != nullptr) deliver_or_refuse(table, self, target, signal);
}

// ---- Handling arrivals ----

/// An exit signal that counts: a message, nothing, or the end.
void take_exit(Process& self, Fragment* signal) {
  Value reason = third(signal->root);
  if (self.relations && self.relations->traps_exits) {
    signal->tag = u8(Signal::message);
    self.keep_message(signal);
    return;
  }
  bool to_itself = Signal(signal->tag) == Signal::exit && signal->sender == self.self;
  if (reason == keyword(base::name::normal) && !to_itself) {
    heap::free_fragment(signal);
    return;
  }
  self.heap.adopt(signal);
  self.end_soon(reason);
}

void take_link(Process& self, Value from, u64 number) {
  auto& links = self.make_relations().links;
  if (Relations::Link* known = links.find(from.bits())) {
    known->theirs = number;
  } else {
    links.insert({from, 0, number});
  }
}

void take_unlink(Process& self, Value from, u64 number) {
  LITHE_CHECK(self.relations);  // the link that is taken back has come before, or was its own
  Relations::Link* known = self.relations->links.find(from.bits());
  if (known == nullptr) return;
  if (known->own == number) known->own = 0;
  if (known->theirs == number) known->theirs = 0;
  if ((known->own | known->theirs) == 0) self.relations->links.erase(from.bits());
}

void take_link_exit(Process& self, Fragment* signal) {
  if (self.relations && self.relations->links.erase(second(signal->root).bits())) {
    take_exit(self, signal);
  } else {
    heap::free_fragment(signal);
  }
}

void take_down(Process& self, Fragment* signal) {
  u64 ref = second(signal->root).as_object()->words()[0];
  LITHE_CHECK(self.relations);  // only who has monitored hears of it
  if (self.relations->monitors.erase(ref)) {
    signal->tag = u8(Signal::message);
    self.keep_message(signal);
  } else {
    heap::free_fragment(signal);
  }
}

/// Ends the monitor.
void take_reply(ProcessTable& table, Process& self, Fragment* signal) {
  u64 ref = second(signal->root).as_object()->words()[0];
  bool by_another = Signal(signal->tag) == Signal::reply_of_another;
  LITHE_CHECK(by_another || self.relations);  // or it has monitored who replies
  bool waited_for = by_another ? demonitor(table, self, ref) : self.relations->monitors.erase(ref);
  if (!waited_for) return heap::free_fragment(signal);
  signal->tag = u8(Signal::message);
  self.keep_message(signal);
}

/// Signals that are a number. Frees it.
void take_number(Process& self, Fragment* signal) {
  u64 number = u64(signal->root.as_integer());
  Value from = signal->sender;
  keep_promise(signal);
  switch (Signal(signal->tag)) {
    case Signal::link:
      take_link(self, from, number);
      break;
    case Signal::unlink:
      take_unlink(self, from, number);
      break;
    case Signal::monitor:
      self.make_relations().monitored_by.insert({number, from});
      break;
    default:
      LITHE_CHECK(self.relations);  // the monitor has come before
      self.relations->monitored_by.erase(number);
  }
  heap::free_fragment(signal);
}

void take(ProcessTable& table, Process& self, Fragment* arrival) {
  switch (Signal(arrival->tag)) {
    case Signal::message:
      self.keep_message(arrival);
      return;
    case Signal::exit:
      take_exit(self, arrival);
      return;
    case Signal::link_exit:
      take_link_exit(self, arrival);
      return;
    case Signal::kill:
      self.end_soon(arrival->root);
      heap::free_fragment(arrival);
      return;
    case Signal::down:
      take_down(self, arrival);
      return;
    case Signal::reply:
    case Signal::reply_of_another:
      take_reply(table, self, arrival);
      return;
    case Signal::link:
    case Signal::unlink:
    case Signal::monitor:
    case Signal::demonitor:
      take_number(self, arrival);
      return;
  }
}

/// Whether there is room for a message, once the sender has given back what it does not use; a
/// collection for which there is none is no reason to end it. May collect.
bool make_room(Process& self, Value& message) {
  if (has_room_for_messages(self)) return true;
  Root kept(self.heap, message);
  heap::collect(self.heap, 0, true);
  message = kept;
  return has_room_for_messages(self);
}

bool is_urgent(Signal signal) {
  return signal == Signal::exit || signal == Signal::link_exit || signal == Signal::kill;
}

}  // namespace

bool deliver(ProcessTable& table, Value target, Fragment* arrival) {
  Process* process = table.find(target);
  if (process == nullptr) return false;
  bool urgent = is_urgent(Signal(arrival->tag));
  Mailbox::Push pushed = process->mailbox.push(arrival);
  if (pushed == Mailbox::Push::refused) return false;
  if (urgent) process->ask(request::signals);
  if (urgent || pushed == Mailbox::Push::first) table.waker().wake(*process);
  return true;
}

bool has_room_for_messages(const Process& self) {
  const heap::MemoryAccount& account = self.heap.environment().account;
  return account.has_room(account.ceiling() / 16);
}

bool send(ProcessTable& table, Process& self, Value target, Value message) {
  if (table.find(target) == nullptr) return true;
  if (!make_room(self, message)) return false;
  Fragment* fragment = heap::copy_out(self.heap, message, self.self);
  if (fragment == nullptr) return false;
  if (!deliver(table, target, fragment)) heap::free_fragment(fragment);
  return true;
}

bool link(ProcessTable& table, Process& self, Value target) {
  auto& links = self.make_relations().links;
  if (target == self.self || links.find(target.bits())) return true;
  // For both ends.
  if (!self.heap.environment().account.has_room(2 * Relations::Links::bytes_each)) return false;
  u64 number = table.next_number();
  Fragment* signal = make_signal(self, Signal::link, number);
  if (signal == nullptr) return false;
  links.insert({target, number, 0});
  deliver_or_refuse(table, self, target, signal);
  return true;
}

bool unlink(ProcessTable& table, Process& self, Value target) {
  if (!self.relations) return true;
  Relations::Link* known = self.relations->links.find(target.bits());
  if (known == nullptr) return true;
  for (u64* number : {&known->own, &known->theirs}) {
    if (*number == 0) continue;
    Fragment* signal = make_signal(self, Signal::unlink, *number);
    if (signal == nullptr) return false;
    deliver_or_refuse(table, self, target, signal);
    *number = 0;
  }
  self.relations->links.erase(target.bits());
  return true;
}

bool monitor(ProcessTable& table, Process& self, Value target, u64 ref) {
  constexpr u64 both_ends = Relations::Monitors::bytes_each + Relations::MonitoredBy::bytes_each;
  if (!self.heap.environment().account.has_room(both_ends)) return false;
  Fragment* signal = make_signal(self, Signal::monitor, ref);
  if (signal == nullptr) return false;
  self.make_relations().monitors.insert({ref, target});
  deliver_or_refuse(table, self, target, signal);
  return true;
}

bool demonitor(ProcessTable& table, Process& self, u64 ref) {
  if (!self.relations) return false;
  Relations::Monitor* known = self.relations->monitors.find(ref);
  if (known == nullptr) return false;
  Value target = known->pid;
  self.relations->monitors.erase(ref);
  forget_monitor(table, self, target, ref);
  return true;
}

bool reply(ProcessTable& table, Process& self, Value target, u64 ref, Value answer) {
  Relations::Monitor* own = self.relations ? self.relations->monitored_by.find(ref) : nullptr;
  Signal tag = own && own->pid == target ? Signal::reply : Signal::reply_of_another;
  if (table.find(target) == nullptr) return true;
  if (!make_room(self, answer)) return false;
  Value notice = reply_notice(self.heap, ref, answer);
  Fragment* signal = heap::copy_out(self.heap, notice, self.self);
  if (signal == nullptr) return false;
  signal->tag = u8(tag);
  if (tag == Signal::reply) self.relations->monitored_by.erase(ref);
  if (!deliver(table, target, signal)) heap::free_fragment(signal);
  return true;
}

void link_child(ProcessTable& table, Process& parent, Process& child) {
  u64 number = table.next_number();
  parent.make_relations().links.insert({child.self, number, 0});
  child.make_relations().links.insert({parent.self, 0, number});
}

void monitor_child(Process& parent, Process& child, u64 ref) {
  parent.make_relations().monitors.insert({ref, child.self});
  child.make_relations().monitored_by.insert({ref, parent.self});
}

bool send_exit(ProcessTable& table, Process& self, Value target, Value reason) {
  if (table.find(target) == nullptr) return false;
  Fragment* signal = nullptr;
  if (reason == keyword(base::name::kill)) {
    signal = make_signal(self, Signal::kill, keyword(base::name::killed));
    if (signal == nullptr) return false;
  } else {
    signal = heap::copy_out(self.heap, exit_notice(self.heap, self.self, reason), self.self);
    if (signal == nullptr) return false;
    signal->tag = u8(Signal::exit);
  }
  bool delivered = deliver(table, target, signal);
  if (!delivered) heap::free_fragment(signal);
  return delivered;
}

bool send_kill(ProcessTable& table, Process& target) {
  Fragment* signal = make_signal(target, Signal::kill, keyword(base::name::killed));
  if (signal == nullptr) return false;
  bool delivered = deliver(table, target.self, signal);
  if (!delivered) heap::free_fragment(signal);
  return delivered;
}

bool set_trap_exit(Process& self, bool on) {
  if (!self.relations && !on) return false;
  return std::exchange(self.make_relations().traps_exits, on);
}

bool take_signals(ProcessTable& table, Process& self) {
  if (self.asked(request::signals)) {
    self.served(request::signals);
    self.reset_limits();
  }
  Fragment* arrival = self.mailbox.take_arrivals();
  while (arrival != nullptr && !self.asked(request::kill)) {
    Fragment* next = arrival->next;
    take(table, self, arrival);
    arrival = next;
  }
  if (arrival != nullptr) refuse_all(table, self, arrival);
  return !self.asked(request::kill);
}

void end_process(ProcessTable& table, Process& self, Value reason) {
  self.exit_reason = reason;
  table.remove(self);
  refuse_all(table, self, self.mailbox.close());
  if (!self.relations) return;
  auto relations = std::move(self.relations);
  EndNotices ended(table, self, self.self, self.exit_reason);
  relations->links.drain([&](Relations::Link& link) { ended.tell_linked(link.pid); });
  relations->monitored_by.drain(
      [&](Relations::Monitor& monitor) { ended.tell_monitoring(monitor.pid, monitor.ref); });
  relations->monitors.drain(
      [&](Relations::Monitor& monitor) { forget_monitor(table, self, monitor.pid, monitor.ref); });
}

}  // namespace lithe::process
