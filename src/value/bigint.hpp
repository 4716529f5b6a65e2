// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "value/object.hpp"

// Integers of any size as sign and magnitude: spans of 64-bit limbs, least significant first,
// computed by GMP's mpn layer. Nothing here allocates in a heap: a result goes into an Integer,
// whose size is bounded before it is computed; heap/numbers.hpp makes Values of them.

namespace lithe::value {

/// The largest magnitude that any operation gives, in limbs (2^29 bits): beyond it an operation
/// answers "too large" before it starts. Keeps GMP, which cannot fail, from asking for more
/// than there is.
constexpr u64 max_limbs = u64{1} << 23;

/// An integer operand: an immediate Value, a bigint object or an i64. Points into the heap or
/// into itself: not to be copied, dead at the next collection.
class IntegerView {
 public:
  /// Precondition: v is an immediate integer or a bigint.
  explicit IntegerView(Value v);
  explicit IntegerView(i64 i);
  IntegerView(const u64* limbs, u64 size, bool negative)
      : limbs_(limbs), size_(size), negative_(negative) {}
  IntegerView(const IntegerView&) = delete;
  IntegerView& operator=(const IntegerView&) = delete;

  const u64* limbs() const { return limbs_; }
  u64 size() const { return size_; }  ///< in limbs; 0 for zero; the top limb is not 0
  bool negative() const { return negative_; }
  bool is_zero() const { return size_ == 0; }
  u64 bit_length() const;  ///< of the magnitude

 private:
  const u64* limbs_;
  u64 size_;
  bool negative_;
  u64 small_ = 0;
};

/// An integer that a computation made: owns its limbs, a few of them in place.
class Integer {
 public:
  Integer() = default;
  Integer(Integer&& other) noexcept { *this = static_cast<Integer&&>(other); }
  Integer& operator=(Integer&& other) noexcept;

  u64* limbs() { return large_ ? large_.get() : small_; }
  const u64* limbs() const { return large_ ? large_.get() : small_; }
  u64 size() const { return size_; }
  bool negative() const { return negative_; }
  bool is_zero() const { return size_ == 0; }
  IntegerView view() const { return IntegerView(limbs(), size_, negative_); }
  bool fits_i64() const;
  i64 as_i64() const;  ///< Precondition: fits_i64().

  /// Room for that many limbs, not initialised. False: more than max_limbs, or no memory.
  bool resize(u64 size);
  /// Drops leading zeros; zero is not negative.
  void normalize();
  void set_negative(bool negative) { negative_ = negative; }

 private:
  static constexpr u64 small_limbs = 16;
  std::unique_ptr<u64[]> large_;
  u64 capacity_ = small_limbs;
  u64 size_ = 0;
  bool negative_ = false;
  u64 small_[small_limbs];
};

// Each answers false when the result would have more than max_limbs or there is no memory;
// `out` is then unspecified. `out` may not own the limbs of an operand.
bool add(const IntegerView& a, const IntegerView& b, Integer& out);
bool subtract(const IntegerView& a, const IntegerView& b, Integer& out);
bool multiply(const IntegerView& a, const IntegerView& b, Integer& out);
bool negate(const IntegerView& a, Integer& out);

/// Which way a quotient that is not whole goes; the remainder follows from it.
enum class Rounding : u8 { truncate, floor };
/// Precondition: b is not zero. Either result may be null. truncate: the remainder has the
/// dividend's sign; floor: the divisor's.
bool divide(const IntegerView& a, const IntegerView& b, Rounding rounding, Integer* quotient,
            Integer* remainder);
/// Always positive; gcd(0, 0) is 0.
bool gcd(const IntegerView& a, const IntegerView& b, Integer& out);
/// base to the power `exponent`.
bool power(const IntegerView& base, u64 exponent, Integer& out);
/// The largest integer whose square is not above a. Precondition: a >= 0.
bool square_root(const IntegerView& a, Integer& out);

// Two's complement of unbounded width.
enum class BitOperation : u8 { and_, or_, xor_ };
bool bit_operation(BitOperation operation, const IntegerView& a, const IntegerView& b,
                   Integer& out);
bool bit_not(const IntegerView& a, Integer& out);
bool shift_left(const IntegerView& a, u64 bits, Integer& out);
/// Arithmetic: rounds toward minus infinity.
bool shift_right(const IntegerView& a, u64 bits, Integer& out);
/// How many bits differ from the sign: the ones of a >= 0, the zeros of a < 0.
u64 popcount(const IntegerView& a);

/// -1, 0, 1.
int compare(const IntegerView& a, const IntegerView& b);
/// Exact; the double may be infinite, not NaN.
int compare(const IntegerView& a, double b);

/// Nearest double, ties to even; infinite when too large.
double to_double(const IntegerView& a);
/// Nearest double to a / b, ties to even. Precondition: b is not zero.
bool ratio_to_double(const IntegerView& a, const IntegerView& b, double& out);
/// Precondition: d is finite and whole.
bool from_double(double d, Integer& out);
/// True if some double is exactly a; it is then to_double(a).
bool is_exact_double(const IntegerView& a);

/// Digits of radix 2 to 36, either case, underscores skipped; an optional sign in front. False
/// when there is no digit, another character, or too many.
bool parse_integer(std::string_view digits, u32 radix, Integer& out);
void print_integer(const IntegerView& a, u32 radix, std::string& out);

u64 hash_integer(const IntegerView& a);

}  // namespace lithe::value
