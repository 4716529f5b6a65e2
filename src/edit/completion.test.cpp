// SPDX-License-Identifier: Apache-2.0
#include "edit/completion.hpp"

#include <gtest/gtest.h>

namespace lithe::edit {
namespace {

TEST(Completion, LastWord) {
  EXPECT_EQ(last_word("(list/ma"), "list/ma");
  EXPECT_EQ(last_word("(f 'na"), "na");
  EXPECT_EQ(last_word("(f \"a b\" {:k"), ":k");
  EXPECT_EQ(last_word("(f "), "");
  EXPECT_EQ(last_word(""), "");
  EXPECT_EQ(last_word("(say \"in a str"), "");
  EXPECT_EQ(last_word("(say \"\\\" still"), "");
  EXPECT_EQ(last_word("(say \"ends \\\\\" na"), "na");
  EXPECT_EQ(last_word("(say \"cut \\"), "");
  EXPECT_EQ(last_word("höhe"), "höhe");
}

TEST(Completion, MatchingNames) {
  const Names names{"a", "list/map", "list/max", "list/zip", "löwe", "lörrach"};
  EXPECT_EQ(matching(names, "list/m").size(), 2u);
  EXPECT_EQ(matching(names, "list/m")[0], "list/map");
  EXPECT_EQ(matching(names, "").size(), names.size());
  EXPECT_TRUE(matching(names, "zz").empty());
  EXPECT_TRUE(matching({}, "a").empty());
}

TEST(Completion, CommonStart) {
  EXPECT_EQ(common_start(Names{"list/map", "list/max"}), "list/ma");
  EXPECT_EQ(common_start(Names{"a"}), "a");
  EXPECT_EQ(common_start(Names{"a", "ab"}), "a");
  EXPECT_EQ(common_start(Names{"a", "b"}), "");
  EXPECT_EQ(common_start(Names{"xä", "xö"}), "x") << "half a code point is no text";
}

TEST(Completion, Columns) {
  EXPECT_EQ(in_columns(Names{"a", "bb", "ccc"}, 80), "a    bb   ccc\n");
  EXPECT_EQ(in_columns(Names{"a", "bb", "ccc"}, 10), "a    ccc\nbb\n");
  EXPECT_EQ(in_columns(Names{"long-name", "other-one"}, 3), "long-name\nother-one\n");
  Names many(150, "n");
  EXPECT_NE(in_columns(many, 20).find("… and 50 more\n"), std::string::npos);
}

TEST(Completion, Keywords) {
  EXPECT_EQ(keywords_in("(f :one {:two a:b} ::x :)"),
            (std::vector<std::string>{":one", ":two", "::x"}));
  EXPECT_TRUE(keywords_in("").empty());
}

}  // namespace
}  // namespace lithe::edit
