// SPDX-License-Identifier: Apache-2.0
// Time, and the program's surroundings.

#include <fmt/format.h>

#include <cmath>
#include <string>

#include "base/utf8.hpp"
#include "base/version.hpp"
#include "builtins/building.hpp"
#include "builtins/strings.hpp"
#include "heap/map.hpp"
#include "heap/memory_account.hpp"
#include "io/surroundings.hpp"

namespace lithe::builtins {

Value timer_sleep(NativeCall& call) {
  double milliseconds;
  if (!call.expect_number(0, milliseconds)) return Value::error();
  if (!(milliseconds >= 0) || !std::isfinite(milliseconds)) {
    return call.wrong_type(0, "a finite number that is not negative");
  }
  call.runtime.wait_sleep(call.process, milliseconds);
  return Value::wait();
}

Value timer_now(NativeCall& call) { return Value::number(call.runtime.wall_clock_ms()); }

Value timer_monotonic(NativeCall& call) {
  return call.heap().make_integer(call.runtime.monotonic_ns());
}

Value internal_report_time(NativeCall& call) {
  i64 start;
  if (!call.expect_integer(0, start)) return Value::error();
  double ms = double(call.runtime.monotonic_ns() - start) / 1e6;
  call.runtime.write(vm::Handle::error, fmt::format("time: {:.3f} ms\n", ms));
  return Value::nil();
}

Value sys_args(NativeCall& call) {
  std::span<const std::string> arguments = call.runtime.arguments();
  heap::Root result(call.heap(), Value::empty_list());
  for (u64 i = arguments.size(); i-- > 0;) {
    if (!base::utf8::is_valid(arguments[i])) {
      return call.fail(ErrorKind::value,
                       fmt::format("argument {} of the program is not UTF-8", i + 1));
    }
    Value string = call.heap().make_string(arguments[i]);
    if (string == Value::error()) return call.out_of_memory();
    result = call.heap().cons(string, result);
  }
  return result;
}

Value sys_env(NativeCall& call) {
  std::string_view name;
  if (!call.expect_string(0, name)) return Value::error();
  const char* text = call.runtime.environment(std::string(name));
  if (!text) return Value::nil();
  if (!base::utf8::is_valid(text)) {
    return call.fail(ErrorKind::value, "the value of the variable is not UTF-8");
  }
  return give_string(call, text);
}

namespace {

Value give_folder(NativeCall& call) {
  base::Result<std::string, io::Error> path = io::current_folder();
  if (!path) return call.fail(ErrorKind::io, path.error().text);
  if (!base::utf8::is_valid(*path)) return call.fail(ErrorKind::value, "its path is not UTF-8");
  return give_string(call, *path);
}

}  // namespace

Value sys_cwd(NativeCall& call) { return give_folder(call); }

Value sys_chdir(NativeCall& call) {
  std::string_view path;
  if (!expect_path(call, 0, path)) return Value::error();
  base::Result<void, io::Error> done = io::change_folder(std::string(path));
  if (!done) {
    return call.fail(ErrorKind::io, fmt::format("cannot go to {}: {}", path, done.error().text));
  }
  return give_folder(call);
}

Value sys_platform(NativeCall& call) { return give_string(call, io::platform()); }
Value sys_arch(NativeCall& call) { return give_string(call, io::architecture()); }
Value sys_version(NativeCall& call) { return give_string(call, base::version); }
Value sys_cores(NativeCall&) { return Value::integer(io::cores()); }

Value sys_memory(NativeCall& call) {
  io::MachineMemory machine = io::machine_memory();
  heap::RootVector pairs(call.heap());
  auto add = [&](std::string_view key, u64 bytes) {
    pairs.push_back(Value::keyword(call.runtime.names().intern(key)));
    pairs.push_back(call.heap().make_unsigned(bytes));
  };
  const heap::HeapTotals& totals = call.heap().environment().totals;
  add("used", call.runtime.account().bytes());
  add("most-live", totals.most_live_bytes.load(std::memory_order_relaxed));
  add("longest-pause", totals.longest_pause_ns.load(std::memory_order_relaxed));
  add("available", machine.available);
  add("total", machine.total);
  return or_out_of_memory(call,
                          heap::make_map(call.heap(), pairs.span(), heap::Duplicates::refuse).map);
}

Value sys_exit(NativeCall& call) {
  u64 code = 0;
  if (call.given(0) && (!call.expect_count(0, code) || code > 255)) {
    return call.wrong_type(0, "an exit code from 0 to 255");
  }
  call.runtime.exit_program(int(code));
  return Value::wait();  // nothing of this process runs any more
}

}  // namespace lithe::builtins
