// SPDX-License-Identifier: Apache-2.0
// Links, monitors, names, references, and what is known about a process.

#include <fmt/format.h>

#include "process/relations.hpp"

#include <algorithm>

#include "base/name_table.hpp"
#include "builtins/builtins.hpp"
#include "builtins/process_arguments.hpp"
#include "heap/map.hpp"
#include "process/process.hpp"
#include "process/process_table.hpp"
#include "process/signals.hpp"

namespace lithe::builtins {

using process::Process;
using process::Relations;

Value process_self(NativeCall& call) { return call.process.self; }

Value process_processes(NativeCall& call) { return call.runtime.process_list(call.process); }

Value process_make_ref(NativeCall& call) {
  return call.heap().make_ref(call.runtime.processes().next_number());
}

// ---- Links and monitors ----

Value process_link(NativeCall& call) {
  Value target = expect_process(call, 0);
  if (target == Value::error()) return target;
  bool linked = process::link(call.runtime.processes(), call.process, target);
  return linked ? Value::boolean(true) : call.out_of_memory();
}

Value process_unlink(NativeCall& call) {
  Value target = expect_process(call, 0);
  if (target == Value::error()) return target;
  bool unlinked = process::unlink(call.runtime.processes(), call.process, target);
  return unlinked ? Value::boolean(true) : call.out_of_memory();
}

Value process_monitor(NativeCall& call) {
  Value target = expect_process(call, 0);
  if (target == Value::error()) return target;
  process::ProcessTable& table = call.runtime.processes();
  u64 ref = table.next_number();
  if (!process::monitor(table, call.process, target, ref)) return call.out_of_memory();
  return call.heap().make_ref(ref);
}

Value process_demonitor(NativeCall& call) {
  if (!value::is_kind(call[0], value::Kind::ref)) return call.wrong_type(0, "a reference");
  process::demonitor(call.runtime.processes(), call.process, call[0].as_object()->words()[0]);
  return Value::boolean(true);
}

Value internal_reply(NativeCall& call) {
  if (!call[0].is_pid()) return call.wrong_type(0, "a pid");
  if (!value::is_kind(call[1], value::Kind::ref)) return call.wrong_type(1, "a reference");
  u64 ref = call[1].as_object()->words()[0];
  if (!process::reply(call.runtime.processes(), call.process, call[0], ref, call[2])) {
    return call.out_of_memory();
  }
  return Value::nil();
}

Value process_trap_exit(NativeCall& call) {
  if (!call[0].is_boolean()) return call.wrong_type(0, "true or false");
  return Value::boolean(process::set_trap_exit(call.process, call[0].truthy()));
}

// ---- Names ----

namespace {

bool expect_name(NativeCall& call) {
  if (call[0].is_symbol() || call[0].is_keyword()) return true;
  call.wrong_type(0, "a keyword or a symbol");
  return false;
}

}  // namespace

Value process_register(NativeCall& call) {
  using Registration = process::ProcessTable::Registration;
  if (!expect_name(call)) return Value::error();
  if (!call[1].is_pid()) return call.wrong_type(1, "a pid");
  switch (call.runtime.processes().register_name(call[0], call[1])) {
    case Registration::done:
      return Value::boolean(true);
    case Registration::name_taken:
      return call.fail(ErrorKind::value,
                       fmt::format("the name {} is taken by {}", call.describe(call[0]),
                                   call.describe(call.runtime.processes().whereis(call[0]))),
                       call[0]);
    case Registration::has_name:
      return call.fail(ErrorKind::value, "the process has a name already", call[1]);
    case Registration::not_alive:
      break;
  }
  return call.fail(ErrorKind::no_process, "the process is not alive", call[1]);
}

Value process_unregister(NativeCall& call) {
  if (!expect_name(call)) return Value::error();
  return Value::boolean(call.runtime.processes().unregister_name(call[0]));
}

Value process_whereis(NativeCall& call) {
  if (!expect_name(call)) return Value::error();
  return call.runtime.processes().whereis(call[0]);
}

// ---- process/info ----

namespace {

/// The pids of a list of links or monitors, oldest first. May collect.
template <class List>
Value pids_of(heap::Heap& heap, List& entries) {
  heap::RootVector pids(heap);
  entries.for_each([&](const auto& entry) { pids.push_back(entry.pid); });
  return heap.make_list(pids.span());
}

class InfoBuilder {
 public:
  explicit InfoBuilder(NativeCall& call) : call_(call), pairs_(call.heap()) {}

  void add(const char* key, Value v) {
    pairs_.push_back(v);
    pairs_.push_back(v);
    pairs_[pairs_.size() - 2] = Value::keyword(call_.runtime.names().intern(key));
  }
  Value finish() {
    if (std::find(pairs_.begin(), pairs_.end(), Value::error()) != pairs_.end()) {
      return call_.out_of_memory();  // for one of the lists
    }
    heap::MapResult result = heap::make_map(call_.heap(), pairs_.span(), heap::Duplicates::refuse);
    return result.map == Value::error() ? call_.out_of_memory() : result.map;
  }

 private:
  NativeCall& call_;
  heap::RootVector pairs_;
};

}  // namespace

Value process_info(NativeCall& call) {
  Value target = expect_process(call, 0);
  if (target == Value::error()) return target;
  Process* found = call.runtime.processes().find(target);
  if (found == nullptr) return Value::nil();
  heap::Heap& heap = call.heap();
  Relations none(heap.environment().account);
  Relations& relations = found->relations ? *found->relations : none;
  InfoBuilder info(call);
  info.add("pid", target);
  info.add("name", relations.name);
  info.add("trap-exit", Value::boolean(relations.traps_exits));
  info.add("messages", Value::integer(i64(found->mailbox.count_messages())));
  info.add("memory", heap.make_unsigned(call.runtime.bytes_of(*found)));
  info.add("links", pids_of(heap, relations.links));
  info.add("monitors", pids_of(heap, relations.monitors));
  info.add("monitored-by", pids_of(heap, relations.monitored_by));
  return info.finish();
}

}  // namespace lithe::builtins
