// SPDX-License-Identifier: Apache-2.0

#include <string>

#include "builtins/builtins.hpp"
#include "builtins/lists.hpp"
#include "value/object.hpp"

namespace lithe::builtins {

/// The call is left to whoever called this (vm/calls.cpp): the callee goes to exec.tail_callee,
/// its arguments where this one's stood.
Value apply(NativeCall& call) {
  u32 last = call.count() - 1;
  u64 more;
  if (!value::is_function(call[0])) return call.wrong_type(0, "a function");
  if (!call.expect_list(last) || !list_count(call, call[last], more)) return Value::error();
  process::Process& process = call.process;
  u64 at = u64(reinterpret_cast<u64*>(call.arguments().data()) - process.stack_begin);
  constexpr u64 most_arguments = u64{1} << 31;
  if (more > most_arguments || !process.grow_stack(process.exec.stack_top, more)) {
    return call.fail(ErrorKind::stack_overflow, "no room for the arguments");
  }
  u64* slots = process.stack_begin + at;
  process.exec.tail_callee = slots[0];
  process.exec.tail_arguments = last - 1 + more;
  Value rest = Value::from_bits(slots[last]);
  for (u32 i = 1; i < last; i++) slots[i - 1] = slots[i];
  for (u64* out = slots + last - 1; rest.is_cons(); rest = rest.as_cons()->tail) {
    *out++ = rest.as_cons()->head.bits();
  }
  return Value::call();
}

Value internal_run_text(NativeCall& call) {
  std::string_view text;
  if (!call.expect_string(0, text)) return Value::error();
  return call.runtime.evaluate_text(call.process, std::string(text));
}

}  // namespace lithe::builtins
