// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "heap/heap.hpp"
#include "value/bigint.hpp"
#include "value/number.hpp"

// The tower's arithmetic on Values: integers grow into big ones, mixed arithmetic gives floats.
// Each of these may collect, and gives Value::error() when
//   - an operand is not of the kind it needs (the caller can see which), or
//   - an integer is divided by integer 0, or
//   - the result would be too large: then Heap::take_refused() is true.

namespace lithe::heap {

Value add(Heap& heap, Value a, Value b);
Value subtract(Heap& heap, Value a, Value b);
Value multiply(Heap& heap, Value a, Value b);
/// Exact if it can be: an integer when integers divide evenly, else the nearest float.
Value divide(Heap& heap, Value a, Value b);
/// Floored: the divisor's sign. Floats too.
Value modulo(Heap& heap, Value a, Value b);
/// Truncated: the dividend's sign.
Value remainder(Heap& heap, Value a, Value b);
/// Truncated quotient of integers (of floats: truncated, a float).
Value quotient(Heap& heap, Value a, Value b);
Value negate(Heap& heap, Value a);
Value absolute(Heap& heap, Value a);

// Integers only.
Value bit_and(Heap& heap, Value a, Value b);
Value bit_or(Heap& heap, Value a, Value b);
Value bit_xor(Heap& heap, Value a, Value b);
Value bit_not(Heap& heap, Value a);
/// A negative count is an error.
Value shift_left(Heap& heap, Value a, Value count);
Value shift_right(Heap& heap, Value a, Value count);
Value popcount(Heap& heap, Value a);
Value gcd(Heap& heap, Value a, Value b);
/// Integer to a non-negative integer power.
Value integer_power(Heap& heap, Value base, Value exponent);
/// Floor of the root of a non-negative integer.
Value integer_square_root(Heap& heap, Value a);

/// From a float to an integer.
enum class ToInteger : u8 { floor, ceil, round, truncate };
/// Integers stay; NaN and infinities are an error. round: halves away from zero.
Value to_integer(Heap& heap, Value a, ToInteger how);

/// value::parse_integer; Value::error() if it is none or too large.
Value parse_integer(Heap& heap, std::string_view digits, u32 radix);
/// The Value of a computed integer.
Value make_integer(Heap& heap, const value::Integer& integer);

}  // namespace lithe::heap
