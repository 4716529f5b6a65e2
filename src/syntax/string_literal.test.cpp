// SPDX-License-Identifier: Apache-2.0
#include "syntax/string_literal.hpp"

#include <gtest/gtest.h>

namespace lithe::syntax {
namespace {

std::string decoded(std::string_view raw) {
  std::string out;
  auto error = decode_string(raw, {1, 1, 1, 1}, out);
  return error ? "error: " + error->message : out;
}

TEST(DecodeString, KnowsTheEscapes) {
  EXPECT_EQ(decoded("a\\nb\\tc\\rd\\\\e\\\"f"), "a\nb\tc\rd\\e\"f");
  EXPECT_EQ(decoded("\\0"), std::string(1, '\0'));
  EXPECT_EQ(decoded("\\u{41}\\u{e9}\\u{1F600}\\u{10FFFF}"), "Aé😀\U0010FFFF");
  EXPECT_EQ(decoded("\\u{00000041}"), "A");
}

TEST(DecodeString, RefusesOthers) {
  EXPECT_EQ(decoded("\\q"), "error: unknown escape \\q in a string");
  EXPECT_EQ(decoded("\\é"), "error: unknown escape \\é in a string");
  EXPECT_EQ(decoded("\\\n"), "error: a backslash at the end of a line means nothing in a string");
  EXPECT_EQ(decoded("\\u41"), "error: \\u needs a code point in braces, as in \\u{1F600}");
  EXPECT_EQ(decoded("\\u{41"), "error: \\u needs a code point in braces, as in \\u{1F600}");
  EXPECT_EQ(decoded("\\u"), "error: \\u needs a code point in braces, as in \\u{1F600}");
  EXPECT_EQ(decoded("\\u{}"), "error: \\u{} is not a code point in hexadecimal digits");
  EXPECT_EQ(decoded("\\u{-1}"), "error: \\u{-1} is not a code point in hexadecimal digits");
  EXPECT_EQ(decoded("\\u{D800}"), "error: \\u{D800} is a surrogate, not a character");
  EXPECT_EQ(decoded("\\u{110000}"), "error: \\u{110000} is above 10FFFF, the last code point");
}

TEST(DecodeString, PlacesTheError) {
  std::string out;
  auto error = decode_string("éa\\q", {7, 3, 10, 6}, out);
  EXPECT_EQ(error->place, (Span{7, 3, 13, 2}));
  error = decode_string("é\n\nab\\u{zz}", {7, 3, 10, 6}, out);
  EXPECT_EQ(error->place, (Span{7, 5, 3, 6}));
}

}  // namespace
}  // namespace lithe::syntax
