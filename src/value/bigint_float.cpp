// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "base/hash.hpp"
#include "value/bigint.hpp"

namespace lithe::value {

namespace {

constexpr int mantissa_bits = 53;

/// The 64 highest bits of a magnitude, the highest one set, and whether lower ones are.
struct TopBits {
  u64 bits;
  bool more;
};

TopBits top_bits(const IntegerView& a) {
  u64 size = a.size();
  const u64* limbs = a.limbs();
  int shift = std::countl_zero(limbs[size - 1]);
  u64 bits = limbs[size - 1] << shift;
  bool more = false;
  u64 below = size - 1;
  if (shift != 0 && below > 0) {
    --below;
    bits |= limbs[below] >> (64 - shift);
    more = (limbs[below] << shift) != 0;
  }
  for (u64 i = 0; i < below && !more; ++i) more = limbs[i] != 0;
  return {bits, more};
}

/// Nearest double to top * 2^(exponent - 64), ties to even, in one rounding also where doubles
/// lose bits near zero.
double round_to_double(TopBits top, i64 exponent) {
  if (exponent > 1024) return std::numeric_limits<double>::infinity();
  i64 kept = std::min<i64>(mantissa_bits, exponent + 1074);
  if (kept < 0) return 0;
  u64 mantissa = kept == 0 ? 0 : top.bits >> (64 - kept);
  u64 rest = top.bits << kept;  // kept < 64
  constexpr u64 half = u64{1} << 63;
  if (rest > half || (rest == half && (top.more || (mantissa & 1) != 0))) ++mantissa;
  return std::ldexp(double(mantissa), int(exponent - kept));
}

}  // namespace

double to_double(const IntegerView& a) {
  if (a.is_zero()) return 0;
  double magnitude = round_to_double(top_bits(a), i64(a.bit_length()));
  return a.negative() ? -magnitude : magnitude;
}

bool ratio_to_double(const IntegerView& a, const IntegerView& b, double& out) {
  LITHE_ASSERT(!b.is_zero());
  if (a.is_zero()) {
    out = 0;
    return true;
  }
  // Scaled so that the quotient has 66 or 67 bits; what division leaves only says "more".
  i64 scale = 66 - (i64(a.bit_length()) - i64(b.bit_length()));
  Integer shifted;
  Integer quotient;
  Integer rest;
  bool room;
  if (scale >= 0) {
    room = shift_left(IntegerView(a.limbs(), a.size(), false), u64(scale), shifted) &&
           divide(shifted.view(), IntegerView(b.limbs(), b.size(), false), Rounding::truncate,
                  &quotient, &rest);
  } else {
    room = shift_left(IntegerView(b.limbs(), b.size(), false), u64(-scale), shifted) &&
           divide(IntegerView(a.limbs(), a.size(), false), shifted.view(), Rounding::truncate,
                  &quotient, &rest);
  }
  if (!room) return false;
  TopBits top = top_bits(quotient.view());
  top.more = top.more || !rest.is_zero();
  double magnitude = round_to_double(top, i64(quotient.view().bit_length()) - scale);
  out = a.negative() != b.negative() ? -magnitude : magnitude;
  return true;
}

bool from_double(double d, Integer& out) {
  LITHE_ASSERT(std::isfinite(d) && d == std::trunc(d));
  int exponent = 0;
  double fraction = std::frexp(std::fabs(d), &exponent);
  IntegerView mantissa(i64(std::ldexp(fraction, mantissa_bits)));
  exponent -= mantissa_bits;
  bool room = exponent >= 0 ? shift_left(mantissa, u64(exponent), out)
                            : shift_right(mantissa, u64(-exponent), out);
  if (!room) return false;
  out.set_negative(d < 0);
  return true;
}

int compare(const IntegerView& a, double b) {
  int a_sign = a.is_zero() ? 0 : a.negative() ? -1 : 1;
  int b_sign = b == 0 ? 0 : b < 0 ? -1 : 1;
  if (a_sign != b_sign) return a_sign < b_sign ? -1 : 1;
  if (a_sign == 0) return 0;
  double magnitude = std::fabs(b);
  if (std::isinf(magnitude)) return -a_sign;
  int exponent = 0;
  double fraction = std::frexp(magnitude, &exponent);  // 0.5 <= fraction < 1
  i64 length = i64(a.bit_length());
  if (length != exponent) return length < exponent ? -a_sign : a_sign;
  TopBits top = top_bits(a);
  u64 bits = u64(std::ldexp(fraction, mantissa_bits)) << (64 - mantissa_bits);
  if (top.bits != bits) return top.bits < bits ? -a_sign : a_sign;
  return top.more ? a_sign : 0;
}

bool is_exact_double(const IntegerView& a) {
  if (a.is_zero()) return true;
  if (a.bit_length() > 1024) return false;
  TopBits top = top_bits(a);
  return !top.more && (top.bits << mantissa_bits) == 0;
}

u64 hash_integer(const IntegerView& a) {
  if (a.size() <= 1) {
    i64 magnitude = a.is_zero() ? 0 : i64(a.limbs()[0]);
    if (magnitude >= 0) {
      i64 i = a.negative() ? -magnitude : magnitude;
      if (Value::fits_integer(i)) return base::mix(Value::integer(i).bits());
    }
  }
  if (is_exact_double(a)) return base::mix(std::bit_cast<u64>(to_double(a)));
  u64 hash = a.negative();
  for (u64 i = 0; i < a.size(); ++i) hash = base::hash_combine(hash, a.limbs()[i]);
  return hash;
}

}  // namespace lithe::value
