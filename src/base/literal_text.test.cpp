// SPDX-License-Identifier: Apache-2.0
#include "base/literal_text.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace lithe::base {
namespace {

std::string float_text(double value) {
  std::string out;
  append_float(value, out);
  return out;
}

TEST(AppendFloat, IsShortestAndAlwaysAFloat) {
  EXPECT_EQ(float_text(0.1), "0.1");
  EXPECT_EQ(float_text(1), "1.0");
  EXPECT_EQ(float_text(-120), "-120.0");
  EXPECT_EQ(float_text(0.000001), "0.000001");
  EXPECT_EQ(float_text(0.00000123), "0.00000123");
  EXPECT_EQ(float_text(0.0000001), "1e-7");
  EXPECT_EQ(float_text(9.5e-7), "9.5e-7");
  EXPECT_EQ(float_text(1e20), "100000000000000000000.0");
  EXPECT_EQ(float_text(123456789012345680000.0), "123456789012345680000.0");
  EXPECT_EQ(float_text(1e21), "1e21");
  EXPECT_EQ(float_text(-1.5e300), "-1.5e300");
  EXPECT_EQ(float_text(-0.0), "-0.0");
  EXPECT_EQ(float_text(std::numeric_limits<double>::infinity()), "+inf.0");
  EXPECT_EQ(float_text(-std::numeric_limits<double>::infinity()), "-inf.0");
  EXPECT_EQ(float_text(std::nan("")), "+nan.0");
}

TEST(AppendStringLiteral, EscapesQuotesBackslashesAndControls) {
  std::string out;
  append_string_literal(std::string_view("a\"\\\n\t\r\0\x1B\x01\x7Fé", 12), out);
  EXPECT_EQ(out, "\"a\\\"\\\\\\n\\t\\r\\0\\u{1b}\\u{1}\\u{7f}é\"");
}

}  // namespace
}  // namespace lithe::base
