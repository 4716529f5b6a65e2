// SPDX-License-Identifier: Apache-2.0
// What is wrong with a text, where, and what is read after it.
#include <gtest/gtest.h>

#include "syntax/reader.hpp"
#include "syntax/reader_test_support.hpp"

namespace lithe::syntax {
namespace {

using testing_support::read;
using testing_support::read_in_pieces;
using testing_support::read_text;

TEST(ReaderErrors, Numbers) {
  EXPECT_EQ(read("(a 1x b)\nc"), "error 1:4+2 `1x` is not a number\nc");
  EXPECT_EQ(read("1+"), "error 1:1+2 `1+` is not a number");
  EXPECT_EQ(read("1e999"), "error 1:1+5 `1e999` is too large for a float");
  EXPECT_EQ(read(std::string(100, '1') + "z"),
            "error 1:1+101 `" + std::string(40, '1') + "...` is not a number");
}

TEST(ReaderErrors, Names) {
  EXPECT_EQ(read(": a"), "error 1:1+1 a keyword needs a name after its colon\na");
  EXPECT_EQ(read("#foo a"),
            "error 1:1+4 no datum begins like `#foo`; a comment begins with `;`\na");
  EXPECT_EQ(read("#‹function›"), "error 1:1+11 no datum begins like `#‹function›`");
  EXPECT_EQ(read("|# a"), "error 1:1+2 `|#` closes no comment\na");
  EXPECT_EQ(read(std::string(65'535, 'x')).size(), 65'535u);
  EXPECT_EQ(read(std::string(65'536, 'x')), "error 1:1+65536 this name is longer than 65535 bytes");
}

TEST(ReaderErrors, Strings) {
  EXPECT_EQ(read("(a \"x\\q\") b"), "error 1:6+2 unknown escape \\q in a string\nb");
  EXPECT_EQ(read("\"\n\\u{D800}\" b"), "error 2:1+8 \\u{D800} is a surrogate, not a character\nb");
  EXPECT_EQ(read("(a \"b)\n c"), "error 1:4+1 this string is never closed");
  EXPECT_EQ(read("\"\\"), "error 1:1+1 this string is never closed");
}

TEST(ReaderErrors, AnOpenStringEndsBeforeTheNextForm) {
  EXPECT_EQ(
      read_text("(a)\n(b \"c)\n(d)\n\n(e)\n"),
      (std::vector<std::string>{"(a)", "error 2:4+1 this string is never closed", "(d)", "(e)"}));
  EXPECT_EQ(read("(a)\n(b \"c)\n(d)\n"), "(a)\nerror 2:4+1 this string is never closed\n(d)");
  std::string many;
  for (int i = 0; i < 100; ++i) many += "(\\\"\n";
  EXPECT_EQ(read_text(many).size(), 17u);
}

TEST(ReaderErrors, Encoding) {
  EXPECT_EQ(read("ab\xFF (c)"), "error 1:3+1 invalid UTF-8: byte \"\\xFF\"\n(c)");
  EXPECT_EQ(read("(\"é\n字\xC3\" x) y"), "error 2:2+1 invalid UTF-8: byte \"\\xC3\"\ny");
  EXPECT_EQ(read("(\"é\xC3\") y"), "error 1:4+1 invalid UTF-8: byte \"\\xC3\"\ny");
  EXPECT_EQ(read("; \xFF\n#| \xFF |#a"), "a");
  EXPECT_EQ(read(std::string_view("a\0b c", 5)), "error 1:2+1 a NUL byte in the program text\nc");
  EXPECT_EQ(read("a\x01"), "error 1:2+1 control character \\x01 in the program text");
  EXPECT_EQ(read("(a \x7F b)"), "error 1:4+1 control character \\x7F in the program text");
  EXPECT_EQ(read(std::string_view("\"a\0b\"", 5)), "\"a\\0b\"");
}

TEST(ReaderErrors, ClosingBrackets) {
  EXPECT_EQ(read(")"), "error 1:1+1 `)` closes nothing");
  EXPECT_EQ(read("(a)) ) ] b )\n)"),
            "(a)\nerror 1:4+1 `)` closes nothing\nb\nerror 1:12+1 `)` closes nothing\n"
            "error 2:1+1 `)` closes nothing");
  EXPECT_EQ(read("(a [b) c) d"), "error 1:6+1 `)` cannot close `[` | 1:4+1 `[` was opened here\nd");
  EXPECT_EQ(read("{a (b} c) d"), "error 1:6+1 `}` cannot close `(` | 1:4+1 `(` was opened here\nd");
}

TEST(ReaderErrors, AfterAnErrorABracketInColumn1BeginsTheNextForm) {
  EXPECT_EQ(read("(a [b)\n\n(c)\n(d)"),
            "error 1:6+1 `)` cannot close `[` | 1:4+1 `[` was opened here\n(c)\n(d)");
  EXPECT_EQ(read("(a\n(b)\n(c))"), "(a (b) (c))");
}

TEST(ReaderErrors, Maps) {
  EXPECT_EQ(read("({:a 1 :b} 2) c"),
            "error 1:8+2 this key of a map has no value | 1:2+1 the map begins here\nc");
  EXPECT_EQ(read("{:a #;1}"),
            "error 1:2+2 this key of a map has no value | 1:1+1 the map begins here");
}

TEST(ReaderErrors, Prefixes) {
  EXPECT_EQ(read("(a ') b"),
            "error 1:4+1 nothing follows `'`; a string stands in double quotes\nb");
  EXPECT_EQ(read("(a ,@) b"), "error 1:4+2 nothing follows `,@`\nb");
  EXPECT_EQ(read("(a #;) b"), "error 1:4+2 nothing follows `#;`\nb");
  EXPECT_EQ(read("') b"), "error 1:1+1 nothing follows `'`; a string stands in double quotes\nb");
  EXPECT_EQ(read("a `"), "a\nerror 1:3+1 nothing follows ```");
  EXPECT_EQ(read("#;"), "error 1:1+2 nothing follows `#;`");
  EXPECT_EQ(read(","), "error 1:1+1 nothing follows `,`");
}

TEST(ReaderErrors, OpenForms) {
  EXPECT_EQ(read("("), "error 1:1+1 `(` is never closed");
  EXPECT_EQ(read("a (b [c"), "a\nerror 1:6+1 `[` is never closed | 1:3+1 the form begins here");
  EXPECT_EQ(read("(a 1x"), "error 1:4+2 `1x` is not a number");
  EXPECT_EQ(read("a #| b #| |#"), "a\nerror 1:3+2 this comment is never closed");
}

TEST(ReaderErrors, AnOpenFormCostsNoOther) {
  EXPECT_EQ(read("(a)\n(b (c)\n(d 1)\n\n(e)\n"),
            "(a)\nerror 2:1+1 `(` is never closed\n(d 1)\n(e)");
  EXPECT_EQ(read("(b (c [d)]\n(e)\n[f]\n g (h)"),
            "error 1:9+1 `)` cannot close `[` | 1:7+1 `[` was opened here\n(e)\n[f]\ng\n(h)");
  EXPECT_EQ(read("(a (b\n(c)\n(d [e\n(f)\n'(g)\n"),
            "error 1:4+1 `(` is never closed | 1:1+1 the form begins here\n(c)\n"
            "error 3:4+1 `[` is never closed | 3:1+1 the form begins here\n(f)");
}

TEST(ReaderErrors, NestingOf10000IsTheLimit) {
  auto nested = [](size_t depth, const char* open, const char* close, const char* between = "") {
    std::string text;
    for (size_t i = 0; i < depth; ++i) (text += open) += between;
    text += "x";
    for (size_t i = 0; i < depth; ++i) text += close;
    return text;
  };
  EXPECT_EQ(read_text(nested(10'000, "(", ")"))[0].size(), 20'001u);
  std::vector<std::string> refused{
      "error 1:10001+1 nesting deeper than 10,000 | 1:1+1 the form begins here", "y"};
  EXPECT_EQ(read_text(nested(10'001, "(", ")") + " y"), refused);
  EXPECT_EQ(read_text(nested(10'001, "'", "") + " y"), refused);
  EXPECT_EQ(read_text(nested(1'000'000, "{", "}") + " y"), refused);
  EXPECT_EQ(read_in_pieces(nested(100'000, "[", "]") + " y", 1000), refused);
  refused[0] = "error 10001:1+1 nesting deeper than 10,000 | 1:1+1 the form begins here";
  EXPECT_EQ(read_text(nested(1'000'000, "(", ")", "\n") + " y"), refused);
  refused.pop_back();
  EXPECT_EQ(read_text(nested(1'000'000, "(", "", "\n")), refused);
}

TEST(ReaderErrors, AFormTooDeepIsLeftWhateverIsInIt) {
  std::string deep(20'000, '(');
  std::string inside = " \")\" 1x \"\\q\" #|)|# ; )\n '(] #;) \xFF ";
  auto all = read_text(deep + inside + std::string(20'000 - 1, ')') + " y");
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[1], "y");
}

TEST(ReaderErrors, TokensOver64MiB) {
  std::string huge((size_t{64} << 20) + 100, '7');
  for (const std::string& text : {huge + " y", "\"" + huge + "\" y", "(" + huge + ") y"}) {
    auto all = read_text(text);
    ASSERT_EQ(all.size(), 2u);
    EXPECT_NE(all[0].find("this token is longer than 64 MiB"), std::string::npos);
    EXPECT_EQ(all[1], "y");
    EXPECT_EQ(read_in_pieces(text, 1 << 20), all);
  }
  EXPECT_EQ(read_text("; " + huge + "\ny"), std::vector<std::string>{"y"});
}

TEST(ReaderErrors, AFailingSourceEndsTheText) {
  base::NameTable names;
  SourceMap map;
  FdSource source("gone", -1, FdSource::Close::no);
  Reader reader(names, map, source);
  auto result = reader.next();
  ASSERT_TRUE(result && !*result);
  EXPECT_EQ(result->error().kind, "io");
  EXPECT_EQ(result->error().message, "cannot read gone: Bad file descriptor");
  EXPECT_FALSE(reader.next());
}

TEST(ReaderErrors, HaveTheKindReadError) {
  base::NameTable names;
  SourceMap map;
  TextSource source("t.lt", "(a 1x)", TextSource::Keep::file);
  Reader reader(names, map, source);
  auto result = reader.next();
  EXPECT_EQ(result->error().kind, "read-error");
  EXPECT_EQ(render(result->error(), map), "t.lt:1:4: error: `1x` is not a number\n(a 1x)\n   ^~\n");
}

TEST(ReaderErrors, GarbageIsReadToItsEnd) {
  u64 state = 42;
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (int i = 0; i < 200; ++i) {
      state = state * 6364136223846793005 + 1442695040888963407;
      text += round % 2 ? char(state >> 56) : "()[]{}\"'`,;#|\\\n a1.\xC3"[(state >> 56) % 21];
    }
    EXPECT_EQ(read_in_pieces(text, 3), read_text(text));
  }
}

}  // namespace
}  // namespace lithe::syntax
