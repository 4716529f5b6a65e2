// SPDX-License-Identifier: Apache-2.0
#include "syntax/formatter.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "syntax/lexer.hpp"
#include "syntax/reader_test_support.hpp"

namespace lithe::syntax {
namespace {

/// Without the white space at their ends.
std::vector<std::string> comments_in(std::string_view text) {
  SourceMap sources;
  TextSource source("t.lt", std::string(text), TextSource::Keep::snippet);
  Lexer lexer(source, sources, true);
  std::vector<std::string> comments;
  for (;;) {
    const Token& token = lexer.next(false);
    if (token.kind == TokenKind::end) return comments;
    if (token.kind != TokenKind::comment) continue;
    comments.emplace_back(token.text.substr(0, token.text.find_last_not_of(" \t\r\n") + 1));
  }
}

std::string formatted(std::string_view text) {
  SourceMap sources;
  auto result = format(text, "t.lt", sources);
  if (!result) return "error: " + result.error().front().message;
  // Formatting again changes nothing.
  auto again = format(*result, "t.lt", sources);
  EXPECT_TRUE(again);
  EXPECT_EQ(*again, *result);
  // Nor does it change what is read.
  EXPECT_EQ(testing_support::read_text(*result), testing_support::read_text(text));
  EXPECT_EQ(comments_in(*result), comments_in(text));
  return *result;
}

TEST(Formatter, BodiesStandTwoDeeper) {
  EXPECT_EQ(formatted("(def f (x)\n(let ((y 1))\n     (+ x y)))"),
            "(def f (x)\n  (let ((y 1))\n    (+ x y)))\n");
  EXPECT_EQ(formatted("(try\n(f)\n(catch e\n(g e)))"), "(try\n  (f)\n  (catch e\n    (g e)))\n");
  EXPECT_EQ(formatted("(let loop ((i 0)\n(n 5))\n(loop i n))"),
            "(let loop ((i 0)\n           (n 5))\n  (loop i n))\n");
}

TEST(Formatter, ArgumentsStandUnderTheFirst) {
  EXPECT_EQ(formatted("(if a\nb\n   c)"), "(if a\n    b\n    c)\n");
  EXPECT_EQ(formatted("(foo\na\nb)"), "(foo\n  a\n  b)\n");
  EXPECT_EQ(formatted("(say (f 1\n2)\n3)"), "(say (f 1\n        2)\n     3)\n");
}

TEST(Formatter, DataAndClausesStandUnderTheirFirstElement) {
  EXPECT_EQ(formatted("[1\n2]"), "[1\n 2]\n");
  EXPECT_EQ(formatted("{:a 1\n:b 2}"), "{:a 1\n :b 2}\n");
  EXPECT_EQ(formatted("'(a b\nc (d\ne))"), "'(a b\n  c (d\n     e))\n");
  EXPECT_EQ(formatted("((f 1)\n2)"), "((f 1)\n 2)\n");
  EXPECT_EQ(formatted("(cond (a\nb)\n(else\nc))"),
            "(cond (a\n       b)\n      (else\n       c))\n");
  EXPECT_EQ(formatted("(match x\n((list a b)\na)\n(_\n2))"),
            "(match x\n  ((list a b)\n   a)\n  (_\n   2))\n");
  EXPECT_EQ(formatted("(def f (a\nb) a)"), "(def f (a\n        b) a)\n");
}

TEST(Formatter, ForAllHasBindingsAndABody) {
  EXPECT_EQ(formatted("(for-all ((x (gen/integer))\n(y z))\n(== x y))"),
            "(for-all ((x (gen/integer))\n          (y z))\n  (== x y))\n");
}

TEST(Formatter, TheValueOfAVariableIsACall) {
  EXPECT_EQ(formatted("(def rules\n(list (list 1)\n(list 2)))"),
            "(def rules\n  (list (list 1)\n        (list 2)))\n");
  EXPECT_EQ(formatted("(def y (foo\n1\n2))"), "(def y (foo\n         1\n         2))\n");
  EXPECT_EQ(formatted("(def y (foo a\nb) ; no body\n)"),
            "(def y (foo a\n            b) ; no body\n  )\n");
  EXPECT_EQ(formatted("(def y (foo a\nb) #;c)"), "(def y (foo a\n            b) #;c)\n");
  EXPECT_EQ(formatted("(def f (foo a\nb) c)"), "(def f (foo a\n        b) c)\n");
  EXPECT_EQ(formatted("(begin (def y (let ((x 1))\nx)) (def f (a\nb) 1))"),
            "(begin (def y (let ((x 1))\n                x)) (def f (a\n"
            "                            b) 1))\n");
}

TEST(Formatter, UsesOfAMacroWithABodyAreIndentedAsBodies) {
  EXPECT_EQ(formatted("(defmacro twice (n . body) `(begin ,@body))\n(twice 1\n(say 2))"),
            "(defmacro twice (n . body) `(begin ,@body))\n(twice 1\n  (say 2))\n");
  EXPECT_EQ(formatted("(defmacro sum (n . parts) `(+ ,@parts))\n(sum 1\n2)"),
            "(defmacro sum (n . parts) `(+ ,@parts))\n(sum 1\n     2)\n");
}

TEST(Formatter, AlignsByColumnsOfAScreen) {
  EXPECT_EQ(formatted("(f \"\u65e5\u672c\" (g 1\n2))"),
            "(f \"\u65e5\u672c\" (g 1\n             2))\n");
  EXPECT_EQ(formatted("(f \"e\u0301\" (g 1\n2))"), "(f \"e\u0301\" (g 1\n          2))\n");
}

TEST(Formatter, WhatCannotBeParametersIsACall) {
  EXPECT_EQ(formatted("(def x (str \"a\"\ny))"), "(def x (str \"a\"\n            y))\n");
  EXPECT_EQ(formatted("(def x (f y\n'z\nw))"), "(def x (f y\n          'z\n          w))\n");
  EXPECT_EQ(formatted("(def x (let ((y 1))\ny))"), "(def x (let ((y 1))\n         y))\n");
  EXPECT_EQ(formatted("(def f (a (b 1) . c\nd) a)"), "(def f (a (b 1) . c\n        d) a)\n");
  EXPECT_EQ(formatted("(def f ((a 1)\nb) a)"), "(def f ((a 1)\n        b) a)\n");
  EXPECT_EQ(formatted("'(def x (f 1\ny))"), "'(def x (f 1\n         y))\n");
}

TEST(Formatter, OneSpaceBetweenElementsAndNoneInBrackets) {
  EXPECT_EQ(formatted("(  a   b(c)\"s\"d )"), "(a b (c) \"s\" d)\n");
  EXPECT_EQ(formatted("' x ,@ ( y )"), "'x ,@(y)\n");
  EXPECT_EQ(formatted("#; (a) b"), "#;(a) b\n");
  EXPECT_EQ(formatted("(a\n  b\n)\n\n\n\n(c)\n\n"), "(a\n  b)\n\n(c)\n");
  EXPECT_EQ(formatted("(\n\na)"), "(\n a)\n");
  EXPECT_EQ(formatted(""), "");
  EXPECT_EQ(formatted("\t(a)\r\n"), "(a)\n");
}

TEST(Formatter, AnUnquotedSymbolThatBeginsWithAtIsNoSplice) {
  EXPECT_EQ(formatted("`(a ,  @b ,\n@c ,@d , e)"), "`(a , @b , @c ,@d ,e)\n");
}

TEST(Formatter, CommentsStay) {
  EXPECT_EQ(formatted("#!/usr/bin/env lithe\n;; top  \n(a)   ; behind\n"),
            "#!/usr/bin/env lithe\n;; top\n(a)   ; behind\n");
  EXPECT_EQ(formatted("(a)\n; x\n\n\n; y\n(b)"), "(a)\n; x\n\n; y\n(b)\n");
  EXPECT_EQ(formatted("(a ; one\n)"), "(a ; one\n  )\n");
  EXPECT_EQ(formatted("(def f (x)\n; inside\nx)"), "(def f (x)\n  ; inside\n  x)\n");
  EXPECT_EQ(formatted("(a #| b\n  c |# d)"), "(a #| b\n  c |# d)\n");
  EXPECT_EQ(formatted("(a ' ; why\nb)"), "(a ' ; why\n   b)\n");
}

TEST(Formatter, StringsStayAsWritten) {
  EXPECT_EQ(formatted("(say \"a\\n\n   b\"\n1)"), "(say \"a\\n\n   b\"\n     1)\n");
}

TEST(Formatter, WhatIsNotWellFormedIsReported) {
  EXPECT_TRUE(formatted("(a").starts_with("error: "));
  EXPECT_TRUE(formatted("(a ]").starts_with("error: "));
}

TEST(Formatter, WhatIsNotUtf8IsReportedInCommentsToo) {
  for (std::string_view text :
       {"#!/bin/\x9E\n(f)", "; \x9E\n(f)", "#| \x9E |# (f)", "(f ; \x9E\n)"}) {
    SourceMap sources;
    auto result = format(text, "test", sources);
    ASSERT_FALSE(result) << text;
    EXPECT_NE(result.error()[0].message.find("UTF-8"), std::string::npos)
        << result.error()[0].message;
  }
}

TEST(Formatter, AnyTextComesOutReadingTheSameAndStaysThen) {
  constexpr std::string_view pieces[] = {"(",   ")",       "[",    "]",     "{",     "}",   "a",
                                         "def", "let",     "cond", "match", "'",     "`",   ",@",
                                         "#;",  "\"s\"",   " ",    "\n",    "; c\n", "1.5", "\n\n",
                                         ":k",  "#| b |#", "x",    "(f ",   "(def ", ") "};
  std::mt19937_64 random(3);
  int well_formed = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (u64 i = random() % 25; i > 0; --i) text += pieces[random() % std::size(pieces)];
    // Closed at its end, most of the time.
    std::string closing;
    for (char c : text) {
      if (c == '(') closing.insert(0, ")");
      if (c == '[') closing.insert(0, "]");
      if (c == '{') closing.insert(0, "}");
      if ((c == ')' || c == ']' || c == '}') && !closing.empty()) closing.erase(0, 1);
    }
    if (!formatted(text + "\n" + closing).starts_with("error: ")) ++well_formed;
    ASSERT_FALSE(HasFailure()) << text;
  }
  EXPECT_GT(well_formed, 1000);
}

TEST(Formatter, IndentOfNextLine) {
  EXPECT_EQ(indent_of_next_line(""), 0u);
  EXPECT_EQ(indent_of_next_line("(f 1)\n"), 0u);
  EXPECT_EQ(indent_of_next_line("(def (f x)\n"), 2u);
  EXPECT_EQ(indent_of_next_line("(let ((a 1)\n"), 6u);
  EXPECT_EQ(indent_of_next_line("(let ((a 1)\n      (b 2))\n"), 2u);
  EXPECT_EQ(indent_of_next_line("(list/map f\n"), 10u);
  EXPECT_EQ(indent_of_next_line("(f (g 1) [2"), 9u + 1u);
  EXPECT_EQ(indent_of_next_line("(say \"unfinished\n"), 0u);
  EXPECT_EQ(indent_of_next_line("(f #| unfinished\n"), 0u);
  EXPECT_EQ(indent_of_next_line(")) (when x ; comment\n"), 2u) << "as if the brackets were gone";
}

/// Whatever is typed, there is an answer: brackets that do not fit, cut code points, all.
TEST(Formatter, IndentOfAnyText) {
  constexpr std::string_view pieces[] = {"(",  ")", "[", "]",  "{",    "}", "'", "let", "\"", " ",
                                         "\n", ";", "#", "#;", "\xC3", "|", ",", "def", "1",  "\\"};
  std::mt19937_64 random(7);
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (u64 i = random() % 12; i > 0; --i) text += pieces[random() % std::size(pieces)];
    // A space may be missing in front of each piece.
    EXPECT_LE(indent_of_next_line(text), 2 * text.size() + 2) << text;
  }
}

}  // namespace
}  // namespace lithe::syntax
