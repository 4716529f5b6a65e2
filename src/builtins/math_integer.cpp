// SPDX-License-Identifier: Apache-2.0
// math/: what is exact on integers of any size, and the operations on bits.

#include "builtins/numbers.hpp"
#include "heap/numbers.hpp"

namespace lithe::builtins {

namespace {

Value integer_fold(NativeCall& call, Operation operation, i64 of_none) {
  if (call.count() == 0) return Value::integer(of_none);
  return expect_integers(call) ? fold(call, operation) : Value::error();
}

Value least_common_multiple(heap::Heap& heap, Value a, Value b) {
  if (value::sign(a) == 0 || value::sign(b) == 0) return Value::integer(0);
  heap::Root left(heap, a);
  heap::Root right(heap, b);
  heap::Root result(heap, heap::gcd(heap, a, b));
  if (result.get() == Value::error()) return Value::error();
  result = heap::quotient(heap, left, result);
  if (result.get() == Value::error()) return Value::error();
  result = heap::multiply(heap, result, right);
  if (result.get() == Value::error()) return Value::error();
  return heap::absolute(heap, result);
}

Value shift(NativeCall& call, Operation operation) {
  if (!expect_integers(call)) return Value::error();
  if (value::sign(call[1]) < 0) return call.wrong_type(1, "an integer that is not negative");
  return give_number(call, operation(call.heap(), call[0], call[1]));
}

Value round_to(NativeCall& call, heap::ToInteger how) {
  if (!expect_numbers(call)) return Value::error();
  Value v = call[0];
  if (v.is_float() && v.as_float() - v.as_float() != 0) {
    return call.wrong_type(0, "a finite number");
  }
  return give_number(call, heap::to_integer(call.heap(), v, how));
}

}  // namespace

Value math_rem(NativeCall& call) {
  return expect_numbers(call) ? fold(call, heap::remainder) : Value::error();
}
Value math_quot(NativeCall& call) {
  return expect_numbers(call) ? fold(call, heap::quotient) : Value::error();
}
Value math_abs(NativeCall& call) {
  return expect_numbers(call) ? give_number(call, heap::absolute(call.heap(), call[0]))
                              : Value::error();
}

Value math_gcd(NativeCall& call) {
  // The sign of a single argument goes too.
  if (call.count() == 1) {
    return expect_integers(call) ? give_number(call, heap::absolute(call.heap(), call[0]))
                                 : Value::error();
  }
  return integer_fold(call, heap::gcd, 0);
}

Value math_lcm(NativeCall& call) {
  if (call.count() == 1) return math_gcd(call);
  return integer_fold(call, least_common_multiple, 1);
}

Value math_bit_and(NativeCall& call) { return integer_fold(call, heap::bit_and, -1); }
Value math_bit_or(NativeCall& call) { return integer_fold(call, heap::bit_or, 0); }
Value math_bit_xor(NativeCall& call) { return integer_fold(call, heap::bit_xor, 0); }
Value math_bit_not(NativeCall& call) {
  return expect_integers(call) ? give_number(call, heap::bit_not(call.heap(), call[0]))
                               : Value::error();
}
Value math_shift_left(NativeCall& call) { return shift(call, heap::shift_left); }
Value math_shift_right(NativeCall& call) { return shift(call, heap::shift_right); }

Value math_popcount(NativeCall& call) {
  if (!expect_integers(call)) return Value::error();
  if (value::sign(call[0]) < 0) return call.wrong_type(0, "an integer that is not negative");
  return give_number(call, heap::popcount(call.heap(), call[0]));
}

Value math_floor(NativeCall& call) { return round_to(call, heap::ToInteger::floor); }
Value math_ceil(NativeCall& call) { return round_to(call, heap::ToInteger::ceil); }
Value math_round(NativeCall& call) { return round_to(call, heap::ToInteger::round); }
Value math_trunc(NativeCall& call) { return round_to(call, heap::ToInteger::truncate); }

}  // namespace lithe::builtins
