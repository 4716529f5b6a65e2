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

}  // namespace
}  // namespace lithe::expand
