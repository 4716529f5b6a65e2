// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"

#include <gtest/gtest.h>

namespace lithe::base::utf8 {
namespace {

TEST(Utf8, EveryScalarValueGoesThereAndBack) {
  for (u32 c = 0; c <= max_code_point; ++c) {
    if (!is_scalar(c)) continue;
    std::string text;
    append(text, c);
    Decoded d = decode(text);
    ASSERT_EQ(d.code_point, c);
    ASSERT_EQ(d.size, text.size());
    ASSERT_EQ(count(text), 1u);
  }
}

TEST(Utf8, RefusesWhatIsNotUtf8) {
  for (std::string_view bad :
       {"\x80", "\xC0\xAF", "\xC1\x81", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF0\x80\x80\x80",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xE2\x82", "\xE2\x28\xA1", ""}) {
    EXPECT_EQ(decode(bad).size, 0u);
  }
}

TEST(Utf8, ValidateAnswersTheFirstBadOffset) {
  EXPECT_EQ(validate("plain and long enough for words"), 31u);
  EXPECT_EQ(validate("0123456789\xC3\xA9 then \xFF!"), 18u);
  EXPECT_TRUE(is_valid("‹fib›"));
  EXPECT_TRUE(is_ascii("0123456789"));
  EXPECT_FALSE(is_ascii("0123456789é"));
  EXPECT_FALSE(is_ascii("é0123456789"));
}

TEST(Utf8, CountsAndFindsCodePoints) {
  std::string_view text = "aé€😀 and eight more";
  EXPECT_EQ(count(text), 19u);
  EXPECT_EQ(offset_of(text, 0), 0u);
  EXPECT_EQ(offset_of(text, 2), 3u);
  EXPECT_EQ(offset_of(text, 4), 10u);
  EXPECT_EQ(offset_of(text, 100), text.size());
  for (size_t i = 0; i < 19; ++i) {
    EXPECT_EQ(count(text.substr(0, offset_of(text, i))), i);
    EXPECT_FALSE(is_continuation(text[offset_of(text, i)]));
  }
}

TEST(Utf8, RepairsWhatIsBroken) {
  EXPECT_EQ(repaired(""), "");
  EXPECT_EQ(repaired("aä"), "aä");
  EXPECT_EQ(repaired("a\xFF"
                     "b"),
            "a\uFFFD"
            "b");
  EXPECT_EQ(repaired("\xC3"), "\uFFFD");
  EXPECT_EQ(repaired("\xE2\x82x\xFF"), "\uFFFD\uFFFDx\uFFFD");
}

}  // namespace
}  // namespace lithe::base::utf8
