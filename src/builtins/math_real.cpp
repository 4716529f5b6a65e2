// SPDX-License-Identifier: Apache-2.0
// math/: what orders numbers of either kind, and the functions on floats.

#include <cmath>
#include <limits>
#include <numbers>

#include "builtins/numbers.hpp"
#include "heap/numbers.hpp"

namespace lithe::builtins {

namespace {

using value::Ordering;

bool is_nan(Value v) { return v.is_float() && v.as_float() != v.as_float(); }

/// Of two numbers the one for which `wanted` is the order of it and the other, the first when
/// they are equal; a float if one of them is; a NaN if one of them is.
Value pick(Value a, Value b, Ordering wanted) {
  Ordering order = value::compare_numbers(b, a);
  if (order == Ordering::unordered) return is_nan(a) ? a : b;
  Value chosen = order == wanted ? b : a;
  if ((a.is_float() || b.is_float()) && !chosen.is_float()) {
    return Value::number(value::to_double(chosen));
  }
  return chosen;
}

Value extreme(NativeCall& call, Ordering wanted) {
  if (!expect_numbers(call)) return Value::error();
  for (u32 i = 1; i < call.count(); i++) call.set(0, pick(call[0], call[i], wanted));
  return call[0];
}

template <double (*function)(double)>
Value real(NativeCall& call) {
  double x;
  if (!call.expect_number(0, x)) return Value::error();
  return Value::number(function(x));
}

template <double (*function)(double, double)>
Value real2(NativeCall& call) {
  double x, y;
  if (!call.expect_number(0, x) || !call.expect_number(1, y)) return Value::error();
  return Value::number(function(x, y));
}

/// The C library's own for doubles is off by a digit for cubes as small as 27.
double rounded_cube_root(double x) { return double(std::cbrt(static_cast<long double>(x))); }

}  // namespace

Value math_pi(NativeCall&) { return Value::number(std::numbers::pi); }
Value math_e(NativeCall&) { return Value::number(std::numbers::e); }
Value math_inf(NativeCall&) { return Value::number(std::numeric_limits<double>::infinity()); }
Value math_nan(NativeCall&) { return Value::number(std::numeric_limits<double>::quiet_NaN()); }

Value math_min(NativeCall& call) { return extreme(call, Ordering::less); }
Value math_max(NativeCall& call) { return extreme(call, Ordering::greater); }

Value math_sign(NativeCall& call) {
  if (!expect_numbers(call)) return Value::error();
  return is_nan(call[0]) ? call[0] : Value::integer(value::sign(call[0]));
}

Value math_clamp(NativeCall& call) {
  if (!expect_numbers(call)) return Value::error();
  for (u32 i = 0; i < 3; i++) {
    if (is_nan(call[i])) return call[i];
  }
  if (value::compare_numbers(call[1], call[2]) == Ordering::greater) {
    return call.fail(ErrorKind::value, "argument 2 must not be above argument 3");
  }
  if (value::compare_numbers(call[0], call[1]) == Ordering::less) return call[1];
  if (value::compare_numbers(call[0], call[2]) == Ordering::greater) return call[2];
  return call[0];
}

Value math_pow(NativeCall& call) {
  if (!expect_numbers(call)) return Value::error();
  if (value::is_integral(call[0]) && value::is_integral(call[1]) && value::sign(call[1]) >= 0) {
    return give_number(call, heap::integer_power(call.heap(), call[0], call[1]));
  }
  return Value::number(std::pow(value::to_double(call[0]), value::to_double(call[1])));
}

Value math_is_nan(NativeCall& call) {
  return expect_numbers(call) ? Value::boolean(is_nan(call[0])) : Value::error();
}

Value math_sqrt(NativeCall& call) { return real<std::sqrt>(call); }
Value math_cbrt(NativeCall& call) { return real<rounded_cube_root>(call); }
Value math_exp(NativeCall& call) { return real<std::exp>(call); }
Value math_log(NativeCall& call) { return real<std::log>(call); }
Value math_log2(NativeCall& call) { return real<std::log2>(call); }
Value math_log10(NativeCall& call) { return real<std::log10>(call); }
Value math_sin(NativeCall& call) { return real<std::sin>(call); }
Value math_cos(NativeCall& call) { return real<std::cos>(call); }
Value math_tan(NativeCall& call) { return real<std::tan>(call); }
Value math_asin(NativeCall& call) { return real<std::asin>(call); }
Value math_acos(NativeCall& call) { return real<std::acos>(call); }
Value math_atan(NativeCall& call) { return real<std::atan>(call); }
Value math_atan2(NativeCall& call) { return real2<std::atan2>(call); }
Value math_sinh(NativeCall& call) { return real<std::sinh>(call); }
Value math_cosh(NativeCall& call) { return real<std::cosh>(call); }
Value math_tanh(NativeCall& call) { return real<std::tanh>(call); }
Value math_hypot(NativeCall& call) { return real2<std::hypot>(call); }

}  // namespace lithe::builtins
