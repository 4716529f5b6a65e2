// SPDX-License-Identifier: Apache-2.0
#include "value/bigint.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>

namespace lithe::value {
namespace {

using Wide = __int128;

Integer parse(std::string_view text, u32 radix = 10) {
  Integer made;
  EXPECT_TRUE(parse_integer(text, radix, made)) << text;
  return made;
}

std::string print(const IntegerView& a, u32 radix = 10) {
  std::string text;
  print_integer(a, radix, text);
  return text;
}

std::string print(const Integer& a) { return print(a.view()); }

Integer from_wide(Wide wide) {
  Integer made;
  EXPECT_TRUE(made.resize(2));
  auto magnitude = static_cast<unsigned __int128>(wide < 0 ? -wide : wide);
  made.limbs()[0] = u64(magnitude);
  made.limbs()[1] = u64(magnitude >> 64);
  made.set_negative(wide < 0);
  made.normalize();
  return made;
}

Wide to_wide(const Integer& a) {
  EXPECT_LE(a.size(), 2u);
  unsigned __int128 magnitude = a.size() > 0 ? a.limbs()[0] : 0;
  if (a.size() > 1) magnitude |= static_cast<unsigned __int128>(a.limbs()[1]) << 64;
  return a.negative() ? -Wide(magnitude) : Wide(magnitude);
}

bool same(const Integer& a, const Integer& b) { return compare(a.view(), b.view()) == 0; }

class Random {
 public:
  u64 bits() { return generator_(); }
  u64 below(u64 n) { return generator_() % n; }

  /// Up to 100 bits, small and round numbers often.
  Wide wide() {
    Wide value = Wide(bits()) << 36 ^ Wide(bits());
    value >>= below(100);
    if (below(4) == 0) value = Wide{1} << below(100);
    value += Wide(below(3)) - 1;
    return below(2) == 0 ? value : -value;
  }

  Integer integer(u64 most_limbs) {
    Integer made;
    EXPECT_TRUE(made.resize(below(most_limbs + 1)));
    for (u64 i = 0; i < made.size(); ++i) {
      // Runs of ones and zeros find carries.
      made.limbs()[i] = below(3) == 0 ? 0 : below(3) == 0 ? ~u64{0} : bits();
    }
    made.set_negative(below(2) == 0);
    made.normalize();
    return made;
  }

 private:
  std::mt19937_64 generator_{20240607};
};

TEST(Bigint, PrintsAndReadsKnownValues) {
  EXPECT_EQ(print(parse("0")), "0");
  EXPECT_EQ(print(parse("-0")), "0");
  EXPECT_EQ(print(parse("-1")), "-1");
  EXPECT_EQ(print(parse("+00042")), "42");
  EXPECT_EQ(print(parse("1_000_000")), "1000000");
  EXPECT_EQ(print(parse("18446744073709551616")), "18446744073709551616");
  EXPECT_EQ(print(parse("ffffffffffffffffffff", 16)), "1208925819614629174706175");
  EXPECT_EQ(print(parse("-Zz", 36)), "-1295");
  EXPECT_EQ(print(parse("340282366920938463463374607431768211456").view(), 16),
            "100000000000000000000000000000000");
  EXPECT_EQ(print(parse("1267650600228229401496703205376").view(), 2).size(), 101u);
}

TEST(Bigint, RefusesWhatIsNoInteger) {
  Integer made;
  for (std::string_view text : {"", "-", "_", "12a", "1.5", "0x10", "--1"}) {
    EXPECT_FALSE(parse_integer(text, 10, made)) << text;
  }
  EXPECT_FALSE(parse_integer("2", 2, made));
}

TEST(Bigint, Factorial) {
  Integer product = parse("1");
  for (i64 i = 2; i <= 30; ++i) {
    Integer next;
    ASSERT_TRUE(multiply(product.view(), IntegerView(i), next));
    product = std::move(next);
  }
  EXPECT_EQ(print(product), "265252859812191058636308480000000");
}

TEST(Bigint, AgreesWithWideIntegers) {
  Random random;
  for (int round = 0; round < 20000; ++round) {
    Wide a = random.wide();
    Wide b = random.wide();
    Integer x = from_wide(a);
    Integer y = from_wide(b);
    Integer out;
    ASSERT_TRUE(add(x.view(), y.view(), out));
    EXPECT_EQ(to_wide(out), a + b);
    ASSERT_TRUE(subtract(x.view(), y.view(), out));
    EXPECT_EQ(to_wide(out), a - b);
    EXPECT_EQ(compare(x.view(), y.view()), a < b ? -1 : a > b);
    for (auto [operation, expected] :
         {std::pair{BitOperation::and_, a & b}, std::pair{BitOperation::or_, a | b},
          std::pair{BitOperation::xor_, a ^ b}}) {
      ASSERT_TRUE(bit_operation(operation, x.view(), y.view(), out));
      EXPECT_EQ(to_wide(out), expected);
    }
    ASSERT_TRUE(bit_not(x.view(), out));
    EXPECT_EQ(to_wide(out), ~a);
    u64 shift = random.below(130);
    ASSERT_TRUE(shift_right(x.view(), shift, out));
    EXPECT_EQ(to_wide(out), shift > 126 ? (a < 0 ? -1 : 0) : a >> shift);
    if (b == 0) continue;
    Integer q;
    Integer r;
    ASSERT_TRUE(divide(x.view(), y.view(), Rounding::truncate, &q, &r));
    EXPECT_EQ(to_wide(q), a / b);
    EXPECT_EQ(to_wide(r), a % b);
    ASSERT_TRUE(divide(x.view(), y.view(), Rounding::floor, &q, &r));
    Wide rest = a % b;
    Wide floor = a / b;
    if (rest != 0 && (rest < 0) != (b < 0)) {
      rest += b;
      --floor;
    }
    EXPECT_EQ(to_wide(q), floor);
    EXPECT_EQ(to_wide(r), rest);
  }
}

TEST(Bigint, LawsHoldForLongNumbers) {
  Random random;
  for (int round = 0; round < 2000; ++round) {
    Integer a = random.integer(40);
    Integer b = random.integer(40);
    Integer product;
    ASSERT_TRUE(multiply(a.view(), b.view(), product));
    Integer again;
    ASSERT_TRUE(multiply(b.view(), a.view(), again));
    EXPECT_TRUE(same(product, again));
    Integer sum;
    Integer back;
    ASSERT_TRUE(add(a.view(), b.view(), sum));
    ASSERT_TRUE(subtract(sum.view(), b.view(), back));
    EXPECT_TRUE(same(back, a));
    std::string text = print(a);
    EXPECT_TRUE(same(parse(text), a)) << text;
    EXPECT_TRUE(same(parse(print(a.view(), 36), 36), a));
    EXPECT_TRUE(same(parse(print(a.view(), 2), 2), a));
    u64 shift = random.below(300);
    Integer shifted;
    ASSERT_TRUE(shift_left(a.view(), shift, shifted));
    ASSERT_TRUE(shift_right(shifted.view(), shift, back));
    EXPECT_TRUE(same(back, a));
    // a xor b xor b = a
    Integer mixed;
    ASSERT_TRUE(bit_operation(BitOperation::xor_, a.view(), b.view(), mixed));
    ASSERT_TRUE(bit_operation(BitOperation::xor_, mixed.view(), b.view(), back));
    EXPECT_TRUE(same(back, a));
    if (b.is_zero()) continue;
    Integer q;
    Integer r;
    ASSERT_TRUE(divide(product.view(), b.view(), Rounding::floor, &q, &r));
    EXPECT_TRUE(same(q, a));
    EXPECT_TRUE(r.is_zero());
    for (Rounding rounding : {Rounding::truncate, Rounding::floor}) {
      ASSERT_TRUE(divide(a.view(), b.view(), rounding, &q, &r));
      Integer whole;
      ASSERT_TRUE(multiply(q.view(), b.view(), whole));
      ASSERT_TRUE(add(whole.view(), r.view(), back));
      EXPECT_TRUE(same(back, a));
      if (!r.is_zero()) {
        EXPECT_EQ(r.negative(), rounding == Rounding::floor ? b.negative() : a.negative());
      }
    }
  }
}

TEST(Bigint, GcdPowerAndRoot) {
  Random random;
  for (int round = 0; round < 300; ++round) {
    Integer a = random.integer(12);
    Integer b = random.integer(12);
    Integer factor = random.integer(3);
    Integer x;
    Integer y;
    ASSERT_TRUE(multiply(a.view(), factor.view(), x));
    ASSERT_TRUE(multiply(b.view(), factor.view(), y));
    Integer divisor;
    ASSERT_TRUE(gcd(x.view(), y.view(), divisor));
    EXPECT_FALSE(divisor.negative());
    if (!divisor.is_zero()) {
      Integer rest;
      ASSERT_TRUE(divide(x.view(), divisor.view(), Rounding::truncate, nullptr, &rest));
      EXPECT_TRUE(rest.is_zero());
      ASSERT_TRUE(divide(y.view(), divisor.view(), Rounding::truncate, nullptr, &rest));
      EXPECT_TRUE(rest.is_zero());
      if (!factor.is_zero()) {
        ASSERT_TRUE(divide(divisor.view(), factor.view(), Rounding::truncate, nullptr, &rest));
        EXPECT_TRUE(rest.is_zero());
      }
    }
    Integer square;
    ASSERT_TRUE(multiply(a.view(), a.view(), square));
    Integer root;
    ASSERT_TRUE(square_root(square.view(), root));
    Integer positive;
    ASSERT_TRUE(a.negative() ? negate(a.view(), positive)
                             : add(a.view(), IntegerView(i64{0}), positive));
    EXPECT_TRUE(same(root, positive));
  }
  Integer out;
  ASSERT_TRUE(power(IntegerView(i64{-3}), 101, out));
  EXPECT_EQ(print(out), "-1546132562196033993109383389296863818106322566003");
  ASSERT_TRUE(power(IntegerView(i64{-1}), (u64{1} << 62) + 1, out));
  EXPECT_EQ(print(out), "-1");
  ASSERT_TRUE(power(IntegerView(i64{0}), 0, out));
  EXPECT_EQ(print(out), "1");
}

TEST(Bigint, PopcountCountsBitsThatDifferFromTheSign) {
  EXPECT_EQ(popcount(IntegerView(i64{0})), 0u);
  EXPECT_EQ(popcount(IntegerView(i64{255})), 8u);
  EXPECT_EQ(popcount(IntegerView(i64{-1})), 0u);
  EXPECT_EQ(popcount(IntegerView(i64{-256})), 8u);
  Random random;
  for (int round = 0; round < 500; ++round) {
    Integer a = random.integer(6);
    Integer inverse;
    ASSERT_TRUE(bit_not(a.view(), inverse));
    EXPECT_EQ(popcount(a.view()), popcount(inverse.view()));
  }
}

TEST(Bigint, RoundsToTheNearestDouble) {
  Random random;
  for (int round = 0; round < 3000; ++round) {
    Integer a = random.integer(18);
    // The C library rounds decimal text correctly.
    EXPECT_EQ(to_double(a.view()), std::strtod(print(a).c_str(), nullptr)) << print(a);
  }
  // Ties go to even.
  EXPECT_EQ(to_double(parse("9007199254740993").view()), 9007199254740992.0);
  EXPECT_EQ(to_double(parse("9007199254740995").view()), 9007199254740996.0);
  EXPECT_EQ(to_double(parse("36893488147419107329").view()), 36893488147419111424.0);
  EXPECT_TRUE(std::isinf(to_double(parse("1" + std::string(309, '0')).view())));
}

TEST(Bigint, RatiosRoundOnce) {
  Random random;
  for (int round = 0; round < 5000; ++round) {
    Wide a = random.wide();
    Wide b = random.wide();
    if (b == 0) continue;
    double got = 0;
    ASSERT_TRUE(ratio_to_double(from_wide(a).view(), from_wide(b).view(), got));
    EXPECT_EQ(got, double(__float128(a) / __float128(b)));
  }
  // Down to the smallest double and below.
  Integer huge;
  ASSERT_TRUE(shift_left(IntegerView(i64{1}), 1074, huge));
  double got = 0;
  ASSERT_TRUE(ratio_to_double(IntegerView(i64{1}), huge.view(), got));
  EXPECT_EQ(got, 5e-324);
  ASSERT_TRUE(shift_left(IntegerView(i64{1}), 1075, huge));
  ASSERT_TRUE(ratio_to_double(IntegerView(i64{1}), huge.view(), got));
  EXPECT_EQ(got, 0.0);  // a tie, to even
  ASSERT_TRUE(ratio_to_double(IntegerView(i64{3}), huge.view(), got));
  EXPECT_EQ(got, 1e-323);  // 1.5 of the smallest: a tie, to even
}

TEST(Bigint, DoublesComeBack) {
  Random random;
  for (int round = 0; round < 3000; ++round) {
    double d = std::ldexp(double(i64(random.bits() >> 11)), int(random.below(900)) - 30);
    d = std::trunc(random.below(2) == 0 ? d : -d);
    Integer a;
    ASSERT_TRUE(from_double(d, a));
    EXPECT_EQ(to_double(a.view()), d);
    EXPECT_TRUE(is_exact_double(a.view()));
    EXPECT_EQ(compare(a.view(), d), 0);
    EXPECT_EQ(compare(a.view(), std::nextafter(d, INFINITY)), -1);
    Integer more;
    ASSERT_TRUE(add(a.view(), IntegerView(i64{1}), more));
    EXPECT_EQ(compare(more.view(), d), 1);
    EXPECT_EQ(compare(a.view(), d + 0.5), d + 0.5 == d ? 0 : -1);
  }
  EXPECT_EQ(compare(IntegerView(i64{5}), INFINITY), -1);
  EXPECT_EQ(compare(IntegerView(i64{5}), -INFINITY), 1);
  EXPECT_EQ(compare(IntegerView(i64{1}), 0.5), 1);
  EXPECT_EQ(compare(IntegerView(i64{-1}), -0.5), -1);
  EXPECT_FALSE(is_exact_double(parse("9007199254740993").view()));
}

TEST(Bigint, RefusesWhatIsTooLargeBeforeItStarts) {
  Integer out;
  EXPECT_FALSE(shift_left(IntegerView(i64{1}), max_limbs * 64, out));
  EXPECT_FALSE(shift_left(IntegerView(i64{1}), ~u64{0}, out));
  EXPECT_FALSE(power(IntegerView(i64{10}), u64{1} << 40, out));
  ASSERT_TRUE(shift_left(IntegerView(i64{1}), max_limbs * 32, out));
  Integer square;
  EXPECT_FALSE(multiply(out.view(), out.view(), square));
}

TEST(Bigint, MillionDigits) {
  std::string digits(1'000'000, '7');
  Integer a = parse(digits);
  EXPECT_EQ(print(a), digits);
}

}  // namespace
}  // namespace lithe::value
