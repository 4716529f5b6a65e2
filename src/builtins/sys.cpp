// SPDX-License-Identifier: Apache-2.0
// Time, and the program's surroundings.

#include <fmt/format.h>

#include <cmath>
#include <string>

#include "base/utf8.hpp"
#include "builtins/building.hpp"

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

Value sys_exit(NativeCall& call) {
  u64 code = 0;
  if (call.given(0) && (!call.expect_count(0, code) || code > 255)) {
    return call.wrong_type(0, "an exit code from 0 to 255");
  }
  call.runtime.exit_program(int(code));
  return Value::wait();  // nothing of this process runs any more
}

}  // namespace lithe::builtins
