// SPDX-License-Identifier: Apache-2.0
#include <gmp.h>

#include <algorithm>
#include <utility>

#include "value/bigint.hpp"

namespace lithe::value {

namespace {

mp_limb_t* limbs(Integer& i) { return reinterpret_cast<mp_limb_t*>(i.limbs()); }
const mp_limb_t* limbs(const IntegerView& i) {
  return reinterpret_cast<const mp_limb_t*>(i.limbs());
}

/// Limbs of an integer in two's complement, least significant first, without end.
class TwosComplement {
 public:
  explicit TwosComplement(const IntegerView& a) : a_(a), carry_(a.negative()) {}

  u64 next() {
    u64 limb = at_ < a_.size() ? a_.limbs()[at_] : 0;
    ++at_;
    if (!a_.negative()) return limb;
    limb = ~limb + u64(carry_);
    carry_ = carry_ && limb == 0;
    return limb;
  }

 private:
  const IntegerView& a_;
  u64 at_ = 0;
  bool carry_;
};

u64 apply(BitOperation operation, u64 a, u64 b) {
  switch (operation) {
    case BitOperation::and_:
      return a & b;
    case BitOperation::or_:
      return a | b;
    case BitOperation::xor_:
      return a ^ b;
  }
  LITHE_UNREACHABLE();
}

/// |a| - 1. Precondition: a is not zero.
bool magnitude_less_one(const IntegerView& a, Integer& out) {
  return subtract(IntegerView(a.limbs(), a.size(), false), IntegerView(i64{1}), out);
}

/// |a| shifted right, the bits shifted out dropped.
bool shift_magnitude_right(const IntegerView& a, u64 bits, Integer& out) {
  u64 whole = bits / 64;
  if (whole >= a.size()) return out.resize(0) && (out.set_negative(false), true);
  u64 size = a.size() - whole;
  if (!out.resize(size)) return false;
  if (bits % 64 == 0) {
    std::copy_n(a.limbs() + whole, size, out.limbs());
  } else {
    mpn_rshift(limbs(out), limbs(a) + whole, mp_size_t(size), unsigned(bits % 64));
  }
  out.set_negative(false);
  out.normalize();
  return true;
}

}  // namespace

bool bit_operation(BitOperation operation, const IntegerView& a, const IntegerView& b,
                   Integer& out) {
  u64 size = std::max(a.size(), b.size()) + 1;  // one more for the sign
  if (!out.resize(size)) return false;
  TwosComplement left(a);
  TwosComplement right(b);
  bool negative = apply(operation, a.negative(), b.negative()) != 0;
  bool carry = negative;
  u64* to = out.limbs();
  for (u64 i = 0; i < size; ++i) {
    u64 limb = apply(operation, left.next(), right.next());
    if (negative) {
      limb = ~limb + u64(carry);
      carry = carry && limb == 0;
    }
    to[i] = limb;
  }
  out.set_negative(negative);
  out.normalize();
  return true;
}

bool bit_not(const IntegerView& a, Integer& out) {
  // ~a = -a - 1
  if (a.negative()) return magnitude_less_one(a, out);
  if (!add(a, IntegerView(i64{1}), out)) return false;
  out.set_negative(true);
  return true;
}

bool shift_left(const IntegerView& a, u64 bits, Integer& out) {
  if (a.is_zero()) return out.resize(0) && (out.set_negative(false), true);
  u64 whole = bits / 64;
  if (whole > max_limbs || !out.resize(a.size() + whole + 1)) return false;
  std::fill_n(out.limbs(), whole, u64{0});
  u64* to = out.limbs() + whole;
  if (bits % 64 == 0) {
    std::copy_n(a.limbs(), a.size(), to);
    to[a.size()] = 0;
  } else {
    to[a.size()] =
        mpn_lshift(limbs(out) + whole, limbs(a), mp_size_t(a.size()), unsigned(bits % 64));
  }
  out.set_negative(a.negative());
  out.normalize();
  return true;
}

bool shift_right(const IntegerView& a, u64 bits, Integer& out) {
  if (!a.negative()) return shift_magnitude_right(a, bits, out);
  // Toward minus infinity: -(((|a| - 1) >> bits) + 1).
  Integer less;
  Integer shifted;
  if (!magnitude_less_one(a, less) || !shift_magnitude_right(less.view(), bits, shifted) ||
      !add(shifted.view(), IntegerView(i64{1}), out)) {
    return false;
  }
  out.set_negative(true);
  return true;
}

u64 popcount(const IntegerView& a) {
  if (a.is_zero()) return 0;
  if (!a.negative()) return mpn_popcount(limbs(a), mp_size_t(a.size()));
  // The zeros of a negative number are the ones of |a| - 1: the trailing zeros of |a| turn into
  // ones and its lowest one goes.
  return mpn_popcount(limbs(a), mp_size_t(a.size())) - 1 + mpn_scan1(limbs(a), 0);
}

}  // namespace lithe::value
