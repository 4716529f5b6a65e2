// SPDX-License-Identifier: Apache-2.0
// Lines for people on the error output, each with its level and its process.

#include <iterator>
#include <string>

#include "builtins/building.hpp"

namespace lithe::builtins {

namespace {

using vm::LogLevel;

/// In the order of LogLevel.
constexpr std::string_view level_names[] = {"debug", "info", "warn", "error"};

Value write_entry(NativeCall& call, LogLevel level) {
  if (!call.runtime.log().shows(level)) return Value::nil();
  const base::NameTable& names = call.heap().names();
  std::string text(level_names[size_t(level)]);
  text += ' ';
  value::print(call.process.self, names, nullptr, text);
  if (call.count() > 0) text += ' ';
  if (!show_arguments(call, text)) return Value::error();
  text += '\n';
  call.runtime.write(vm::Handle::error, text);
  return Value::nil();
}

}  // namespace

Value log_debug(NativeCall& call) { return write_entry(call, LogLevel::debug); }
Value log_info(NativeCall& call) { return write_entry(call, LogLevel::info); }
Value log_warn(NativeCall& call) { return write_entry(call, LogLevel::warn); }
Value log_error(NativeCall& call) { return write_entry(call, LogLevel::error); }

Value log_level(NativeCall& call) {
  for (size_t i = 0; call[0].is_keyword() && i < std::size(level_names); i++) {
    if (call.heap().names().text(call[0].name()) != level_names[i]) continue;
    call.runtime.log().lowest = LogLevel(i);
    return call[0];
  }
  return call.wrong_type(0, "a level, :debug :info :warn or :error");
}

Value log_enable(NativeCall& call) {
  call.runtime.log().enabled = true;
  return Value::nil();
}

Value log_disable(NativeCall& call) {
  call.runtime.log().enabled = false;
  return Value::nil();
}

}  // namespace lithe::builtins
