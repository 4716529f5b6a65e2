// SPDX-License-Identifier: Apache-2.0
#include "value/bigint.hpp"

#include <gmp.h>

#include <algorithm>
#include <bit>
#include <new>
#include <utility>

#include "base/memory_fault.hpp"

namespace lithe::value {

static_assert(sizeof(mp_limb_t) == sizeof(u64) && GMP_NUMB_BITS == 64);

namespace {

mp_limb_t* limbs(Integer& i) { return reinterpret_cast<mp_limb_t*>(i.limbs()); }
const mp_limb_t* limbs(const IntegerView& i) {
  return reinterpret_cast<const mp_limb_t*>(i.limbs());
}

int compare_magnitudes(const IntegerView& a, const IntegerView& b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.is_zero() ? 0 : mpn_cmp(limbs(a), limbs(b), mp_size_t(a.size()));
}

bool copy(const IntegerView& a, bool negative, Integer& out) {
  if (!out.resize(a.size())) return false;
  std::copy_n(a.limbs(), a.size(), out.limbs());
  out.set_negative(negative && !a.is_zero());
  return true;
}

/// |a| + |b| with that sign. Precondition: |a| has at least as many limbs as |b|.
bool add_magnitudes(const IntegerView& a, const IntegerView& b, bool negative, Integer& out) {
  if (b.is_zero()) return copy(a, negative, out);
  if (!out.resize(a.size() + 1)) return false;
  mp_limb_t carry =
      mpn_add(limbs(out), limbs(a), mp_size_t(a.size()), limbs(b), mp_size_t(b.size()));
  out.limbs()[a.size()] = carry;
  out.set_negative(negative);
  out.normalize();
  return true;
}

/// |a| - |b| with that sign. Precondition: |a| >= |b|.
bool subtract_magnitudes(const IntegerView& a, const IntegerView& b, bool negative, Integer& out) {
  if (b.is_zero()) return copy(a, negative, out);
  if (!out.resize(a.size())) return false;
  mpn_sub(limbs(out), limbs(a), mp_size_t(a.size()), limbs(b), mp_size_t(b.size()));
  out.set_negative(negative);
  out.normalize();
  return true;
}

bool add_signed(const IntegerView& a, const IntegerView& b, bool b_negative, Integer& out) {
  if (a.negative() == b_negative) {
    return a.size() >= b.size() ? add_magnitudes(a, b, b_negative, out)
                                : add_magnitudes(b, a, b_negative, out);
  }
  return compare_magnitudes(a, b) >= 0 ? subtract_magnitudes(a, b, a.negative(), out)
                                       : subtract_magnitudes(b, a, b_negative, out);
}

}  // namespace

IntegerView::IntegerView(i64 i)
    : limbs_(&small_), size_(i != 0), negative_(i < 0), small_(i < 0 ? u64{0} - u64(i) : u64(i)) {}

IntegerView::IntegerView(Value v) : IntegerView(v.is_integer() ? v.as_integer() : i64{0}) {
  if (v.is_integer()) return;
  const Object* o = v.as_object();
  LITHE_ASSERT(o->kind() == Kind::bigint);
  limbs_ = o->words();
  size_ = o->size();
  negative_ = o->has_flag(Object::flag_negative);
}

u64 IntegerView::bit_length() const {
  return size_ == 0 ? 0 : size_ * 64 - u64(std::countl_zero(limbs_[size_ - 1]));
}

Integer& Integer::operator=(Integer&& other) noexcept {
  large_ = std::move(other.large_);
  capacity_ = std::exchange(other.capacity_, small_limbs);
  size_ = std::exchange(other.size_, 0);
  negative_ = std::exchange(other.negative_, false);
  if (!large_) std::copy_n(other.small_, size_, small_);
  return *this;
}

bool Integer::resize(u64 size) {
  if (size > max_limbs) return false;
  if (size > capacity_) {
    auto* memory = base::memory_fails() ? nullptr : new (std::nothrow) u64[size];
    if (memory == nullptr) return false;
    large_.reset(memory);
    capacity_ = size;
  }
  size_ = size;
  return true;
}

void Integer::normalize() {
  const u64* at = limbs();
  while (size_ > 0 && at[size_ - 1] == 0) --size_;
  if (size_ == 0) negative_ = false;
}

bool Integer::fits_i64() const {
  if (size_ == 0) return true;
  if (size_ > 1) return false;
  return limbs()[0] <= (u64{1} << 63) - !negative_;
}

i64 Integer::as_i64() const {
  if (size_ == 0) return 0;
  return i64(negative_ ? u64{0} - limbs()[0] : limbs()[0]);
}

bool add(const IntegerView& a, const IntegerView& b, Integer& out) {
  return add_signed(a, b, b.negative(), out);
}

bool subtract(const IntegerView& a, const IntegerView& b, Integer& out) {
  return add_signed(a, b, !b.negative(), out);
}

bool negate(const IntegerView& a, Integer& out) { return copy(a, !a.negative(), out); }

bool multiply(const IntegerView& a, const IntegerView& b, Integer& out) {
  if (a.is_zero() || b.is_zero()) return out.resize(0) && (out.set_negative(false), true);
  if (!out.resize(a.size() + b.size())) return false;
  const IntegerView& longer = a.size() >= b.size() ? a : b;
  const IntegerView& shorter = a.size() >= b.size() ? b : a;
  mpn_mul(limbs(out), limbs(longer), mp_size_t(longer.size()), limbs(shorter),
          mp_size_t(shorter.size()));
  out.set_negative(a.negative() != b.negative());
  out.normalize();
  return true;
}

bool divide(const IntegerView& a, const IntegerView& b, Rounding rounding, Integer* quotient,
            Integer* remainder) {
  LITHE_ASSERT(!b.is_zero());
  Integer q_own;
  Integer r_own;
  Integer& q = quotient != nullptr ? *quotient : q_own;
  Integer& r = remainder != nullptr ? *remainder : r_own;
  bool different_signs = a.negative() != b.negative();
  if (a.size() < b.size()) {
    if (!q.resize(0) || !copy(a, a.negative(), r)) return false;
  } else {
    if (!q.resize(a.size() - b.size() + 1) || !r.resize(b.size())) return false;
    mpn_tdiv_qr(limbs(q), limbs(r), 0, limbs(a), mp_size_t(a.size()), limbs(b),
                mp_size_t(b.size()));
  }
  q.set_negative(different_signs);
  r.set_negative(a.negative());
  q.normalize();
  r.normalize();
  if (rounding == Rounding::truncate || r.is_zero() || !different_signs) return true;
  Integer adjusted;
  if (remainder != nullptr) {
    if (!add(r.view(), b, adjusted)) return false;
    r = std::move(adjusted);
  }
  if (quotient != nullptr) {
    if (!subtract(q.view(), IntegerView(i64{1}), adjusted)) return false;
    q = std::move(adjusted);
  }
  return true;
}

bool gcd(const IntegerView& a, const IntegerView& b, Integer& out) {
  if (a.is_zero()) return copy(b, false, out);
  if (b.is_zero()) return copy(a, false, out);
  // mpn_gcd wants odd operands: the common power of two is taken out first.
  u64 a_zeros = mpn_scan1(limbs(a), 0);
  u64 b_zeros = mpn_scan1(limbs(b), 0);
  Integer x;
  Integer y;
  if (!shift_right(IntegerView(a.limbs(), a.size(), false), a_zeros, x) ||
      !shift_right(IntegerView(b.limbs(), b.size(), false), b_zeros, y)) {
    return false;
  }
  if (compare_magnitudes(x.view(), y.view()) < 0) std::swap(x, y);
  Integer odd;
  if (!odd.resize(y.size())) return false;
  mp_size_t size =
      mpn_gcd(limbs(odd), limbs(x), mp_size_t(x.size()), limbs(y), mp_size_t(y.size()));
  if (!odd.resize(u64(size))) return false;
  return shift_left(odd.view(), std::min(a_zeros, b_zeros), out);
}

bool power(const IntegerView& base, u64 exponent, Integer& out) {
  bool negative = base.negative() && (exponent & 1) != 0;
  bool unit = base.size() == 1 && base.limbs()[0] == 1;
  if (exponent == 0 || unit) {
    Integer one;
    if (!one.resize(1)) return false;
    one.limbs()[0] = 1;
    one.set_negative(negative);
    out = std::move(one);
    return true;
  }
  if (base.is_zero()) return copy(base, false, out);
  u64 bits = base.bit_length() - 1;  // the result has at least bits * exponent of them
  if (bits != 0 && exponent > max_limbs * 64 / bits) return false;
  Integer result;
  Integer next;
  if (!copy(base, false, result)) return false;
  for (int bit = 62 - std::countl_zero(exponent); bit >= 0; --bit) {
    if (!multiply(result.view(), result.view(), next)) return false;
    std::swap(result, next);
    if ((exponent >> bit & 1) == 0) continue;
    if (!multiply(result.view(), IntegerView(base.limbs(), base.size(), false), next)) {
      return false;
    }
    std::swap(result, next);
  }
  result.set_negative(negative);
  out = std::move(result);
  return true;
}

bool square_root(const IntegerView& a, Integer& out) {
  LITHE_ASSERT(!a.negative());
  if (a.is_zero()) return copy(a, false, out);
  if (!out.resize((a.size() + 1) / 2)) return false;
  mpn_sqrtrem(limbs(out), nullptr, limbs(a), mp_size_t(a.size()));
  out.set_negative(false);
  out.normalize();
  return true;
}

int compare(const IntegerView& a, const IntegerView& b) {
  if (a.negative() != b.negative()) return a.negative() ? -1 : 1;
  int magnitudes = compare_magnitudes(a, b);
  magnitudes = magnitudes < 0 ? -1 : magnitudes > 0;
  return a.negative() ? -magnitudes : magnitudes;
}

}  // namespace lithe::value
