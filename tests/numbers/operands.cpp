// SPDX-License-Identifier: Apache-2.0
#include "operands.hpp"

#include <bit>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <limits>
#include <string_view>

namespace numbers {

std::uint64_t Random::next() {
  std::uint64_t z = state_ += 0x9E3779B97F4A7C15;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

namespace {

Integer with_sign(Integer magnitude, Random& random) {
  if (random.one_in(2)) mpz_neg(magnitude.get(), magnitude.get());
  return magnitude;
}

/// Of so many bits: random ones, a power of two and what is beside it, or long runs of equal bits.
Integer magnitude(Random& random, std::uint64_t bits) {
  Integer made;
  if (bits == 0) return made;
  switch (random.below(4)) {
    case 0: {
      mpz_setbit(made.get(), bits - 1);
      auto near = std::int64_t(random.below(7)) - 3;
      Integer beside(near);
      mpz_add(made.get(), made.get(), beside.get());
      mpz_abs(made.get(), made.get());
      return made;
    }
    case 1:
      for (std::uint64_t at = 0; at < bits;) {
        std::uint64_t run = 1 + random.below(70);
        bool ones = random.one_in(2);
        for (; run != 0 && at < bits; run--, at++) {
          if (ones) mpz_setbit(made.get(), at);
        }
      }
      return made;
    default:
      for (std::uint64_t at = 0; at < bits; at += 64) {
        Integer word;
        std::uint64_t bits_of_it = random.next();
        mpz_import(word.get(), 1, 1, 8, 0, 0, &bits_of_it);
        mpz_mul_2exp(made.get(), made.get(), 64);
        mpz_ior(made.get(), made.get(), word.get());
      }
      mpz_tdiv_r_2exp(made.get(), made.get(), bits);
      return made;
  }
}

Integer whole(Random& random, std::uint64_t least_bits, std::uint64_t most_bits) {
  return with_sign(magnitude(random, least_bits + random.below(most_bits - least_bits + 1)),
                   random);
}

/// Not beyond the 48 bits of an immediate integer.
Integer immediate(Random& random) {
  constexpr std::int64_t most = (std::int64_t{1} << 47) - 1;
  if (random.one_in(4)) return Integer(std::int64_t(random.below(41)) - 20);
  Integer made = whole(random, 0, 47);
  std::int64_t i = made.as_i64();
  return Integer(i > most ? most : i < -most - 1 ? -most - 1 : i);
}

Integer big(Random& random) {
  if (random.one_in(200)) return whole(random, 400, 5000);
  return whole(random, 60, random.one_in(3) ? 1100 : 260);
}

double special_float(Random& random) {
  using Limits = std::numeric_limits<double>;
  constexpr double table[] = {
      0.0,
      0.5,
      1.0,
      1.5,
      2.5,
      Limits::infinity(),
      Limits::quiet_NaN(),
      0x1p47,
      0x1p48,
      0x1p52,
      0x1p53,
      0x1p62,
      0x1p63,
      0x1p64,
      0x1p-1074,
      1e21,
      1e-7,
      1e22,
      Limits::max(),
      Limits::min(),
      Limits::epsilon(),
      0x1p53 + 2,
      0x1p-52,
      0x1p-53,
      0x1p512,
      0x1p1023,
      0x1.fffffffffffffp-2,
      0x0.fffffffffffffp-1022,
  };
  double d = table[random.below(std::size(table))];
  if (random.one_in(3)) d = std::nextafter(d, random.one_in(2) ? 1e308 : -1e308);
  return random.one_in(2) ? -d : d;
}

double floating(Random& random) {
  switch (random.below(8)) {
    case 0:
    case 1:  // any bits
      return std::bit_cast<double>(random.next());
    case 2:  // subnormal
      return std::bit_cast<double>(random.next() & 0x800F'FFFF'FFFF'FFFF);
    case 3:
      return special_float(random);
    case 4:  // a few digits behind the point
      return double(std::int64_t(random.below(2'000'001)) - 1'000'000) / 1000;
    case 5:  // a whole number, or halves
      return double(std::int64_t(random.next()) >> (1 + random.below(62))) * 0.5;
    default: {  // of the usual sizes
      double fraction = double(random.next() >> 11) * 0x1p-53 + 1;
      double d = std::ldexp(fraction, int(random.below(120)) - 60);
      return random.one_in(2) ? -d : d;
    }
  }
}

/// What stands beside a number, of either kind.
Answer beside(const Answer& a, Random& random) {
  auto near = std::int64_t(random.below(5)) - 2;
  if (is_float(a)) {
    double d = std::get<double>(a);
    if (random.one_in(2)) return std::nextafter(d, double(near) * 1e308);
    return std::isfinite(d) ? to_integer(d, Toward::down) : Answer(d);
  }
  return add(a, Integer(near));
}

bool allows(Range range, const Answer& a) {
  if (range == Range::mixed) return true;
  if (range == Range::floating) return is_float(a);
  if (is_float(a) || range == Range::count) return false;
  constexpr std::int64_t most = (std::int64_t{1} << 47) - 1;
  if (range != Range::immediate) return true;
  return integer(a).fits_i64() && std::abs(integer(a).as_i64()) <= most;
}

// -- Texts ---------------------------------------------------------------------------------------

std::string digits(Random& random, std::uint64_t count, unsigned radix) {
  std::string made;
  char same = "0123456789abcdef"[random.below(radix)];
  bool runs = random.one_in(4);
  for (std::uint64_t i = 0; i < count; i++) {
    made += runs && !random.one_in(8) ? same : "0123456789abcdef"[random.below(radix)];
  }
  return made;
}

std::string with_underscores(const std::string& text, Random& random) {
  std::string made;
  for (size_t i = 0; i < text.size(); i++) {
    if (i != 0 && random.one_in(6)) made += '_';
    made += text[i];
  }
  return made;
}

NumberText integer_text(Random& random) {
  constexpr unsigned radixes[] = {10, 10, 16, 2};
  unsigned radix = radixes[random.below(4)];
  std::string plain = digits(random, 1 + random.below(random.one_in(20) ? 900 : 30), radix);
  Integer value;
  mpz_set_str(value.get(), plain.c_str(), int(radix));
  constexpr std::string_view signs[] = {"", "", "-", "+"};
  std::string text(signs[random.below(4)]);
  if (text == "-") mpz_neg(value.get(), value.get());
  text += radix == 16 ? "0x" : radix == 2 ? "0b" : "";
  text += random.one_in(3) ? with_underscores(plain, random) : plain;
  return {text, value};
}

/// A text that lies exactly in the middle of two floats, or just beside that.
std::string middle_of_two(Random& random) {
  double d = std::fabs(floating(random));
  if (!std::isfinite(d) || d > 1e300) d = 0x1.8p60;
  if (d < 1e-290) d += 1e-290;  // the middle of these is a normal long double
  long double middle = ((long double)d + (long double)std::nextafter(d, INFINITY)) / 2;
  char text[1600];
  std::snprintf(text, sizeof text, "%.1100Le", middle);
  std::string made = text;
  size_t e = made.find('e');
  if (random.one_in(3)) made.insert(e, "1");
  if (random.one_in(3)) made[e - 1 - random.below(20)] = '9';
  return made;
}

NumberText float_text(Random& random) {
  std::string text;
  if (random.one_in(8)) {
    text = middle_of_two(random);
  } else {
    text = digits(random, random.below(25), 10) + "." + digits(random, 1 + random.below(25), 10);
    if (random.one_in(30)) text = digits(random, 300 + random.below(300), 10) + ".5";
    if (random.one_in(2)) {
      text += random.one_in(2) ? "e" : "E";
      text += random.one_in(2) ? "-" : random.one_in(2) ? "+" : "";
      text += std::to_string(random.below(random.one_in(3) ? 340 : 25));
    }
  }
  if (random.one_in(3)) text.insert(0, random.one_in(2) ? "-" : "+");
  double value = std::strtod(text.c_str(), nullptr);
  if (std::isinf(value)) return {text, {}};
  return {text, value};
}

/// A number's text with one letter changed or dropped so that none is left.
NumberText no_number(Random& random) {
  constexpr std::string_view table[] = {
      "",    ".",        "-",    "+",    "e5",   "1e", "1e+", "0x",   "0b2",   "0xg",  "1__0",
      "_1",  "1_",       "1._5", "--1",  "1 ",   " 1", "1,0", "0b",   "1.5.2", "1e5e", "inf",
      "nan", "Infinity", "1f",   "0x1p", "1e1.", "²",  "+-1", "0x-1", "1:",    "1_e5"};
  return {std::string(table[random.below(std::size(table))]), {}};
}

}  // namespace

Answer operand(Random& random, Range range) {
  switch (range) {
    case Range::immediate:
      return immediate(random);
    case Range::wide:
      return whole(random, 40, 70);
    case Range::big:
      return big(random);
    case Range::floating:
      return floating(random);
    case Range::whole:
      return operand(random, Range(random.below(3)));
    case Range::mixed:
      return operand(random, Range(random.below(4)));
    case Range::count:
      return Integer(std::int64_t(random.below(random.one_in(4) ? 201 : 70)));
  }
  std::abort();
}

std::pair<Answer, Answer> operands(Random& random, Range left, Range right) {
  Answer a = operand(random, left);
  Answer b = operand(random, right);
  Answer other = b;
  switch (random.below(8)) {
    case 0:
      other = beside(a, random);
      break;
    case 1:
      other = a;
      break;
    case 2:  // the left one is a multiple of the right one
      if (!is_float(a) && !is_float(b) && right != Range::count) {
        other = multiply(a, b);
        if (allows(left, other)) a = other;
        return {a, b};
      }
      break;
    case 3:
      if (!is_float(a)) other = to_double(a);
      break;
    default:
      break;
  }
  if (allows(right, other)) b = other;
  return {a, b};
}

NumberText number_text(Random& random) {
  if (random.one_in(16)) return no_number(random);
  return random.one_in(2) ? integer_text(random) : float_text(random);
}

}  // namespace numbers
