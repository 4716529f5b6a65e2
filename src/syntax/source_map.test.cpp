// SPDX-License-Identifier: Apache-2.0
#include "syntax/source_map.hpp"

#include <gtest/gtest.h>

namespace lithe::syntax {
namespace {

std::shared_ptr<const std::string> shared(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

TEST(SourceMap, KnowsTheLinesOfAFile) {
  SourceMap map;
  u32 id = map.add_file("a.lt", shared("one\r\ntwo é\n\nlast"));
  EXPECT_EQ(map.name(id), "a.lt");
  EXPECT_EQ(map.excerpt(id, 1, 1)->text, "one");
  EXPECT_EQ(map.excerpt(id, 2, 5)->text, "two é");
  EXPECT_EQ(map.excerpt(id, 3, 1)->text, "");
  EXPECT_EQ(map.excerpt(id, 4, 9)->text, "last");
  EXPECT_EQ(map.excerpt(id, 1, 1)->text, "one");
  EXPECT_EQ(map.excerpt(id, 1, 3)->text, "one");
  EXPECT_FALSE(map.excerpt(id, 5, 1));
  EXPECT_FALSE(map.excerpt(id, 0, 1));
  EXPECT_FALSE(map.excerpt(0, 1, 1));
  EXPECT_FALSE(map.excerpt(77, 1, 1));
  EXPECT_EQ(map.name(77), "<unknown>");
}

TEST(SourceMap, CutsLongLinesAroundTheColumn) {
  SourceMap map;
  std::string line;
  for (int i = 0; i < 1000; ++i) line += "é";
  u32 id = map.add_file("long.lt", shared(line + "X" + line));
  auto excerpt = *map.excerpt(id, 1, 1001, 21);
  EXPECT_TRUE(excerpt.cut_left);
  EXPECT_TRUE(excerpt.cut_right);
  EXPECT_EQ(excerpt.first_column, 991u);
  EXPECT_EQ(excerpt.text, "ééééééééééXéééééééééé");
  EXPECT_FALSE(map.excerpt(id, 1, 1, 21)->cut_left);
}

TEST(SourceMap, KeepsTheRecentLinesOfAStream) {
  SourceMap map;
  u32 id = map.add_stream("<stdin>");
  std::string line = std::string(98, 'x') + "\n";
  for (int i = 1; i <= 50'000; ++i) {
    map.append(id, std::to_string(i % 10));
    map.append(id, line);
  }
  EXPECT_EQ(map.excerpt(id, 50'000, 1)->text, "0" + line.substr(0, 98));
  EXPECT_EQ(map.excerpt(id, 49'001, 1)->text, "1" + line.substr(0, 98));
  EXPECT_FALSE(map.excerpt(id, 1, 1));
}

TEST(SourceMap, KnowsColumnsOfAStreamsEndlessLine) {
  SourceMap map;
  u32 id = map.add_stream("<stdin>");
  for (int i = 0; i < 100'000; ++i) map.append(id, "0123456789");
  auto excerpt = *map.excerpt(id, 1, 999'991, 5);
  EXPECT_EQ(excerpt.text, "5678901234");
  EXPECT_EQ(excerpt.first_column, 999'986u);
  EXPECT_FALSE(map.excerpt(id, 1, 5));
}

TEST(SourceMap, AChunkIsKeptWhole) {
  SourceMap map;
  u32 id = map.add_stream("<stdin>");
  map.append(id, std::string(1'000'000, ' '));
  map.append(id, "\nfirst\n" + std::string(2'000'000, '\n'));
  EXPECT_EQ(map.excerpt(id, 2, 1)->text, "first");
}

TEST(SourceMap, ForgetsOldSnippetsButNotTheirName) {
  SourceMap map;
  u32 first = map.add_snippet("<eval>", shared("(first)"));
  u32 other = map.add_snippet("-e", shared("(other)"));
  EXPECT_EQ(map.excerpt(first, 1, 1)->text, "(first)");
  for (int i = 0; i < 10'000; ++i) map.add_snippet("<eval>", shared("(more)"));
  EXPECT_FALSE(map.excerpt(first, 1, 1));
  EXPECT_EQ(map.name(first), "<eval>");
  EXPECT_EQ(map.name(other), "-e");
}

TEST(SourceMap, BoundsTheBytesOfSnippets) {
  SourceMap map;
  u32 large = map.add_snippet("<eval>", shared(std::string(SourceMap::snippet_bytes_kept, ' ')));
  EXPECT_TRUE(map.excerpt(large, 1, 1));
  map.add_snippet("<eval>", shared("x"));
  EXPECT_FALSE(map.excerpt(large, 1, 1));
}

TEST(SourceMap, ManySnippetNamesShareOne) {
  SourceMap map;
  u32 id = 0;
  for (int i = 0; i < 40; ++i) id = map.add_snippet("name" + std::to_string(i), shared("text"));
  EXPECT_EQ(map.name(id), "<text>");
  EXPECT_EQ(map.excerpt(id, 1, 1)->text, "text");
}

}  // namespace
}  // namespace lithe::syntax
