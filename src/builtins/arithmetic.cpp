// SPDX-License-Identifier: Apache-2.0
// Arithmetic under the core names.

#include "builtins/numbers.hpp"
#include "heap/numbers.hpp"

namespace lithe::builtins {

Value add(NativeCall& call) {
  if (call.count() == 0) return Value::integer(0);
  return expect_numbers(call) ? fold(call, heap::add) : Value::error();
}

Value subtract(NativeCall& call) {
  if (!expect_numbers(call)) return Value::error();
  if (call.count() == 1) return give_number(call, heap::negate(call.heap(), call[0]));
  return fold(call, heap::subtract);
}

Value multiply(NativeCall& call) {
  if (call.count() == 0) return Value::integer(1);
  return expect_numbers(call) ? fold(call, heap::multiply) : Value::error();
}

Value divide(NativeCall& call) {
  if (!expect_numbers(call)) return Value::error();
  if (call.count() == 1) {
    return give_number(call, heap::divide(call.heap(), Value::integer(1), call[0]));
  }
  return fold(call, heap::divide);
}

Value modulo(NativeCall& call) {
  return expect_numbers(call) ? fold(call, heap::modulo) : Value::error();
}

}  // namespace lithe::builtins
