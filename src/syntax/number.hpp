// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/integers.hpp"
#include "base/result.hpp"

namespace lithe::syntax {

/// A number as the reader understands it.
struct Number {
  enum class Kind : u8 { integer, big_integer, float_ };
  Kind kind = Kind::integer;
  u8 radix = 10;  ///< of a big integer: 2, 10 or 16
  i64 integer = 0;
  double value = 0;    ///< of a float
  std::string digits;  ///< of a big integer: as Datum::digits
};

enum class NumberError : u8 {
  syntax,     ///< not a number
  too_large,  ///< a float beyond the range of a double
};

/// Reads a whole text as a number, in exactly the syntax that programs are written in; no blanks
/// around it. Integers: `42 -17 +5 1_000 0xff -0b101`. Floats: `3.14 .5 1. 1e-9 -2.5E+3`. An
/// underscore stands between two digits.
base::Result<Number, NumberError> read_number(std::string_view text);

/// Whether a token that begins like this must be a number: a digit, perhaps after a sign, a dot
/// or both.
bool looks_like_number(std::string_view text);

/// The float as base::append_float writes it: read_number reads it back equal.
std::string format_float(double value);

}  // namespace lithe::syntax
