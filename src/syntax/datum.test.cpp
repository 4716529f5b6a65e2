// SPDX-License-Identifier: Apache-2.0
#include "syntax/datum.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lithe::syntax {
namespace {

namespace name = base::name;

struct DatumTest : testing::Test {
  base::Arena arena;
  DatumBuilder build{arena};
  Span at{1, 2, 3, 4};
};

TEST_F(DatumTest, BuilderMakesEachKind) {
  const Datum* list = build.list({build.symbol(name::if_, at), build.integer(-5, at),
                                  build.number(1.5, at), build.string("text", at)},
                                 at);
  EXPECT_TRUE(list->is_call_of(name::if_));
  EXPECT_FALSE(list->is_call_of(name::def));
  EXPECT_EQ((*list)[1].integer, -5);
  EXPECT_EQ((*list)[2].number, 1.5);
  EXPECT_EQ((*list)[3].text(), "text");
  EXPECT_EQ(list->span, at);
  EXPECT_TRUE(build.keyword(name::list, at)->is_keyword(name::list));
  EXPECT_TRUE(build.boolean(true, at)->truth);
  EXPECT_EQ(build.big_integer("-123", 16, at)->digits(), "-123");
  EXPECT_EQ(build.big_integer("-123", 16, at)->radix, 16);
  EXPECT_TRUE(build.nil(at)->is(DatumKind::nil));
}

TEST_F(DatumTest, GensymsAreSymbolsWithoutAName) {
  const Datum* gensym = build.gensym(name::quote, at);
  EXPECT_TRUE(gensym->is_symbol());
  EXPECT_TRUE(gensym->is_gensym());
  EXPECT_FALSE(gensym->is_symbol(name::quote));
  EXPECT_FALSE(equal(*gensym, *build.symbol(name::quote, at)));
}

TEST_F(DatumTest, AbbreviationsAreLists) {
  const Datum* quoted = build.abbreviation(name::quote, build.integer(1, at), at, at);
  EXPECT_TRUE(quoted->abbreviated);
  EXPECT_TRUE(quoted->is_call_of(name::quote));
  EXPECT_TRUE(
      equal(*quoted, *build.list({build.symbol(name::quote, {}), build.integer(1, {})}, {})));
}

TEST_F(DatumTest, EqualLooksAtKindsAndValues) {
  auto differ = [](const Datum* a, const Datum* b) { return !equal(*a, *b); };
  EXPECT_TRUE(differ(build.integer(1, at), build.integer(2, at)));
  EXPECT_TRUE(differ(build.integer(1, at), build.number(1, at)));
  EXPECT_TRUE(differ(build.number(0.0, at), build.number(-0.0, at)));
  EXPECT_TRUE(differ(build.string("a", at), build.string("b", at)));
  EXPECT_TRUE(differ(build.symbol(name::list, at), build.keyword(name::list, at)));
  EXPECT_TRUE(differ(build.list({}, at), build.sequence(DatumKind::vector, {}, at)));
  EXPECT_TRUE(differ(build.list({build.nil(at)}, at), build.list({build.boolean(false, at)}, at)));
  EXPECT_TRUE(differ(build.big_integer("99", 10, at), build.big_integer("99", 16, at)));
  EXPECT_TRUE(equal(*build.string("a", at), *build.string("a", {})));
}

TEST_F(DatumTest, CopyIsDeepAndNeedsNoStack) {
  base::Arena other;
  const Datum* copy;
  {
    base::Arena source;
    DatumBuilder from(source);
    const Datum* nested = from.string("in the middle", at);
    for (int i = 0; i < 1'000'000; ++i) nested = from.list({nested}, at);
    copy = DatumBuilder(other).copy(*nested);
    EXPECT_TRUE(equal(*copy, *nested));
  }
  while (copy->is_list()) copy = copy->items[0];
  EXPECT_EQ(copy->text(), "in the middle");
}

TEST_F(DatumTest, FormsMoveWithTheirTrees) {
  Form form;
  form.arena = base::PooledArena::make();
  form.root = DatumBuilder(*form.arena).string("kept", at);
  Form other = std::move(form);
  EXPECT_EQ(other.root->text(), "kept");
}

}  // namespace
}  // namespace lithe::syntax
