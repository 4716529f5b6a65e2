// SPDX-License-Identifier: Apache-2.0
#include "builtins/numbers.hpp"

namespace lithe::builtins {

bool expect_numbers(NativeCall& call) {
  for (u32 i = 0; i < call.count(); i++) {
    if (value::is_number(call[i])) continue;
    call.wrong_type(i, "a number");
    return false;
  }
  return true;
}

bool expect_integers(NativeCall& call) {
  for (u32 i = 0; i < call.count(); i++) {
    if (value::is_integral(call[i])) continue;
    call.wrong_type(i, "an integer");
    return false;
  }
  return true;
}

Value give_number(NativeCall& call, Value result) {
  if (result != Value::error()) [[likely]]
    return result;
  if (call.heap().take_refused()) {
    return call.fail(ErrorKind::out_of_memory, "the result is too large");
  }
  return call.fail(ErrorKind::divide_by_zero, "division by zero");
}

Value fold(NativeCall& call, Operation operation) {
  for (u32 i = 1; i < call.count(); i++) {
    Value result = operation(call.heap(), call[0], call[i]);
    if (result == Value::error()) return give_number(call, result);
    call.set(0, result);
  }
  return call[0];
}

}  // namespace lithe::builtins
