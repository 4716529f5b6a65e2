// SPDX-License-Identifier: Apache-2.0
#include "expand/expanded_forms.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "expand/expand_test_support.hpp"

namespace lithe::expand {
namespace {

/// Files in memory; a path is its own identity.
class MemoryIncluder : public Includer {
 public:
  base::Result<IncludedFile, std::string> open(std::string_view path, std::string_view) override {
    auto found = files.find(std::string(path));
    if (found == files.end()) return base::failure("cannot open " + std::string(path));
    return IncludedFile{found->first, found->first,
                        std::make_unique<syntax::TextSource>(found->first, found->second,
                                                             syntax::TextSource::Keep::file)};
  }
  std::string identity(std::string_view path) override { return std::string(path); }

  std::map<std::string, std::string> files;
};

class ExpandedFormsTest : public testing::Test {
 protected:
  /// Everything that a text gives, a line each; what `path` names is the text's own file.
  std::string all(const std::string& text, const std::string& path = "main") {
    IncludedFiles included;
    base::ArenaPool arenas;
    auto source = std::make_unique<syntax::TextSource>(path, text, syntax::TextSource::Keep::file);
    ExpandedForms forms({world.names, world.sources, world.expander, includer, included, arenas},
                        std::move(source), path);
    std::string result;
    while (auto form = forms.next()) {
      result +=
          *form ? syntax::print(*(*form)->root, world.names) : TestWorld::shown(form->error());
      result += '\n';
    }
    return result;
  }

  TestWorld world;
  MemoryIncluder includer;
};

TEST_F(ExpandedFormsTest, GivesFormsExpanded) {
  EXPECT_EQ(all("1 (twice 2)\n'x"), "1\n(+ 2 2)\n(quote x)\n");
}

TEST_F(ExpandedFormsTest, TellsWhatAFormWouldHaveDefinedThatFails) {
  IncludedFiles included;
  base::ArenaPool arenas;
  auto source = std::make_unique<syntax::TextSource>(
      "main", "(def f (x) (failing)) (defrecord P 1) (failing) 1 )",
      syntax::TextSource::Keep::file);
  ExpandedForms forms({world.names, world.sources, world.expander, includer, included, arenas},
                      std::move(source), "main");
  std::string told;
  while (auto form = forms.next()) {
    bool named = forms.failed_definition() != Modules::nothing;
    told += *form ? "good" : "wrong";
    told += named ? " " + std::string(world.names.text(forms.failed_definition())) + "\n" : "\n";
  }
  EXPECT_EQ(told, "wrong f\nwrong P\nwrong\ngood\nwrong\n");
}

TEST_F(ExpandedFormsTest, AStreamStartsAnewWithAnotherText) {
  IncludedFiles included;
  base::ArenaPool arenas;
  auto source =
      std::make_unique<syntax::TextSource>("<eval>", "", syntax::TextSource::Keep::snippet);
  syntax::TextSource& text = *source;
  ExpandedForms forms({world.names, world.sources, world.expander, includer, included, arenas},
                      std::move(source), "");
  includer.files["two.lt"] = "1 2 (";
  // Each is left where its first form has been read.
  for (const char* left : {"a b", "(a b", "\"a b", "(a #; ", ")", "#| a", "(f \"\\q\") b",
                           "(include \"two.lt\") b", "((((((((((a", "[(a) (b\n(c)\n(d) ("}) {
    text.set("<eval>", left);
    forms.restart();
    forms.next();
    text.set("<again>", "\n (twice 2)");
    forms.restart();
    auto form = forms.next();
    ASSERT_TRUE(form && *form) << left;
    EXPECT_EQ(syntax::print(*(*form)->root, world.names), "(+ 2 2)") << left;
    EXPECT_EQ((*form)->root->span.line, 2u) << left;
    EXPECT_EQ(world.sources.name((*form)->root->span.source), "<again>");
    EXPECT_FALSE(forms.next()) << left;
    EXPECT_FALSE(forms.reader().inside_form()) << left;
    included.clear();
  }
}

TEST_F(ExpandedFormsTest, AWrongFormDoesNotStopTheStream) {
  EXPECT_EQ(all("1 (f (failing 2)) 3"),
            "1\n1:6: failing failed | 1:6: in the expansion of macro 'failing'\n3\n");
  EXPECT_EQ(all("1\n(f \"\\q\")\n3").substr(0, 4), "1\n2:");
  EXPECT_TRUE(all("1\n(f \"\\q\")\n3").ends_with("\n3\n"));
}

TEST_F(ExpandedFormsTest, MacrosAreKnownFromTheirDefinitionOn) {
  EXPECT_EQ(all("(m 1) (defmacro m (x) x) (m 1)"), "(m 1)\n(quote m)\n1\n");
}

TEST_F(ExpandedFormsTest, IncludesInPlaceAndOnce) {
  includer.files = {{"a", "1 (include \"b\") 2"}, {"b", "(defmacro m (x) x) 3"}};
  EXPECT_EQ(all("(include \"a\") (m 4) (include \"b\") (include \"a\") 5"),
            "1\n(quote m)\n3\n2\n4\n5\n");
}

TEST_F(ExpandedFormsTest, CyclesShowTheirChain) {
  includer.files = {{"a", "1\n(include \"b\")"}, {"b", "\n\n(include \"a\") 2"}, {"main", ""}};
  EXPECT_EQ(all("(include \"a\") 3"),
            "1\n3:1: include: the files include each other: a -> b -> a | 2:1: b is included "
            "here\n2\n3\n");
  EXPECT_EQ(all("(include \"main\") 3"),
            "1:1: include: the files include each other: main -> main\n3\n");
}

TEST_F(ExpandedFormsTest, WrongIncludes) {
  EXPECT_EQ(all("(include \"none\") 1"), "1:10: include: cannot open none\n1\n");
  EXPECT_EQ(all("(include)"), "1:1: include: expected a file name, a string\n");
  EXPECT_EQ(all("(include a)"), "1:1: include: expected a file name, a string\n");
  EXPECT_EQ(all("(f (include \"a\"))"), "1:4: include: belongs at the top level of a file\n");
}

TEST(FileIncluder, LooksBesideTheIncludingFileThenInFolders) {
  namespace fs = std::filesystem;
  fs::path root = fs::path(testing::TempDir()) / "lithe-includer";
  fs::remove_all(root);
  fs::create_directories(root / "src");
  fs::create_directories(root / "library");
  auto write = [](const fs::path& path, const char* text) { std::ofstream(path) << text; };
  write(root / "src/a.lt", "1");
  write(root / "library/b.lt", "2");
  write(root / "library/a.lt", "3");
  FileIncluder includer({(root / "library").string()});
  std::string from = (root / "src/main.lt").string();
  auto beside = includer.open("a.lt", from);
  ASSERT_TRUE(bool(beside));
  EXPECT_EQ(beside->path, (root / "src/a.lt").string());
  EXPECT_EQ(beside->identity, includer.identity((root / "src/../src/a.lt").string()));
  auto in_folder = includer.open("b.lt", from);
  ASSERT_TRUE(bool(in_folder));
  EXPECT_EQ(in_folder->path, (root / "library/b.lt").string());
  auto absent = includer.open("c.lt", from);
  ASSERT_FALSE(bool(absent));
  EXPECT_NE(absent.error().find("c.lt"), std::string::npos);
  EXPECT_FALSE(bool(includer.open("", from)));
  fs::remove_all(root);
}

class ModulesTest : public ExpandedFormsTest {};

TEST_F(ModulesTest, GiveTheFormsOfAFileAndThenItsName) {
  includer.files["m.lt"] = "(module m (export f)) (def f () (g)) (def g () 1)";
  EXPECT_EQ(all("1 (import \"m.lt\" :as x) 2"),
            "1\n(def f () (g))\n(def g () 1)\n"
            "1:19: module: m exports 'f', but does not define it\n2\n");
}

TEST_F(ModulesTest, QualifyTheNamesOfTheirTemplates) {
  Modules& modules = world.expander.modules();
  std::string wrong;
  u32 name = world.names.intern("m"), f = world.names.intern("f"), g = world.names.intern("g");
  u32 module = modules.declare(name, "m.lt", "m.lt", {{f, {}}}, wrong);
  ASSERT_NE(module, Modules::program) << wrong;
  u64 own = f, other = g, library = world.names.intern("list/map");
  {
    Modules::Entered entered(modules, module);
    EXPECT_TRUE(modules.resolve_definition(own, wrong));
    EXPECT_EQ(world.names.text(u32(own)), "m/f");
    EXPECT_TRUE(modules.resolve(other, wrong));
    EXPECT_EQ(world.names.text(u32(other)), "m/g");
    EXPECT_TRUE(modules.resolve(library, wrong));
    EXPECT_EQ(library, world.names.intern("list/map") | syntax::Datum::builtin_bit);
    EXPECT_EQ(modules.in_template(f), own | syntax::Datum::resolved_bit);
    EXPECT_EQ(modules.in_template(name), name);
  }
  EXPECT_TRUE(modules.finish(module, true).empty());
  EXPECT_EQ(modules.loaded("m.lt"), module);
  u64 outside = own;
  EXPECT_FALSE(modules.resolve(outside, wrong));
  outside = own | syntax::Datum::resolved_bit;
  EXPECT_TRUE(modules.resolve(outside, wrong));
  EXPECT_EQ(outside, own);
  ASSERT_TRUE(modules.add_alias(world.names.intern("x"), module, wrong));
  u64 exported = world.names.intern("x/f"), hidden = world.names.intern("x/g");
  EXPECT_TRUE(modules.resolve(exported, wrong));
  EXPECT_EQ(exported, own);
  EXPECT_FALSE(modules.resolve(hidden, wrong));
  EXPECT_EQ(wrong, "the module m does not export 'g'; it exports f");
}

TEST_F(ModulesTest, AreNotSoundAfterAFailure) {
  Modules& modules = world.expander.modules();
  std::string wrong;
  u32 name = world.names.intern("m");
  u32 module = modules.declare(name, "m.lt", "m.lt", {}, wrong);
  modules.finish(module, false);
  EXPECT_EQ(modules.loaded("m.lt"), Modules::program);
  EXPECT_EQ(modules.declare(name, "other.lt", "other.lt", {}, wrong), Modules::program);
  EXPECT_EQ(wrong, "there is a module 'm' already, in m.lt");
  EXPECT_EQ(modules.declare(world.names.intern("list"), "a", "a", {}, wrong), Modules::program);
}

TEST_F(ModulesTest, CannotImportEachOther) {
  includer.files["a.lt"] = "(module a) (import \"b.lt\" :as b)";
  includer.files["b.lt"] = "(module b) (import \"a.lt\" :as a)";
  EXPECT_EQ(all("(import \"a.lt\" :as a)"),
            "1:12: import: the files import each other: a.lt -> b.lt -> a.lt | 1:12: b.lt is "
            "imported here\n(quote b)\n(quote a)\n");
}

}  // namespace
}  // namespace lithe::expand
