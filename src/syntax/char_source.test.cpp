// SPDX-License-Identifier: Apache-2.0
#include "syntax/char_source.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "syntax/source_map.hpp"

namespace lithe::syntax {
namespace {

TEST(TextSource, DeliversItsTextOnce) {
  SourceMap map;
  TextSource source("a.lt", "(a)", TextSource::Keep::file);
  u32 id = source.attach(map);
  EXPECT_EQ(map.excerpt(id, 1, 1)->text, "(a)");
  EXPECT_EQ(source.read(Need::form).bytes, "(a)");
  EXPECT_EQ(source.read(Need::form).state, SourceState::end);
}

TEST(FedSource, WaitsUntilClosed) {
  FedSource source("<repl>");
  EXPECT_EQ(source.read(Need::form).state, SourceState::pending);
  source.feed("ab");
  source.feed("c");
  EXPECT_EQ(source.read(Need::form).bytes, "abc");
  EXPECT_EQ(source.read(Need::form).state, SourceState::pending);
  source.close();
  EXPECT_EQ(source.read(Need::form).state, SourceState::end);
}

TEST(FdSource, DeliversBytesAsTheyArrive) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ASSERT_EQ(::fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
  FdSource source("<stdin>", ends[0], FdSource::Close::yes);
  EXPECT_EQ(source.read(Need::form).state, SourceState::pending);
  ASSERT_EQ(::write(ends[1], "xy", 2), 2);
  EXPECT_EQ(source.read(Need::form).bytes, "xy");
  ::close(ends[1]);
  EXPECT_EQ(source.read(Need::form).state, SourceState::end);
}

TEST(FdSource, ReportsAFailure) {
  FdSource source("gone", -1, FdSource::Close::no);
  auto chunk = source.read(Need::form);
  EXPECT_EQ(chunk.state, SourceState::failed);
  EXPECT_EQ(chunk.error, "cannot read gone: Bad file descriptor");
}

TEST(OpenSource, OpensAFileOrSaysWhyNot) {
  auto folder = std::filesystem::temp_directory_path() / ("lithe-" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  std::string path = folder / "a.lt";
  std::ofstream(path) << "(hello)";
  auto source = open_source(path);
  ASSERT_TRUE(source);
  EXPECT_EQ((*source)->read(Need::form).bytes, "(hello)");
  auto missing = open_source(path + "x");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error(), "cannot open " + path + "x: No such file or directory");
  auto directory = open_source(folder);
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error(), "cannot read " + folder.string() + ": Is a directory");
  std::filesystem::remove_all(folder);
}

TEST(OpenSource, StreamsWhatHasNoSize) {
  auto source = open_source("/proc/self/status");
  ASSERT_TRUE(source);
  EXPECT_TRUE((*source)->read(Need::form).bytes.starts_with("Name:"));
}

}  // namespace
}  // namespace lithe::syntax
