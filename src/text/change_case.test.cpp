// SPDX-License-Identifier: Apache-2.0
#include "text/change_case.hpp"

#include <gtest/gtest.h>

#include "base/utf8.hpp"

namespace lithe::text {
namespace {

struct Patient final : base::Watcher {
  bool is_over() override { return questions-- == 0; }
  u64 questions = ~u64{0};
};

std::string changed(std::string_view text, bool upper) {
  Patient watcher;
  std::string out;
  EXPECT_TRUE(change_case(text, upper, watcher, out));
  return out;
}

TEST(ChangeCase, EveryCodePointGivesUtf8AndIsDoneAfterTheFirstTime) {
  for (u32 c = 0; c <= base::utf8::max_code_point; c++) {
    if (!base::utf8::is_scalar(c)) continue;
    std::string text;
    base::utf8::append(text, c);
    std::string upper = changed(text, true);
    std::string lower = changed(text, false);
    ASSERT_TRUE(base::utf8::is_valid(upper)) << c;
    ASSERT_TRUE(base::utf8::is_valid(lower)) << c;
    ASSERT_LE(upper.size(), 3 * text.size()) << c;
    ASSERT_LE(lower.size(), 3 * text.size()) << c;
    ASSERT_EQ(changed(upper, true), upper) << c;
    ASSERT_EQ(changed(lower, false), lower) << c;
  }
}

TEST(ChangeCase, ASigmaEndsAWordOrNot) {
  EXPECT_EQ(changed("Σ", false), "σ");
  EXPECT_EQ(changed("ΑΣ", false), "ας");
  EXPECT_EQ(changed("ΑΣΑ", false), "ασα");
  EXPECT_EQ(changed("ΑΣ Α", false), "ας α");
  EXPECT_EQ(changed("Α\u0301Σ\u0301", false), "α\u0301ς\u0301");
  EXPECT_EQ(changed("ΑΣ'Α", false), "ασ'α");
  EXPECT_EQ(changed("ΑΣΣ", false), "ασς");
  EXPECT_EQ(changed("1Σ", false), "1σ");
}

TEST(ChangeCase, ManySigmasBeforeALongGapAreQuick) {
  // Each of them would look through all that follows.
  std::string text;
  for (u32 i = 0; i < 20'000; i++) text += "Σ\u0301";
  EXPECT_EQ(changed("Α" + text, false).size(), text.size() + 2);
}

TEST(ChangeCase, StopsWhenAsked) {
  Patient watcher;
  watcher.questions = 3;
  std::string out;
  EXPECT_FALSE(change_case(std::string(1'000'000, 'x'), true, watcher, out));
  EXPECT_LT(out.size(), 20'000u);
}

}  // namespace
}  // namespace lithe::text
