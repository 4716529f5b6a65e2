// SPDX-License-Identifier: Apache-2.0
#include "syntax/diagnostic.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "syntax/source_map.hpp"

namespace lithe::syntax {
namespace {

struct RenderTest : testing::Test {
  SourceMap map;

  std::string rendered(std::string text, u32 line, u32 column, u32 length) {
    u32 id = map.add_file("t.lt", std::make_shared<const std::string>(std::move(text)));
    return render(make_error("type", {id, line, column, length}, "oh"), map);
  }
};

TEST_F(RenderTest, ShowsPlaceLineAndCaret) {
  EXPECT_EQ(rendered("(a)\n(+ 1 \"x\")\n", 2, 6, 3),
            "t.lt:2:6: error: oh\n"
            "(+ 1 \"x\")\n"
            "     ^~~\n");
}

TEST_F(RenderTest, ShowsNotes) {
  u32 id = map.add_file("t.lt", std::make_shared<const std::string>("(a b)"));
  Diagnostic diagnostic = make_error("arity", {id, 1, 2, 1}, "oh");
  diagnostic.severity = Severity::warning;
  diagnostic.notes.push_back({{id, 1, 4, 1}, "here"});
  diagnostic.notes.push_back({{}, "did you mean `c`?"});
  EXPECT_EQ(render(diagnostic, map),
            "t.lt:1:2: warning: oh\n"
            "(a b)\n"
            " ^\n"
            "  note: t.lt:1:4: here\n"
            "  note: did you mean `c`?\n");
}

TEST_F(RenderTest, DoesWithoutPlaceOrText) {
  EXPECT_EQ(render(make_error("io", {}, "oh"), map), "error: oh\n");
  EXPECT_EQ(render(make_error("io", {9, 3, 4, 1}, "oh"), map), "<unknown>:3:4: error: oh\n");
}

TEST_F(RenderTest, ExpandsTabs) {
  EXPECT_EQ(rendered("\t(\tx)", 1, 4, 1),
            "t.lt:1:4: error: oh\n"
            "        (       x)\n"
            "                ^\n");
}

TEST_F(RenderTest, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(rendered("a\x1B[2J\xFF\xE2\x80\xAE z", 1, 9, 1),
            "t.lt:1:9: error: oh\n"
            "a\\x1B[2J\\xFF\\u202E z\n"
            "                   ^\n");
}

TEST_F(RenderTest, CountsColumnsInCodePointsAndCaretsInCells) {
  EXPECT_EQ(rendered("é字x y", 1, 3, 1), "t.lt:1:3: error: oh\né字x y\n   ^\n");
  EXPECT_EQ(rendered("é字x y", 1, 2, 1), "t.lt:1:2: error: oh\né字x y\n ^~\n");
}

TEST_F(RenderTest, StopsTheCaretAtTheLineEnd) {
  EXPECT_EQ(rendered("(a\n b)", 1, 1, 6), "t.lt:1:1: error: oh\n(a\n^~\n");
  EXPECT_EQ(rendered("(a", 1, 3, 1), "t.lt:1:3: error: oh\n(a\n  ^\n");
}

TEST_F(RenderTest, CutsALongLine) {
  std::string text =
      rendered(std::string(1'000'000, 'x') + "!" + std::string(1'000'000, 'y'), 1, 1'000'001, 1);
  EXPECT_LT(text.size(), 700u);
  size_t line = text.find('\n') + 1;
  size_t caret_line = text.find('\n', line) + 1;
  size_t caret = text.find('^', caret_line) - caret_line;
  EXPECT_EQ(text[line + caret], '!');
  EXPECT_EQ(text.substr(line, 4), "...x");
}

TEST(ExcerptForMessage, ShortensAndEscapes) {
  EXPECT_EQ(excerpt_for_message("abc"), "abc");
  EXPECT_EQ(excerpt_for_message("a\nb\xFF"), "a\\x0Ab\\xFF");
  EXPECT_EQ(excerpt_for_message("ééééé", 3), "ééé...");
}

}  // namespace
}  // namespace lithe::syntax
