// SPDX-License-Identifier: Apache-2.0
// Processes: starting, sending, receiving, ending.

#include "process/process.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/name_table.hpp"
#include "builtins/builtins.hpp"
#include "builtins/process_arguments.hpp"
#include "heap/fragment.hpp"
#include "heap/map.hpp"
#include "process/process_table.hpp"
#include "process/signals.hpp"

namespace lithe::builtins {

using process::Process;

// ---- Arguments ----

Value expect_process(NativeCall& call, u32 i) {
  Value target = call[i];
  if (target.is_pid()) return target;
  if (target.is_symbol() || target.is_keyword()) {
    Value pid = call.runtime.processes().whereis(target);
    if (!pid.is_nil()) return pid;
    return call.fail(
        ErrorKind::no_process,
        fmt::format("no process is registered under this name, {}", call.describe(target)), target);
  }
  return call.wrong_type(i, "a pid or a registered name");
}

bool expect_milliseconds(NativeCall& call, u32 i, double& out) {
  Value given = call[i];
  out = given.is_integer() ? double(given.as_integer()) : given.is_float() ? given.as_float() : -1;
  if (out >= 0 && std::isfinite(out)) return true;
  call.wrong_type(i, "a number of milliseconds, 0 or more");
  return false;
}

Value ended_or(NativeCall& call, Value result) {
  return call.process.asked(process::request::kill) ? Value::error() : result;
}

// ---- Starting ----

namespace {

Value keyword(u32 name) { return Value::keyword(name); }

/// Function or source text at position i, its arguments behind it.
Value spawn_from(NativeCall& call, u32 i, const vm::SpawnOptions& options) {
  if (!value::is_function(call[i]) && !value::is_string(call[i])) {
    return call.fail(
        ErrorKind::type,
        fmt::format("argument {} must be a function or a source text, got {}; (spawn f x) runs "
                    "(f x) in the process",
                    i + 1, call.describe(call[i])));
  }
  return call.runtime.spawn(call.process, call[i], call.arguments().subspan(i + 1), options);
}

/// Reads the options one by one; every key of the map must be among them.
class OptionReader {
 public:
  explicit OptionReader(NativeCall& call) : call_(call) {}

  Value take(u32 name) {
    Value found = heap::map_get(call_[0], keyword(name), Value::unbound(), call_.heap().names());
    if (found == Value::unbound()) return Value::nil();
    known_++;
    return found;
  }
  bool flag(u32 name) { return take(name).truthy(); }
  bool all_known() const { return known_ == heap::map_size(call_[0]); }

 private:
  NativeCall& call_;
  u64 known_ = 0;
};

/// => false: the error is set.
bool read_options(NativeCall& call, vm::SpawnOptions& options) {
  namespace name = base::name;
  OptionReader reader(call);
  options.link = reader.flag(name::link);
  options.monitor = reader.flag(name::monitor);
  options.daemon = reader.flag(name::daemon);
  options.name = reader.take(name::name);
  Value priority = reader.take(name::priority);
  Value most = reader.take(name::max_heap);
  if (!options.name.is_nil() && !options.name.is_symbol() && !options.name.is_keyword()) {
    call.fail(ErrorKind::type, "argument 1: :name must be a keyword or a symbol", options.name);
    return false;
  }
  if (!most.is_nil()) {
    if (!most.is_integer() || most.as_integer() <= 0) {
      call.fail(ErrorKind::type, "argument 1: :max-heap must be a number of bytes above 0", most);
      return false;
    }
    options.max_heap_bytes = u64(most.as_integer());
  }
  if (priority == keyword(name::high)) {
    options.priority = 1;
  } else if (priority == keyword(name::low)) {
    options.priority = -1;
  } else if (!priority.is_nil() && priority != keyword(name::normal)) {
    call.fail(ErrorKind::value, "argument 1: :priority must be :low, :normal or :high", priority);
    return false;
  }
  if (reader.all_known()) return true;
  call.fail(ErrorKind::value,
            "argument 1: the options are :link :monitor :name :daemon :max-heap :priority",
            call[0]);
  return false;
}

}  // namespace

Value process_spawn(NativeCall& call) { return spawn_from(call, 0, {}); }

Value process_spawn_link(NativeCall& call) {
  vm::SpawnOptions options;
  options.link = true;
  return spawn_from(call, 0, options);
}

Value process_spawn_monitor(NativeCall& call) {
  vm::SpawnOptions options;
  options.monitor = true;
  return spawn_from(call, 0, options);
}

Value process_spawn_opt(NativeCall& call) {
  if (!value::is_kind(call[0], value::Kind::map)) return call.wrong_type(0, "a map of options");
  vm::SpawnOptions options;
  if (!read_options(call, options)) return Value::error();
  return spawn_from(call, 1, options);
}

// ---- Messages ----

namespace {

Value no_memory_for_message(NativeCall& call) {
  call.heap().take_refused();
  return call.fail(ErrorKind::out_of_memory, "not enough memory for the message");
}

}  // namespace

Value process_send(NativeCall& call) {
  Value target = expect_process(call, 0);
  if (target == Value::error()) return target;
  if (!process::send(call.runtime.processes(), call.process, target, call[1])) {
    return no_memory_for_message(call);
  }
  return call[1];
}

// Called anew each time that the process is woken. The slot of the time-out remembers that its
// timer runs.
Value process_recv(NativeCall& call) {
  Process& process = call.process;
  if (process.tested_slot != 0) {
    return call.fail(ErrorKind::value, "the guard of a receive must not receive");
  }
  const Value timer_runs = Value::hole();
  bool timed = call.given(0) && !call[0].is_nil();
  if (timed && call[0] != timer_runs) {
    double ms = 0;
    if (!expect_milliseconds(call, 0, ms)) return Value::error();
    call.runtime.cancel_receive_timer(process);
    call.runtime.start_receive_timer(process, ms);
    call.set(0, timer_runs);
  }
  process.begin_scan();
  heap::Fragment* message = process.next_message();
  if (message == nullptr && process.mailbox.has_arrivals()) {
    call.runtime.take_signals(process);
    if (process.asked(process::request::kill)) return Value::error();
    message = process.next_message();
  }
  if (message != nullptr) {
    if (timed) call.runtime.cancel_receive_timer(process);
    Value data = call.heap().cons(message->root, Value::empty_list());
    Value result = call.heap().cons(message->sender, data);
    process.accept_message();
    return result;
  }
  if (timed && call.runtime.receive_timer_fired(process)) {
    process.mailbox.end_scan();
    return Value::nil();
  }
  if (call.interrupted()) return Value::error();
  return Value::wait();
}

Value process_sender(NativeCall& call) { return call.process.sender; }

Value process_send_after(NativeCall& call) {
  double ms = 0;
  if (!expect_milliseconds(call, 0, ms)) return Value::error();
  Value target = expect_process(call, 1);
  if (target == Value::error()) return target;
  bool room = process::has_room_for_messages(call.process);
  heap::Fragment* message =
      room ? heap::copy_out(call.heap(), call[2], call.process.self) : nullptr;
  if (message == nullptr) return no_memory_for_message(call);
  return call.heap().make_unsigned(call.runtime.send_after(ms, target, message));
}

Value process_cancel_timer(NativeCall& call) {
  u64 number = 0;
  if (!call.expect_count(0, number)) return Value::error();
  return Value::boolean(call.runtime.cancel_timer(number));
}

// ---- Ending ----

Value process_kill(NativeCall& call) {
  Value target = expect_process(call, 0);
  if (target == Value::error()) return target;
  process::ProcessTable& table = call.runtime.processes();
  bool alive = process::send_exit(table, call.process, target, keyword(base::name::kill));
  if (!alive && table.find(target) != nullptr) return call.out_of_memory();
  if (target == call.process.self) call.runtime.take_signals(call.process);
  return ended_or(call, Value::boolean(alive));
}

Value process_exit(NativeCall& call) {
  if (!call.given(1)) {
    call.process.end_soon(call[0]);
    return Value::error();
  }
  Value target = expect_process(call, 0);
  if (target == Value::error()) return target;
  process::ProcessTable& table = call.runtime.processes();
  if (!process::send_exit(table, call.process, target, call[1]) && table.find(target) != nullptr) {
    return call.out_of_memory();
  }
  if (target == call.process.self) call.runtime.take_signals(call.process);
  return ended_or(call, Value::boolean(true));
}

Value process_alive(NativeCall& call) {
  if (!call[0].is_pid()) {
    if (!call[0].is_symbol() && !call[0].is_keyword()) {
      return call.wrong_type(0, "a pid or a registered name");
    }
    return Value::boolean(!call.runtime.processes().whereis(call[0]).is_nil());
  }
  return Value::boolean(call.runtime.processes().find(call[0]) != nullptr);
}

}  // namespace lithe::builtins
