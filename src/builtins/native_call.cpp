// SPDX-License-Identifier: Apache-2.0
#include "vm/native.hpp"

#include <fmt/format.h>

#include <string>

#include "builtins/failing.hpp"
#include "primitives/primitives.hpp"
#include "process/failure.hpp"
#include "value/bigint.hpp"
#include "value/number.hpp"
#include "value/print.hpp"
#include "value/text.hpp"
#include "vm/process_watcher.hpp"
#include "vm/runtime_services.hpp"

namespace lithe::vm {

namespace {

constexpr u64 longest_value_in_message = 60;

std::string_view function_name(const NativeCall& call) {
  std::string_view name = primitives::table[call.primitive()].name;
  if (primitives::table[call.primitive()].internal()) name.remove_prefix(1);
  return name;
}

}  // namespace
}  // namespace lithe::vm

namespace lithe::builtins {

value::Value fail_as(vm::NativeCall& call, std::string_view function, vm::ErrorKind kind,
                     std::string_view message, value::Value data) {
  std::string text =
      function.empty() ? std::string(message) : fmt::format("{}: {}", function, message);
  value::Value keyword = value::Value::keyword(vm::error_kind_names[size_t(kind)]);
  value::Value error = call.heap().make_error(keyword, text, data);
  call.process.make_failure().start(error, {});
  call.process.failure->unstoppable = kind == vm::ErrorKind::interrupted;
  return value::Value::error();
}

}  // namespace lithe::builtins

namespace lithe::vm {

Value NativeCall::fail(ErrorKind kind, std::string_view message) {
  return fail(kind, message, Value::nil());
}

Value NativeCall::fail(ErrorKind kind, std::string_view message, Value data) {
  return builtins::fail_as(*this, function_name(*this), kind, message, data);
}

std::string NativeCall::describe(Value v) {
  std::string text;
  value::print(v, heap().names(), &runtime.namer(), text, {.max_bytes = longest_value_in_message});
  return text;
}

Value NativeCall::wrong_type(u32 position, std::string_view expected) {
  return fail(ErrorKind::type, fmt::format("argument {} must be {}, got {}", before_ + position + 1,
                                           expected, describe((*this)[position])));
}

Value NativeCall::wrong_index(u32 position, Value index, u64 length) {
  return fail(
      ErrorKind::index,
      fmt::format("argument {} must be an index below the length {}, got {}{}", position + 1,
                  length, describe(index), length == 0 ? "; argument 1 is empty" : ""));
}

Value NativeCall::out_of_memory() {
  heap().take_refused();
  return fail(ErrorKind::out_of_memory, "not enough memory for the result");
}

bool NativeCall::expect_integer(u32 i, i64& out) {
  if ((*this)[i].is_integer()) [[likely]] {
    out = (*this)[i].as_integer();
    return true;
  }
  if (value::to_i64((*this)[i], out)) return true;
  wrong_type(i, value::is_integral((*this)[i]) ? "an integer of at most 64 bits" : "an integer");
  return false;
}

bool NativeCall::expect_count(u32 i, u64& out) {
  Value v = (*this)[i];
  if (value::is_integral(v) && value::sign(v) >= 0) {
    i64 count;
    out = value::to_i64(v, count) ? u64(count) : ~u64{0};
    return true;
  }
  wrong_type(i, "an integer that is not negative");
  return false;
}

bool NativeCall::expect_number(u32 i, double& out) {
  Value v = (*this)[i];
  if (v.is_float()) [[likely]] {
    out = v.as_float();
    return true;
  }
  if (!value::is_number(v)) {
    wrong_type(i, "a number");
    return false;
  }
  out = value::to_double(v);
  return true;
}

bool NativeCall::expect_string(u32 i, std::string_view& out) {
  if (!value::is_string((*this)[i])) {
    wrong_type(i, "a string");
    return false;
  }
  out = value::text((*this)[i]);
  return true;
}

bool NativeCall::expect_list(u32 i) {
  if ((*this)[i].is_list()) return true;
  wrong_type(i, "a list");
  return false;
}

bool NativeCall::expect_function(u32 i) {
  if (value::is_function((*this)[i])) return true;
  wrong_type(i, "a function");
  return false;
}

bool NativeCall::interrupted() {
  if (!ProcessWatcher(process, runtime).is_over()) return false;
  fail(ErrorKind::interrupted, "interrupted");
  return true;
}

}  // namespace lithe::vm
