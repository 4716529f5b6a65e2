// SPDX-License-Identifier: Apache-2.0
#include "syntax/number.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

namespace lithe::syntax {
namespace {

/// The number in a form that shows its kind; "-" when it is none, "!" when it is too large.
std::string shown(std::string_view text) {
  auto number = read_number(text);
  if (!number) return number.error() == NumberError::syntax ? "-" : "!";
  switch (number->kind) {
    case Number::Kind::integer:
      return "i" + std::to_string(number->integer);
    case Number::Kind::big_integer:
      return "b" + std::to_string(number->radix) + ":" + number->digits;
    case Number::Kind::float_:
      return "f" + format_float(number->value);
  }
  return "?";
}

TEST(ReadNumber, Integers) {
  EXPECT_EQ(shown("42"), "i42");
  EXPECT_EQ(shown("-17"), "i-17");
  EXPECT_EQ(shown("+5"), "i5");
  EXPECT_EQ(shown("-0"), "i0");
  EXPECT_EQ(shown("007"), "i7");
  EXPECT_EQ(shown("1_000_000"), "i1000000");
  EXPECT_EQ(shown("0xff"), "i255");
  EXPECT_EQ(shown("0xFF_ff"), "i65535");
  EXPECT_EQ(shown("-0x10"), "i-16");
  EXPECT_EQ(shown("0b101"), "i5");
}

TEST(ReadNumber, IntegersAtTheEdgeOf64Bits) {
  EXPECT_EQ(shown("9223372036854775807"), "i9223372036854775807");
  EXPECT_EQ(shown("-9223372036854775808"), "i-9223372036854775808");
  EXPECT_EQ(shown("9223372036854775808"), "b10:9223372036854775808");
  EXPECT_EQ(shown("-9223372036854775809"), "b10:-9223372036854775809");
  EXPECT_EQ(shown("-0x8000000000000000"), "i-9223372036854775808");
  EXPECT_EQ(shown("0x8000000000000000"), "b16:8000000000000000");
  EXPECT_EQ(shown("000_123456789012345678901234567890"), "b10:123456789012345678901234567890");
  EXPECT_EQ(shown("-0x00FFFFFFFFFFFFFFFFFF"), "b16:-ffffffffffffffffff");
  EXPECT_EQ(shown("0b" + std::string(64, '1')), "b2:" + std::string(64, '1'));
}

TEST(ReadNumber, Floats) {
  EXPECT_EQ(shown("3.14"), "f3.14");
  EXPECT_EQ(shown("-2.5"), "f-2.5");
  EXPECT_EQ(shown("1e-9"), "f1e-9");
  EXPECT_EQ(shown("1E+2"), "f100.0");
  EXPECT_EQ(shown(".5"), "f0.5");
  EXPECT_EQ(shown("-.5"), "f-0.5");
  EXPECT_EQ(shown("1."), "f1.0");
  EXPECT_EQ(shown("-0.0"), "f-0.0");
  EXPECT_EQ(shown("1_0.2_5e1_0"), "f102500000000.0");
  EXPECT_EQ(shown("1.7976931348623157e308"), "f1.7976931348623157e308");
  EXPECT_EQ(shown("5e-324"), "f5e-324");
}

TEST(ReadNumber, FloatsOutOfRange) {
  EXPECT_EQ(shown("1e309"), "!");
  EXPECT_EQ(shown("-1e999999999999999999999"), "!");
  EXPECT_EQ(shown(std::string(400, '9') + ".0"), "!");
  EXPECT_EQ(shown("1e-400"), "f0.0");
  EXPECT_EQ(shown("-1e-999999999999999999999"), "f-0.0");
  EXPECT_EQ(shown("0e999999999999999999999"), "f0.0");
  EXPECT_EQ(shown("0." + std::string(400, '0') + "1"), "f0.0");
  EXPECT_EQ(shown("1" + std::string(400, '0') + "e-400"), "f1.0");
}

TEST(ReadNumber, NothingElse) {
  for (const char* text :
       {"",     "+",     "-",      ".",       "...",  "abc",       "1x",  "1_", "_1",  "1__0",
        "1_.0", "1._0",  "0x",     "0xg",     "0x_1", "0b2",       "0o7", "1e", "1e+", "1.2.3",
        "--1",  "+-1",   "-.",     ".e1",     "e1",   "1e1.5",     " 1",  "1 ", "inf", "nan",
        "+inf", "inf.0", "-nan.0", "+inf.00", "0X1",  "1\xC2\xB2", "٣"}) {
    EXPECT_EQ(shown(text), "-") << text;
  }
  EXPECT_EQ(shown(std::string_view("1\0", 2)), "-");
}

TEST(LooksLikeNumber, DecidesByTheBeginning) {
  for (const char* text : {"1", "1x", "-1", "+.5", ".5", "0xzz"}) {
    EXPECT_TRUE(looks_like_number(text)) << text;
  }
  for (const char* text : {"", "+", "-", "...", ".", "-a", "->x", "a1", "-.x", ".-1"}) {
    EXPECT_FALSE(looks_like_number(text)) << text;
  }
}

TEST(FormatFloat, ReadsBackEqual) {
  std::mt19937_64 random(20261120);
  for (int i = 0; i < 200'000; ++i) {
    double value = std::bit_cast<double>(random());
    if (i % 2 == 0) value = double(i64(random() >> 20)) / 1024;
    if (!std::isfinite(value)) continue;
    auto number = read_number(format_float(value));
    ASSERT_TRUE(number) << format_float(value);
    ASSERT_EQ(number->kind, Number::Kind::float_);
    ASSERT_EQ(std::bit_cast<u64>(number->value), std::bit_cast<u64>(value)) << format_float(value);
  }
}

}  // namespace
}  // namespace lithe::syntax
