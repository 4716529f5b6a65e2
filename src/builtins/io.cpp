// SPDX-License-Identifier: Apache-2.0
// Output, and input that waits: the runtime completes the wait with the value.

#include <string>

#include "builtins/building.hpp"

namespace lithe::builtins {

namespace {

Value write_line(NativeCall& call, vm::Handle handle, std::string_view end) {
  // The usual: one string.
  if (call.count() == 1 && value::is_string(call[0]) && end.empty()) {
    call.runtime.write(handle, value::text(call[0]));
    return Value::nil();
  }
  std::string text;
  if (!show_arguments(call, text)) return Value::error();
  text += end;
  call.runtime.write(handle, text);
  return Value::nil();
}

}  // namespace

Value io_say(NativeCall& call) { return write_line(call, vm::Handle::standard_output, "\n"); }
Value io_print(NativeCall& call) { return write_line(call, vm::Handle::standard_output, ""); }
Value io_warn(NativeCall& call) { return write_line(call, vm::Handle::error, "\n"); }

Value io_read_line(NativeCall& call) {
  call.runtime.wait_read_line(call.process);
  return Value::wait();
}

}  // namespace lithe::builtins
