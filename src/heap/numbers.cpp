// SPDX-License-Identifier: Apache-2.0
#include "heap/numbers.hpp"

#include <algorithm>
#include <cmath>

namespace lithe::heap {

using value::Integer;
using value::IntegerView;
using value::is_integral;
using value::is_number;
using value::Rounding;

namespace {

/// Exact in a double, so that a quotient of two such is rounded once.
constexpr i64 exact_double = i64{1} << 53;

Value refuse(Heap& heap) {
  heap.note_refused();
  return Value::error();
}

/// The Value of a result, unless it was too large.
Value finish(Heap& heap, bool made, const Integer& result) {
  return made ? make_integer(heap, result) : refuse(heap);
}

Value from_wide(Heap& heap, __int128 wide) {
  if (wide >= INT64_MIN && wide <= INT64_MAX) return heap.make_integer(i64(wide));
  bool negative = wide < 0;
  auto magnitude = static_cast<unsigned __int128>(negative ? -wide : wide);
  Object* object = heap.allocate(Kind::bigint, 2, negative ? Object::flag_negative : 0);
  object->words()[0] = u64(magnitude);
  object->words()[1] = u64(magnitude >> 64);
  if (object->words()[1] == 0) heap.shrink_last(object, 1);
  return Value::object(object, false);
}

/// Whether a result of so many limbs may be computed.
bool allowed(const Heap& heap, u64 limbs) { return limbs <= heap.environment().most_limbs; }

using BigOperation = bool (*)(const IntegerView&, const IntegerView&, Integer&);

Value big(Heap& heap, BigOperation operation, Value a, Value b) {
  Integer result;
  bool made = operation(IntegerView(a), IntegerView(b), result);
  return finish(heap, made, result);
}

bool both_numbers(Value a, Value b) { return is_number(a) && is_number(b); }
bool both_integral(Value a, Value b) { return is_integral(a) && is_integral(b); }
bool is_zero(Value v) { return v.is_integer() && v.as_integer() == 0; }

double floored_remainder(double a, double b) {
  double rest = std::fmod(a, b);
  if (rest != 0 && (rest < 0) != (b < 0)) rest += b;
  // A zero keeps the divisor's sign, as other results do.
  return rest == 0 ? std::copysign(0.0, b) : rest;
}

Value divide_big(Heap& heap, Value a, Value b, Rounding rounding, bool want_quotient) {
  Integer result;
  bool made = value::divide(IntegerView(a), IntegerView(b), rounding,
                            want_quotient ? &result : nullptr, want_quotient ? nullptr : &result);
  return finish(heap, made, result);
}

Value bits(Heap& heap, value::BitOperation operation, Value a, Value b) {
  if (!both_integral(a, b)) return Value::error();
  Integer result;
  bool made = value::bit_operation(operation, IntegerView(a), IntegerView(b), result);
  return finish(heap, made, result);
}

}  // namespace

Value make_integer(Heap& heap, const Integer& integer) {
  if (!allowed(heap, integer.size())) return refuse(heap);
  if (integer.fits_i64()) return heap.make_integer(integer.as_i64());
  Object* object = heap.try_allocate(Kind::bigint, integer.size(),
                                     integer.negative() ? Object::flag_negative : 0);
  if (object == nullptr) return Value::error();
  std::copy_n(integer.limbs(), integer.size(), object->words());
  return Value::object(object, false);
}

Value add(Heap& heap, Value a, Value b) {
  if (a.is_integer() && b.is_integer()) return heap.make_integer(a.as_integer() + b.as_integer());
  if (!both_numbers(a, b)) return Value::error();
  if (a.is_float() || b.is_float()) return Value::number(value::to_double(a) + value::to_double(b));
  return big(heap, value::add, a, b);
}

Value subtract(Heap& heap, Value a, Value b) {
  if (a.is_integer() && b.is_integer()) return heap.make_integer(a.as_integer() - b.as_integer());
  if (!both_numbers(a, b)) return Value::error();
  if (a.is_float() || b.is_float()) return Value::number(value::to_double(a) - value::to_double(b));
  return big(heap, value::subtract, a, b);
}

Value multiply(Heap& heap, Value a, Value b) {
  if (a.is_integer() && b.is_integer()) {
    return from_wide(heap, static_cast<__int128>(a.as_integer()) * b.as_integer());
  }
  if (!both_numbers(a, b)) return Value::error();
  if (a.is_float() || b.is_float()) return Value::number(value::to_double(a) * value::to_double(b));
  if (!allowed(heap, IntegerView(a).size() + IntegerView(b).size())) return refuse(heap);
  return big(heap, value::multiply, a, b);
}

Value divide(Heap& heap, Value a, Value b) {
  if (!both_numbers(a, b)) return Value::error();
  if (a.is_float() || b.is_float()) return Value::number(value::to_double(a) / value::to_double(b));
  if (is_zero(b)) return Value::error();
  if (a.is_integer() && b.is_integer()) {
    i64 x = a.as_integer();
    i64 y = b.as_integer();
    static_assert(Value::integer_max < exact_double);
    return x % y == 0 ? heap.make_integer(x / y) : Value::number(double(x) / double(y));
  }
  Integer quotient;
  Integer rest;
  if (!value::divide(IntegerView(a), IntegerView(b), Rounding::truncate, &quotient, &rest)) {
    return refuse(heap);
  }
  if (rest.is_zero()) return make_integer(heap, quotient);
  double nearest = 0;
  bool made = value::ratio_to_double(IntegerView(a), IntegerView(b), nearest);
  return made ? Value::number(nearest) : refuse(heap);
}

Value modulo(Heap& heap, Value a, Value b) {
  if (!both_numbers(a, b)) return Value::error();
  if (a.is_float() || b.is_float()) {
    return Value::number(floored_remainder(value::to_double(a), value::to_double(b)));
  }
  if (is_zero(b)) return Value::error();
  if (a.is_integer() && b.is_integer()) {
    i64 divisor = b.as_integer();
    i64 rest = a.as_integer() % divisor;
    if (rest != 0 && (rest < 0) != (divisor < 0)) rest += divisor;
    return Value::integer(rest);
  }
  return divide_big(heap, a, b, Rounding::floor, false);
}

Value remainder(Heap& heap, Value a, Value b) {
  if (!both_numbers(a, b)) return Value::error();
  if (a.is_float() || b.is_float()) {
    return Value::number(std::fmod(value::to_double(a), value::to_double(b)));
  }
  if (is_zero(b)) return Value::error();
  if (a.is_integer() && b.is_integer()) return Value::integer(a.as_integer() % b.as_integer());
  return divide_big(heap, a, b, Rounding::truncate, false);
}

Value quotient(Heap& heap, Value a, Value b) {
  if (!both_numbers(a, b)) return Value::error();
  if (a.is_float() || b.is_float()) {
    return Value::number(std::trunc(value::to_double(a) / value::to_double(b)));
  }
  if (is_zero(b)) return Value::error();
  if (a.is_integer() && b.is_integer()) return heap.make_integer(a.as_integer() / b.as_integer());
  return divide_big(heap, a, b, Rounding::truncate, true);
}

Value negate(Heap& heap, Value a) {
  if (a.is_integer()) return heap.make_integer(-a.as_integer());
  if (a.is_float()) return Value::number(-a.as_float());
  if (!is_number(a)) return Value::error();
  Integer result;
  bool made = value::negate(IntegerView(a), result);
  return finish(heap, made, result);
}

Value absolute(Heap& heap, Value a) {
  if (a.is_float()) return Value::number(std::fabs(a.as_float()));
  if (!is_number(a)) return Value::error();
  return value::sign(a) < 0 ? negate(heap, a) : a;
}

Value bit_and(Heap& heap, Value a, Value b) {
  if (a.is_integer() && b.is_integer()) return Value::integer(a.as_integer() & b.as_integer());
  return bits(heap, value::BitOperation::and_, a, b);
}

Value bit_or(Heap& heap, Value a, Value b) {
  if (a.is_integer() && b.is_integer()) return Value::integer(a.as_integer() | b.as_integer());
  return bits(heap, value::BitOperation::or_, a, b);
}

Value bit_xor(Heap& heap, Value a, Value b) {
  if (a.is_integer() && b.is_integer()) return Value::integer(a.as_integer() ^ b.as_integer());
  return bits(heap, value::BitOperation::xor_, a, b);
}

Value bit_not(Heap& heap, Value a) {
  if (a.is_integer()) return Value::integer(~a.as_integer());
  if (!is_integral(a)) return Value::error();
  Integer result;
  bool made = value::bit_not(IntegerView(a), result);
  return finish(heap, made, result);
}

Value shift_left(Heap& heap, Value a, Value count) {
  if (!both_integral(a, count) || value::sign(count) < 0) return Value::error();
  if (is_zero(a)) return a;
  if (!count.is_integer()) return refuse(heap);
  u64 by = u64(count.as_integer());
  if (a.is_integer() && by < 64) {
    return from_wide(heap, static_cast<__int128>(a.as_integer()) * (__int128{1} << by));
  }
  if (!allowed(heap, IntegerView(a).size() + by / 64)) return refuse(heap);
  Integer result;
  bool made = value::shift_left(IntegerView(a), by, result);
  return finish(heap, made, result);
}

Value shift_right(Heap& heap, Value a, Value count) {
  if (!both_integral(a, count) || value::sign(count) < 0) return Value::error();
  u64 by = count.is_integer() ? u64(count.as_integer()) : ~u64{0};
  if (a.is_integer()) return Value::integer(a.as_integer() >> std::min<u64>(by, 63));
  Integer result;
  bool made = value::shift_right(IntegerView(a), by, result);
  return finish(heap, made, result);
}

Value popcount(Heap& heap, Value a) {
  if (!is_integral(a)) return Value::error();
  return heap.make_unsigned(value::popcount(IntegerView(a)));
}

Value gcd(Heap& heap, Value a, Value b) {
  if (!both_integral(a, b)) return Value::error();
  return big(heap, value::gcd, a, b);
}

namespace {

/// At most one more than it has, or far too many.
u64 limbs_of_power(const IntegerView& base, u64 exponent) {
  if (base.size() == 0 || (base.size() == 1 && base.limbs()[0] == 1)) return 1;
  u64 bits = base.size() * 64 - u64(__builtin_clzll(base.limbs()[base.size() - 1]));
  u64 all;
  // A base of n bits is at least 2^(n-1).
  if (__builtin_mul_overflow(bits - 1, exponent, &all)) return ~u64{0};
  return all / 64;
}

}  // namespace

Value integer_power(Heap& heap, Value base, Value exponent) {
  if (!both_integral(base, exponent) || value::sign(exponent) < 0) return Value::error();
  u64 times = ~u64{0};
  if (exponent.is_integer()) {
    times = u64(exponent.as_integer());
  } else {
    // Only 0, 1 and -1 have powers so high; they go by whether it is odd.
    times = (u64{1} << 62) | (IntegerView(exponent).limbs()[0] & 1);
  }
  if (!allowed(heap, limbs_of_power(IntegerView(base), times))) return refuse(heap);
  Integer result;
  bool made = value::power(IntegerView(base), times, result);
  return finish(heap, made, result);
}

Value integer_square_root(Heap& heap, Value a) {
  if (!is_integral(a) || value::sign(a) < 0) return Value::error();
  Integer result;
  bool made = value::square_root(IntegerView(a), result);
  return finish(heap, made, result);
}

Value to_integer(Heap& heap, Value a, ToInteger how) {
  if (is_integral(a)) return a;
  if (!a.is_float() || !std::isfinite(a.as_float())) return Value::error();
  double d = a.as_float();
  switch (how) {
    case ToInteger::floor:
      d = std::floor(d);
      break;
    case ToInteger::ceil:
      d = std::ceil(d);
      break;
    case ToInteger::round:
      d = std::round(d);
      break;
    case ToInteger::truncate:
      d = std::trunc(d);
      break;
  }
  if (std::fabs(d) < double(exact_double)) return heap.make_integer(i64(d));
  Integer result;
  bool made = value::from_double(d, result);
  return finish(heap, made, result);
}

Value parse_integer(Heap& heap, std::string_view digits, u32 radix) {
  if (!allowed(heap, digits.size() / (radix > 10 ? 16 : radix > 2 ? 20 : 64))) return refuse(heap);
  Integer result;
  if (!value::parse_integer(digits, radix, result)) return Value::error();
  return make_integer(heap, result);
}

}  // namespace lithe::heap
