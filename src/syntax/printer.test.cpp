// SPDX-License-Identifier: Apache-2.0
#include "syntax/printer.hpp"

#include <gtest/gtest.h>

#include "syntax/reader.hpp"

namespace lithe::syntax {
namespace {

void expect_round_trip(std::string_view text) {
  base::NameTable names;
  SourceMap map;
  TextSource source("t", std::string(text), TextSource::Keep::file);
  Reader reader(names, map, source);
  auto form = reader.next();
  ASSERT_TRUE(form && *form) << text;
  std::string printed = print(*(**form).root, names);
  TextSource again("t", printed, TextSource::Keep::file);
  Reader second(names, map, again);
  auto reread = second.next();
  ASSERT_TRUE(reread && *reread) << printed;
  EXPECT_TRUE(equal(*(**form).root, *(**reread).root)) << printed;
  EXPECT_FALSE(second.next()) << printed;
}

TEST(Printer, WhatItPrintsReadsBackEqual) {
  for (const char* text : {
           "(a \"b\\n\\t\\r\\\\\\\"\\0\\u{1b}\\u{7f}é😀\" :c 1 -2 3.5 1e100 -0.0 nil true false)",
           "{:a [1 2] b (c . d)}",
           "'(a `(b ,c ,@d))",
           "(0xffffffffffffffffffffff -0b1111 -99999999999999999999999999)",
           "()",
           "(() [] {} \"\")",
           "(1e21 1e-7 123456.789 5e-324)",
       }) {
    expect_round_trip(text);
  }
  expect_round_trip(std::string(10'000, '[') + std::string(10'000, ']'));
}

TEST(Printer, GensymsDoNotReadBack) {
  base::NameTable names;
  base::Arena arena;
  EXPECT_EQ(print(*DatumBuilder(arena).gensym(12, {}), names), "#‹gensym 12›");
}

}  // namespace
}  // namespace lithe::syntax
