// SPDX-License-Identifier: Apache-2.0
#include "reference.hpp"

#include <cmath>

namespace numbers {

namespace {

/// The float nearest to m times 2 to the power e, where m has fewer than 113 bits and its lowest
/// bit stands for all that is below it. One rounding: the Quad is exact.
double round_once(Integer m, long e) {
  Quad q = 0;
  Integer rest;
  for (int part = 1; part >= 0; part--) {
    mpz_tdiv_q_2exp(rest.get(), m.get(), mp_bitcnt_t(part) * 56);
    mpz_tdiv_r_2exp(rest.get(), rest.get(), 56);
    q = q * Quad(0x1p56) + Quad(mpz_get_si(rest.get()));
  }
  if (e > 5000) e = 5000;  // far beyond any double, and within a Quad
  if (e < -5000) e = -5000;
  for (; e > 0; e -= e > 60 ? 60 : 1) q *= e > 60 ? Quad(0x1p60) : Quad(2);
  for (; e < 0; e += e < -60 ? 60 : 1) q *= e < -60 ? Quad(0x1p-60) : Quad(0.5);
  return double(q);
}

/// The float nearest to |top| / |bottom| times 2 to the power e, with a sign.
double ratio(const Integer& top, const Integer& bottom, long e, bool negative) {
  // Shift so that the quotient has at least 66 bits: more than a double's and a place for ties.
  long shift = 66 + long(mpz_sizeinbase(bottom.get(), 2)) - long(mpz_sizeinbase(top.get(), 2));
  if (shift < 0) shift = 0;
  Integer scaled, left, q;
  mpz_mul_2exp(scaled.get(), top.get(), mp_bitcnt_t(shift));
  mpz_abs(scaled.get(), scaled.get());
  Integer divisor;
  mpz_abs(divisor.get(), bottom.get());
  mpz_tdiv_qr(q.get(), left.get(), scaled.get(), divisor.get());
  long extra = long(mpz_sizeinbase(q.get(), 2)) - 70;
  bool inexact = left.sign() != 0;
  if (extra > 0) {
    inexact |= mpz_scan1(q.get(), 0) < mp_bitcnt_t(extra);
    mpz_tdiv_q_2exp(q.get(), q.get(), mp_bitcnt_t(extra));
    e += extra;
  }
  if (inexact) mpz_setbit(q.get(), 0);
  double d = round_once(std::move(q), e - shift);
  return negative ? -d : d;
}

/// A finite float as m times 2 to the power e.
void split(double d, Integer& m, long& e) {
  int exponent = 0;
  double fraction = std::frexp(d, &exponent);
  mpz_set_si(m.get(), std::int64_t(std::ldexp(fraction, 53)));
  e = exponent - 53;
}

/// The truncated remainder of two finite floats, b not 0: exact.
double float_remainder(double a, double b) {
  Integer x, y;
  long ex = 0, ey = 0;
  split(a, x, ex);
  split(b, y, ey);
  long e = ex < ey ? ex : ey;
  mpz_mul_2exp(x.get(), x.get(), mp_bitcnt_t(ex - e));
  mpz_mul_2exp(y.get(), y.get(), mp_bitcnt_t(ey - e));
  Integer rest;
  mpz_tdiv_r(rest.get(), x.get(), y.get());
  if (rest.sign() == 0) return std::copysign(0.0, a);
  Integer one = 1;
  return ratio(rest, one, e, rest.sign() < 0);
}

double remainder_of_floats(double a, double b) {
  if (std::isnan(a) || std::isnan(b) || std::isinf(a) || b == 0) return std::nan("");
  return std::isinf(b) ? a : float_remainder(a, b);
}

using Two = void (*)(mpz_ptr, mpz_srcptr, mpz_srcptr);

Answer with(Two operation, const Answer& a, const Answer& b) {
  Integer result;
  operation(result.get(), integer(a).get(), integer(b).get());
  return result;
}

template <class F>
Answer by_kind(const Answer& a, const Answer& b, Two of_integers, F of_floats) {
  if (!is_float(a) && !is_float(b)) return with(of_integers, a, b);
  return double(of_floats(Quad(to_double(a)), Quad(to_double(b))));
}

bool is_zero(const Answer& a) { return !is_float(a) && integer(a).sign() == 0; }
constexpr Failure division_by_zero{"divide-by-zero"};

Answer extreme(const Answer& a, const Answer& b, int wanted) {
  int order = compare(b, a);
  if (order == 2) return std::nan("");
  const Answer& chosen = order == wanted ? b : a;
  return is_float(a) || is_float(b) ? Answer(to_double(chosen)) : chosen;
}

}  // namespace

std::string Integer::text(int radix) const {
  std::string out(mpz_sizeinbase(z_, radix) + 2, '\0');
  mpz_get_str(out.data(), radix, z_);
  out.resize(out.find('\0'));
  return out;
}

double to_double(const Answer& number) {
  if (is_float(number)) return std::get<double>(number);
  const Integer& i = integer(number);
  if (i.sign() == 0) return 0;
  return ratio(i, Integer(1), 0, i.sign() < 0);
}

Answer add(const Answer& a, const Answer& b) {
  return by_kind(a, b, mpz_add, [](Quad x, Quad y) { return x + y; });
}

Answer subtract(const Answer& a, const Answer& b) {
  return by_kind(a, b, mpz_sub, [](Quad x, Quad y) { return x - y; });
}

Answer multiply(const Answer& a, const Answer& b) {
  return by_kind(a, b, mpz_mul, [](Quad x, Quad y) { return x * y; });
}

Answer divide(const Answer& a, const Answer& b) {
  if (!is_float(a) && !is_float(b)) {
    if (is_zero(b)) return division_by_zero;
    if (mpz_divisible_p(integer(a).get(), integer(b).get())) return with(mpz_divexact, a, b);
    return ratio(integer(a), integer(b), 0, integer(a).sign() * integer(b).sign() < 0);
  }
  double x = to_double(a), y = to_double(b);
  // A Quad quotient would be rounded twice, which shows below the normal range.
  if (std::isfinite(x) && std::isfinite(y) && x != 0 && y != 0) {
    Integer top, bottom;
    long e = 0, f = 0;
    split(x, top, e);
    split(y, bottom, f);
    return ratio(top, bottom, e - f, (x < 0) != (y < 0));
  }
  return double(Quad(x) / Quad(y));
}

Answer modulo(const Answer& a, const Answer& b) {
  if (!is_float(a) && !is_float(b)) return is_zero(b) ? division_by_zero : with(mpz_fdiv_r, a, b);
  double y = to_double(b);
  double rest = remainder_of_floats(to_double(a), y);
  if (rest != 0 && (rest < 0) != (y < 0)) rest = double(Quad(rest) + Quad(y));
  return rest == 0 ? std::copysign(0.0, y) : rest;
}

Answer remainder(const Answer& a, const Answer& b) {
  if (!is_float(a) && !is_float(b)) return is_zero(b) ? division_by_zero : with(mpz_tdiv_r, a, b);
  return remainder_of_floats(to_double(a), to_double(b));
}

Answer quotient(const Answer& a, const Answer& b) {
  if (!is_float(a) && !is_float(b)) return is_zero(b) ? division_by_zero : with(mpz_tdiv_q, a, b);
  double q = std::get<double>(divide(to_double(a), to_double(b)));
  if (!std::isfinite(q) || std::fabs(q) >= 0x1p53) return q;
  return std::copysign(double(std::int64_t(q)), q);
}

Answer negate(const Answer& a) {
  if (is_float(a)) return -std::get<double>(a);
  Integer result;
  mpz_neg(result.get(), integer(a).get());
  return result;
}

Answer absolute(const Answer& a) {
  if (is_float(a)) return std::copysign(std::get<double>(a), 1.0);
  return integer(a).sign() < 0 ? negate(a) : a;
}

Answer sign(const Answer& a) {
  if (!is_float(a)) return Integer(integer(a).sign());
  double d = std::get<double>(a);
  if (std::isnan(d)) return d;
  return Integer(d > 0 ? 1 : d < 0 ? -1 : 0);
}

Answer minimum(const Answer& a, const Answer& b) { return extreme(a, b, -1); }
Answer maximum(const Answer& a, const Answer& b) { return extreme(a, b, 1); }

Answer square_root(const Answer& a) {
  double d = to_double(a);
  if (std::isnan(d) || d < 0) return std::nan("");
  if (d == 0 || std::isinf(d)) return d;
  Integer m;
  long e = 0;
  split(d, m, e);
  long shift = 130 + (e & 1);
  mpz_mul_2exp(m.get(), m.get(), mp_bitcnt_t(shift));
  Integer root, rest;
  mpz_sqrtrem(root.get(), rest.get(), m.get());
  if (rest.sign() != 0) mpz_setbit(root.get(), 0);
  return round_once(std::move(root), (e - shift) / 2);
}

Answer to_integer(const Answer& a, Toward toward) {
  if (!is_float(a)) return a;
  double d = std::get<double>(a);
  if (!std::isfinite(d)) return Failure{"type"};
  Integer m;
  long e = 0;
  split(d, m, e);
  if (e >= 0) {
    mpz_mul_2exp(m.get(), m.get(), mp_bitcnt_t(e));
    return m;
  }
  if (e < -1100) e = -1100;  // below one all the same
  auto bits = mp_bitcnt_t(-e);
  if (toward == Toward::nearest) {
    // Half of one is added to the magnitude.
    Integer half;
    mpz_setbit(half.get(), bits - 1);
    if (m.sign() < 0) mpz_neg(half.get(), half.get());
    mpz_add(m.get(), m.get(), half.get());
    toward = Toward::zero;
  }
  Integer result;
  if (toward == Toward::down) mpz_fdiv_q_2exp(result.get(), m.get(), bits);
  if (toward == Toward::up) mpz_cdiv_q_2exp(result.get(), m.get(), bits);
  if (toward == Toward::zero) mpz_tdiv_q_2exp(result.get(), m.get(), bits);
  return result;
}

int compare(const Answer& a, const Answer& b) {
  int order = 0;
  if (is_float(a) && is_float(b)) {
    double x = std::get<double>(a), y = std::get<double>(b);
    if (std::isnan(x) || std::isnan(y)) return 2;
    order = x < y ? -1 : x > y;
  } else if (is_float(a)) {
    order = compare(b, a);
    return order == 2 ? 2 : -order;
  } else if (is_float(b)) {
    double y = std::get<double>(b);
    if (std::isnan(y)) return 2;
    order = std::isinf(y) ? (y < 0 ? 1 : -1) : mpz_cmp_d(integer(a).get(), y);
  } else {
    order = mpz_cmp(integer(a).get(), integer(b).get());
  }
  return order < 0 ? -1 : order > 0;
}

Answer bit_and(const Answer& a, const Answer& b) { return with(mpz_and, a, b); }
Answer bit_or(const Answer& a, const Answer& b) { return with(mpz_ior, a, b); }
Answer bit_xor(const Answer& a, const Answer& b) { return with(mpz_xor, a, b); }
Answer gcd(const Answer& a, const Answer& b) { return with(mpz_gcd, a, b); }
Answer lcm(const Answer& a, const Answer& b) { return with(mpz_lcm, a, b); }

Answer bit_not(const Answer& a) {
  Integer result;
  mpz_com(result.get(), integer(a).get());
  return result;
}

Answer shift_left(const Answer& a, const Answer& count) {
  Integer result;
  mpz_mul_2exp(result.get(), integer(a).get(), mp_bitcnt_t(integer(count).as_i64()));
  return result;
}

Answer shift_right(const Answer& a, const Answer& count) {
  Integer result;
  mpz_fdiv_q_2exp(result.get(), integer(a).get(), mp_bitcnt_t(integer(count).as_i64()));
  return result;
}

Answer power(const Answer& base, const Answer& exponent) {
  Integer result;
  auto times = static_cast<unsigned long>(integer(exponent).as_i64());
  mpz_pow_ui(result.get(), integer(base).get(), times);
  return result;
}

Answer popcount(const Answer& a) { return Integer(std::int64_t(mpz_popcount(integer(a).get()))); }

}  // namespace numbers
