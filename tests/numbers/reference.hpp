// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmp.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

// Arithmetic as the language defines it, worked out a second way: integers by GMP's mpz layer (the
// product uses mpn), floats in a format of 113 bits that is rounded once. Slow and plain.

namespace numbers {

#if defined(__SIZEOF_FLOAT128__)
using Quad = __float128;
#else
using Quad = long double;  // has 113 bits where there is no __float128, as on aarch64
#endif

/// An integer of any size.
class Integer {
 public:
  Integer() { mpz_init(z_); }
  Integer(std::int64_t i) { mpz_init_set_si(z_, i); }
  Integer(const Integer& other) { mpz_init_set(z_, other.z_); }
  Integer(Integer&& other) noexcept {
    mpz_init(z_);
    mpz_swap(z_, other.z_);
  }
  Integer& operator=(Integer other) noexcept {
    mpz_swap(z_, other.z_);
    return *this;
  }
  ~Integer() { mpz_clear(z_); }

  mpz_ptr get() { return z_; }
  mpz_srcptr get() const { return z_; }
  int sign() const { return mpz_sgn(z_); }
  bool fits_i64() const { return mpz_fits_slong_p(z_); }
  std::int64_t as_i64() const { return mpz_get_si(z_); }
  std::string text(int radix = 10) const;

 private:
  mpz_t z_;
};

/// What an operation comes to: nil (no answer), a truth, an integer, a float, a text, or
/// the kind of the error that it raises.
struct Failure {
  std::string_view kind;
};
using Answer = std::variant<std::monostate, bool, Integer, double, std::string, Failure>;

/// An operand: an integer or a float. So are the answers of arithmetic.
inline bool is_float(const Answer& a) { return std::holds_alternative<double>(a); }
inline const Integer& integer(const Answer& a) { return std::get<Integer>(a); }

/// Nearest double, ties to even.
double to_double(const Answer& number);

Answer add(const Answer& a, const Answer& b);
Answer subtract(const Answer& a, const Answer& b);
Answer multiply(const Answer& a, const Answer& b);
Answer divide(const Answer& a, const Answer& b);
Answer modulo(const Answer& a, const Answer& b);
Answer remainder(const Answer& a, const Answer& b);
Answer quotient(const Answer& a, const Answer& b);
Answer negate(const Answer& a);
Answer absolute(const Answer& a);
Answer sign(const Answer& a);
Answer minimum(const Answer& a, const Answer& b);
Answer maximum(const Answer& a, const Answer& b);
Answer square_root(const Answer& a);

enum class Toward { down, up, zero, nearest };
/// The integer that is meant; halves away from zero.
Answer to_integer(const Answer& a, Toward toward);

/// -1, 0 or 1, exactly; 2 if one is NaN.
int compare(const Answer& a, const Answer& b);

// Integers alone.
Answer bit_and(const Answer& a, const Answer& b);
Answer bit_or(const Answer& a, const Answer& b);
Answer bit_xor(const Answer& a, const Answer& b);
Answer bit_not(const Answer& a);
/// `count` is from 0 to a few thousand.
Answer shift_left(const Answer& a, const Answer& count);
Answer shift_right(const Answer& a, const Answer& count);
Answer gcd(const Answer& a, const Answer& b);
Answer lcm(const Answer& a, const Answer& b);
/// `exponent` is from 0 to a few thousand.
Answer power(const Answer& base, const Answer& exponent);
/// Of an integer that is not negative.
Answer popcount(const Answer& a);

}  // namespace numbers
