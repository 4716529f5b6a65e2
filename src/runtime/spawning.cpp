// SPDX-License-Identifier: Apache-2.0
// Processes of a runtime: making them, what ends them, messages that come later.

#include <algorithm>

#include "heap/fragment.hpp"
#include "heap/shared_unit.hpp"
#include "process/failure.hpp"
#include "process/signals.hpp"
#include "runtime/main_task.hpp"
#include "runtime/runtime.hpp"
#include "value/object.hpp"
#include "vm/raise.hpp"

namespace lithe::runtime {

using process::Process;

namespace {

Value refuse(Process& parent, std::string_view message, u32 kind = base::name::limit) {
  Value error = parent.heap.make_error(Value::keyword(kind), message);
  parent.make_failure().start(error, {});
  return Value::error();
}

/// Function and arguments as one list that the child gets as a message. May collect.
heap::Fragment* copy_call(Process& parent, Value function, std::span<const Value> arguments) {
  heap::Root rooted(parent.heap, function);
  Value list = parent.heap.make_list(arguments);
  if (list == Value::error()) return nullptr;
  return heap::copy_out(parent.heap, parent.heap.cons(rooted, list));
}

/// A child with many arguments starts in apply, which takes them as a list.
constexpr u32 most_direct_arguments = 16;

/// True if the words can be handed to a child as they are: no pointer into the parent's heap, nor
/// into a unit that may be freed unless its references are counted.
bool needs_no_copy(Value function, std::span<const Value> arguments) {
  auto free = [](Value v) {
    return !v.is_pointer() || (v.is_shared_pointer() && heap::SharedUnit::of(v)->retired_epoch.load(
                                                            std::memory_order_acquire) == 0);
  };
  return !value::is_string(function) && free(function) &&
         arguments.size() <= most_direct_arguments &&
         std::all_of(arguments.begin(), arguments.end(), free);
}

void start_child(Runtime& runtime, Process& child, heap::Fragment* call) {
  child.heap.adopt(call);
  Value function = call->root.as_cons()->head;
  Value rest = call->root.as_cons()->tail;
  if (value::is_string(function)) {
    Value slots[1] = {function};
    runtime.machine().start(child, Value::builtin(u32(primitives::Primitive::internal_run_text)),
                            slots, 1);
    return;
  }
  Value arguments[most_direct_arguments];
  u32 count = 0;
  for (Value at = rest; at.is_cons(); at = at.as_cons()->tail) {
    if (count == most_direct_arguments) {
      Value slots[2] = {function, rest};
      return runtime.machine().start(child, Value::builtin(u32(primitives::Primitive::apply)),
                                     slots, 2);
    }
    arguments[count++] = at.as_cons()->head;
  }
  runtime.machine().start(child, function, arguments, count);
}

}  // namespace

Value Runtime::spawn(Process& parent, Value function, std::span<const Value> arguments,
                     const vm::SpawnOptions& options) {
  bool direct = needs_no_copy(function, arguments);
  heap::Fragment* call = direct ? nullptr : copy_call(parent, function, arguments);
  if (!call && !direct) {
    return refuse(parent, "spawn: not enough memory for the arguments", base::name::out_of_memory);
  }
  Task* task = account_.has_room(Task::least_bytes) ? Task::create(*this) : nullptr;
  if (!task) {
    if (call) heap::free_fragment(call);
    return refuse(parent, "spawn: not enough memory for a process", base::name::out_of_memory);
  }
  if (!processes_.add(task->process)) {
    if (call) heap::free_fragment(call);
    Task::destroy(task->process);
    return refuse(parent, "spawn: there are too many processes, or no memory for their table");
  }
  Process& child = task->process;
  using Registration = process::ProcessTable::Registration;
  if (!options.name.is_nil() &&
      processes_.register_name(options.name, child.self) != Registration::done) {
    if (call) heap::free_fragment(call);
    processes_.remove(child);
    Task::destroy(child);
    return refuse(parent, "spawn-opt: the name " + print(options.name, false) + " is taken",
                  base::name::value);
  }
  u64 limit = options.max_heap_bytes ? options.max_heap_bytes : options_.max_child_heap_bytes;
  if (limit) child.heap.set_memory_limit(limit);
  task->scheduling.daemon = options.daemon;
  task->scheduling.priority = options.priority > 0   ? sched::Priority::high
                              : options.priority < 0 ? sched::Priority::low
                                                     : sched::Priority::normal;
  if (options.link) process::link_child(processes_, parent, child);
  u64 ref = 0;
  if (options.monitor) process::monitor_child(parent, child, ref = next_ref());
  if (direct) {
    machine_.start(child, function, arguments.data(), u32(arguments.size()));
  } else {
    start_child(*this, child, call);
  }
  Value pid = child.self;
  scheduler_->spawn(*task);
  if (!options.monitor) return pid;
  // Cell by cell, which is not refused: the child is there already.
  heap::Root pair(parent.heap, parent.heap.make_ref(ref));
  pair = parent.heap.cons(pair, Value::empty_list());
  return parent.heap.cons(pid, pair);
}

Value Runtime::process_list(Process& asking) {
  heap::RootVector pids(asking.heap);
  processes_.for_each([&](Process& process) { pids.push_back(process.self); });
  Value list = asking.heap.make_list(pids.span());
  if (list != Value::error()) return list;
  asking.heap.take_refused();
  return refuse(asking, "processes: not enough memory for the list", base::name::out_of_memory);
}

Value Runtime::report_crash(Task& task) {
  syntax::Diagnostic diagnostic = diagnose(task.process);
  diagnostic.notes.push_back({{}, "this ended process " + print(task.process.self, true)});
  report(diagnostic);
  return vm::take_failure(task.process);  // with its trace, for whoever gets it as a reason
}

void Runtime::note_main_killed(Value reason) {
  main_end_ = {
      "ended", "the main process was ended: " + print(reason, false, most_shown_of_reason), {}};
  if (calls_main_) return;
  write(vm::Handle::error, "lithe: " + main_end_.message + "\n");
  exit_code = 1;
}

void Runtime::report_memory_limit(Task& task) {
  u64 limit = task.process.heap.memory_limit();
  std::string what = is_main(task) ? "the main process" : print(task.process.self, true);
  bool its_own = limit != ~u64{0} && account_.has_room(0);
  std::string room = its_own ? "its limit of " + std::to_string(limit) + " bytes"
                     : options_.max_memory_bytes
                         ? "is left of the " + std::to_string(options_.max_memory_bytes) +
                               " bytes that the program may have"
                         : "there is";
  syntax::Diagnostic diagnostic = syntax::make_error(
      "out-of-memory", {}, what + " was ended: it holds more memory than " + room);
  // Without a place: where it stands when it notices depends on how its code runs.
  if (!is_main(task)) return report(diagnostic);
  main_end_ = {diagnostic.kind, diagnostic.message, syntax::render(diagnostic, sources_)};
  if (calls_main_) return;
  report(diagnostic);
  exit_code = 1;
}

// ---- Messages later ----------------------------------------------------------------------

DelayedMessage::DelayedMessage(Runtime& runtime, u64 number, value::Value pid,
                               heap::Fragment* message)
    : runtime(runtime),
      number(number),
      pid(pid),
      message(message),
      call_number(runtime.limits().call_number()) {
  runtime.account().add(counted_bytes);
}

DelayedMessage::~DelayedMessage() {
  runtime.account().remove(counted_bytes);
  runtime.scheduler().cancel_timer(timer);
  if (message) heap::free_fragment(message);
}

u64 Runtime::send_after(double milliseconds, Value pid, heap::Fragment* message) {
  auto delayed = std::make_unique<DelayedMessage>(*this, next_ref(), pid, message);
  DelayedMessage* raw = delayed.get();
  u64 number = raw->number;
  raw->timer.context = raw;
  raw->timer.fire = [](void* context) {
    auto& due = *static_cast<DelayedMessage*>(context);
    heap::Fragment* fragment = std::exchange(due.message, nullptr);
    if (!process::deliver(due.runtime.processes(), due.pid, fragment))
      heap::free_fragment(fragment);
    due.runtime.cancel_timer(due.number);
  };
  scheduler_->hold();
  scheduler_->add_timer(raw->timer, deadline(milliseconds));
  delayed_.emplace(number, std::move(delayed));
  return number;
}

void Runtime::drop_delayed(u32 call_number) {
  for (auto at = delayed_.begin(); at != delayed_.end();) {
    if (call_number != 0 && at->second->call_number != call_number) {
      ++at;
      continue;
    }
    delayed_.erase(at++);
    scheduler_->release();
  }
}

bool Runtime::cancel_timer(u64 number) {
  auto found = delayed_.find(number);
  if (found == delayed_.end()) return false;
  bool pending = found->second->message != nullptr;
  delayed_.erase(found);
  scheduler_->release();
  return pending;
}

}  // namespace lithe::runtime
