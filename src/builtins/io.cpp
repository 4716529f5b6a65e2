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
  u64 budget = text_budget(call);
  PrintPatience patience(call);
  std::string text;
  for (u32 i = 0; i < call.count(); i++) {
    if (i > 0) text += ' ';
    value::print(call[i], call.heap().names(), &call.runtime.namer(), text,
                 {.display = true, .max_bytes = budget, .watcher = &patience});
    if (call.interrupted()) return Value::error();
    if (text.size() > budget) return call.out_of_memory();
  }
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

Value fs_read(NativeCall& call) {
  std::string_view path;
  if (!call.expect_string(0, path)) return Value::error();
  if (path.find('\0') != std::string_view::npos) {
    return call.wrong_type(0, "a path, which has no character of code 0");
  }
  call.runtime.wait_read_file(call.process, std::string(path));
  return Value::wait();
}

}  // namespace lithe::builtins
