// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "value/object.hpp"

// What needs no allocation in the tower of numbers; heap/numbers.hpp has the rest.

namespace lithe::value {

enum class Ordering : u8 { less, equal, greater, unordered };

inline bool is_integral(Value v) { return v.is_integer() || is_kind(v, Kind::bigint); }

/// Exact across integers and floats; unordered when one is NaN. Precondition: both are numbers.
Ordering compare_numbers(Value a, Value b);
inline bool numbers_equal(Value a, Value b) { return compare_numbers(a, b) == Ordering::equal; }

/// Nearest double. Precondition: v is a number.
double to_double(Value v);
/// True and the number, if v is an integer that fits 64 bits.
bool to_i64(Value v, i64& out);
/// -1, 0, 1; 0 for NaN. Precondition: v is a number.
int sign(Value v);

/// Floats by base::append_float. Precondition: v is a number.
void print_number(Value v, std::string& out);

}  // namespace lithe::value
