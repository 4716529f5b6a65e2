// SPDX-License-Identifier: Apache-2.0
#include "primitives/primitives.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/name_table.hpp"
#include "primitives/capabilities.hpp"

namespace lithe::primitives {
namespace {

TEST(Primitives, RowsAreConsistent) {
  for (const Info& row : table) {
    EXPECT_GE(row.least, 0) << row.name;
    EXPECT_TRUE(row.most == any_number || row.most >= row.least) << row.name;
    EXPECT_TRUE(row.takes(size_t(row.least))) << row.name;
    EXPECT_FALSE(row.least > 0 && row.takes(size_t(row.least) - 1)) << row.name;
    EXPECT_FALSE(row.most != any_number && row.takes(size_t(row.most) + 1)) << row.name;
    if (row.fold == Fold::left_fold || row.fold == Fold::chain) {
      EXPECT_EQ(row.most, any_number) << row.name;
    }
    if (row.fold == Fold::constant) EXPECT_EQ(row.most, 0) << row.name;
    if (row.fold != Fold::none) EXPECT_EQ(row.effect, Effect::pure) << row.name;
  }
}

TEST(Primitives, DocBeginsWithACall) {
  for (const Info& row : table) {
    std::string with_arguments = "(" + std::string(row.name) + " ";
    std::string without = "(" + std::string(row.name) + ")";
    if (row.fold == Fold::constant) {
      EXPECT_TRUE(row.doc.starts_with(std::string(row.name) + " => ")) << row.doc;
      continue;
    }
    EXPECT_TRUE(row.doc.starts_with(with_arguments) || row.doc.starts_with(without)) << row.doc;
  }
}

TEST(Primitives, NamesAreFoundByIdAliasesIncluded) {
  base::NameTable names;
  Names builtins(names);
  for (u16 i = 0; i < primitive_count; ++i) {
    EXPECT_EQ(builtins.find(names.intern(table[i].name)), Primitive(i));
    EXPECT_EQ(names.text(builtins.name_of(Primitive(i))), table[i].name);
  }
  EXPECT_EQ(builtins.find(names.intern("!")), Primitive::process_send);
  EXPECT_EQ(builtins.find(names.intern("list/head")), Primitive::head);
  EXPECT_EQ(builtins.find(names.intern("no-such-builtin")), std::nullopt);
  EXPECT_EQ(builtins.find(base::name::if_), std::nullopt);
}

TEST(Primitives, IdsAreTheSameInEveryRuntime) {
  base::NameTable first;
  base::NameTable second;
  Names of_first(first);
  Names of_second(second);
  second.intern("something else");
  for (u16 i = 0; i < primitive_count; ++i) {
    EXPECT_EQ(of_first.name_of(Primitive(i)), of_second.name_of(Primitive(i)));
  }
}

TEST(Primitives, EveryProcessBuiltinAnswersUnderProcess) {
  base::NameTable names;
  Names builtins(names);
  for (u16 i = u16(Primitive::process_spawn); i <= u16(Primitive::process_cancel_timer); ++i) {
    std::string name = "process/" + std::string(table[i].name);
    EXPECT_EQ(builtins.find(names.intern(name)), Primitive(i)) << name;
  }
}

// Whoever adds a builtin that waits decides here whether a host may refuse it.
TEST(Primitives, WhatWaitsNeedsACapabilityOrIsHarmless) {
  const std::set<std::string_view> harmless = {"timer/sleep", "recv", "eval"};
  for (const Info& row : table) {
    if (row.effect != Effect::async || row.internal() || harmless.contains(row.name)) continue;
    EXPECT_NE(needed_by(row.name), Capability::none) << row.name;
  }
}

TEST(Primitives, CapabilitiesByName) {
  EXPECT_EQ(needed_by("fs/read"), Capability::filesystem);
  EXPECT_EQ(needed_by("sys/chdir!"), Capability::filesystem);
  EXPECT_EQ(needed_by("sys/exec"), Capability::exec);
  EXPECT_EQ(needed_by("sys/exit"), Capability::exit);
  EXPECT_EQ(needed_by("net/fetch"), Capability::network);
  EXPECT_EQ(needed_by("net/url-encode"), Capability::none);
  EXPECT_EQ(needed_by("list/map"), Capability::none);
  EXPECT_EQ(info(Capability::exit).name, "exit");
  EXPECT_EQ(bit(Capability::none), 0u);
}

TEST(Primitives, OnlyInternalOnesBeginWithPercent) {
  EXPECT_TRUE(info(Primitive::internal_append).internal());
  EXPECT_FALSE(info(Primitive::add).internal());
  for (u16 i = 0; i < u16(Primitive::internal_append); ++i) EXPECT_FALSE(table[i].internal());
}

}  // namespace
}  // namespace lithe::primitives
