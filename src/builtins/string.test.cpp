// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "builtins/harness.test.hpp"

namespace lithe::builtins {
namespace {

TEST(String, LengthAndPartsCountCodePoints) {
  expect_all({
      {"(string/length \"häß😀\")", "4"},
      {"(string/slice \"häß😀x\" 1 4)", "\"äß😀\""},
      {"(string/slice \"hello\" 2)", "\"llo\""},
      {"(string/slice \"hello\" 5)", "\"\""},
      {"(string/substring \"hello\" 1 3)", "\"el\""},
      {"(string/char-at \"häß\" 1)", "\"ä\""},
      {"(string/char-code \"😀\")", "128512"},
      {"(string/char-code \"ab\" 1)", "98"},
      {"(string/from-char-code 104 228 128512)", "\"hä😀\""},
      {"(string/chars \"hä😀\")", "(\"h\" \"ä\" \"😀\")"},
      {"(string/reverse \"hä😀\")", "\"😀äh\""},
      {"(get \"hä\" 1)", "\"ä\""},
      {"(length \"hä\")", "2"},
  });
}

TEST(String, PartsThatAreNotThere) {
  expect_all({
      {"(string/slice \"abc\" 4)",
       "error :index string/slice: argument 2 must be from 0 to the length 3, got 4"},
      {"(string/slice \"abc\" 2 1)",
       "error :index string/slice: argument 3 must be from 2 to the length 3, got 1"},
      {"(string/slice \"abc\" -1)",
       "error :index string/slice: argument 2 must be from 0 to the length 3, got -1"},
      {"(string/char-at \"abc\" 3)",
       "error :index string/char-at: argument 2 must be an index below the length 3, got 3"},
      {"(string/char-code \"\")",
       "error :type string/char-code: argument 1 must be a string that is not empty, got \"\""},
      {"(string/from-char-code 55296)",
       "error :type string/from-char-code: argument 1 must be a Unicode code point, got 55296"},
      {"(string/length :a)", "error :type string/length: argument 1 must be a string, got :a"},
  });
}

TEST(String, PuttingTogether) {
  expect_all({
      {"(string/concat)", "\"\""},
      {"(string/concat \"a\" \"\" \"bc\")", "\"abc\""},
      {"(str \"a\" 1 :k \"b\" nil (\"c\"))", "\"a1:kbnil(\\\"c\\\")\""},
      {"(str)", "\"\""},
      {"(string/repeat \"ab\" 3)", "\"ababab\""},
      {"(string/repeat \"\" 1000000000000)", "\"\""},
      {"(string/repeat \"ab\" 1000000000000)",
       "error :out-of-memory string/repeat: not enough memory for the result"},
      {"(string/length (string/repeat \"0123456789\" 100))", "1000"},
      {"(string/pad-start \"7\" 3)", "\"  7\""},
      {"(string/pad-start \"7\" 6 \"äb\")", "\"äbäbä7\""},
      {"(string/pad-end \"7\" 3 \".\")", "\"7..\""},
      {"(string/pad-end \"long\" 3)", "\"long\""},
      {"(string/pad-end \"a\" 3 \"\")",
       "error :value string/pad-end: argument 3 must not be empty"},
      {"(string/pad-start \"a\" 1000000000000)",
       "error :out-of-memory string/pad-start: not enough memory for the result"},
      {"(string/join (\"a\" \"b\" \"c\") \", \")", "\"a, b, c\""},
      {"(string/join (\"a\" \"b\"))", "\"ab\""},
      {"(string/join () \"x\")", "\"\""},
      {"(string/join (\"a\" 1) \"\")",
       "error :type string/join: argument 1 must be a list of strings, got 1 at index 1"},
      {"(string/concat \"a\" 1)", "error :type string/concat: argument 2 must be a string, got 1"},
  });
}

TEST(String, TakingApart) {
  expect_all({
      {"(string/split \"a,b,,c\" \",\")", "(\"a\" \"b\" \"\" \"c\")"},
      {"(string/split \"\" \",\")", "(\"\")"},
      {"(string/split \"aaa\" \"aa\")", "(\"\" \"a\")"},
      {"(string/split \"hä\" \"\")", "(\"h\" \"ä\")"},
      {"(string/split \"a--b\" \"--\")", "(\"a\" \"b\")"},
      {"(string/lines \"a\\nb\\r\\n\\nc\")", "(\"a\" \"b\" \"\" \"c\")"},
      {"(string/lines \"a\\n\")", "(\"a\")"},
      {"(string/lines \"\")", "()"},
      {"(string/trim \" \\t a b\\n\")", "\"a b\""},
      {"(string/trim-start \"\\u{3000} a \")", "\"a \""},
      {"(string/trim-end \" a\\u{A0}\")", "\" a\""},
      {"(string/trim \"  \")", "\"\""},
  });
}

TEST(String, SearchingAndReplacing) {
  expect_all({
      {"(string/index-of \"häcäb\" \"äb\")", "3"},
      {"(string/index-of \"abcabc\" \"c\" 3)", "5"},
      {"(string/index-of \"abc\" \"x\")", "nil"},
      {"(string/index-of \"abc\" \"\")", "0"},
      {"(string/last-index-of \"abcabc\" \"bc\")", "4"},
      {"(string/last-index-of \"abc\" \"x\")", "nil"},
      {"(string/includes? \"hello\" \"ell\")", "true"},
      {"(string/starts-with? \"hello\" \"he\")", "true"},
      {"(string/ends-with? \"hello\" \"lo\")", "true"},
      {"(string/ends-with? \"lo\" \"hello\")", "false"},
      {"(string/replace \"aXbXc\" \"X\" \"--\")", "\"a--bXc\""},
      {"(string/replace-all \"aXbXc\" \"X\" \"--\")", "\"a--b--c\""},
      {"(string/replace-all \"aaa\" \"aa\" \"b\")", "\"ba\""},
      {"(string/replace-all \"abc\" \"x\" \"y\")", "\"abc\""},
      {"(string/replace \"abc\" \"\" \"y\")",
       "error :value string/replace: argument 2 must not be empty"},
  });
}

TEST(String, SearchIsLinearForAnyText) {
  Harness harness;
  // Half a million squared would take minutes.
  std::string half = "(string/repeat \"a\" 500000)";
  EXPECT_EQ(harness.run("(string/index-of (string/repeat \"a\" 1000000) (string/concat " + half +
                        " \"b\"))"),
            "nil");
  EXPECT_EQ(
      harness.run("(string/last-index-of (string/repeat \"a\" 1000000) (string/concat \"b\" " +
                  half + "))"),
      "nil");
  EXPECT_EQ(harness.run(
                "(string/last-index-of (string/repeat \"ab\" 500000) (string/repeat \"ab\" 1000))"),
            "998000");
}

TEST(String, NumbersAndSymbols) {
  expect_all({
      {"(string/->number \"42\")", "42"},
      {"(string/->number \"0xff\")", "255"},
      {"(string/->number \"-1_000\")", "-1000"},
      {"(string/->number \".5\")", "0.5"},
      {"(string/->number \"1e-9\")", "1e-9"},
      {"(string/->number \"123456789012345678901234567890\")", "123456789012345678901234567890"},
      {"(string/->number \"0xffffffffffffffffffff\")", "1208925819614629174706175"},
      {"(string/->number \" 42\")", "nil"},
      {"(string/->number \"1x\")", "nil"},
      {"(string/->number \"\")", "nil"},
      {"(string/->symbol \"abc\")", "abc"},
      {"(symbol/name abc)", "\"abc\""},
      {"(keyword/name :abc)", "\"abc\""},
      {"(symbol/name :abc)", "error :type symbol/name: argument 1 must be a symbol, got :abc"},
      {"(string? (symbol/name (gensym)))", "true"},
  });
}

}  // namespace
}  // namespace lithe::builtins
