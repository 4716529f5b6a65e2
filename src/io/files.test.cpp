// SPDX-License-Identifier: Apache-2.0
#include "io/files.hpp"

#include <errno.h>

#include <chrono>
#include <thread>

#include "io/io.test.hpp"
#include "io/open_file.hpp"

namespace lithe::io {
namespace {

class Files : public testing::Test {
 protected:
  TemporaryFolder folder;
  Cancelled never{false};
  Cancelled always{true};
};

/// Sets it while something runs.
class CancelSoon {
 public:
  CancelSoon()
      : thread_([this] {
          std::this_thread::sleep_for(std::chrono::milliseconds(20));
          cancelled.store(true);
        }) {}
  ~CancelSoon() { thread_.join(); }

  Cancelled cancelled{false};

 private:
  std::thread thread_;
};

TEST_F(Files, WhatIsCancelledFailsAndLeavesNothingOpen) {
  std::string path = folder.file("a", "content");
  EXPECT_EQ(read_file(path, 100, always).error().code, ECANCELED);
  EXPECT_EQ(write_file(path, "new", Writing::append, always).error().code, ECANCELED);
  EXPECT_EQ(copy_file(path, folder.file("b"), always).error().code, ECANCELED);
  EXPECT_EQ(find_paths(folder.file("*"), always).error().code, ECANCELED);
  EXPECT_EQ(list_folder(folder.file(""), always).error().code, ECANCELED);
  EXPECT_EQ(delete_path(folder.file(""), true, always).error().code, ECANCELED);
  EXPECT_EQ(read_file(path, 100, never).value(), "content");
}

TEST_F(Files, APipeWithoutDataOrRoomCanBeCancelled) {
  std::string path = folder.file("pipe");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  Error error;
  // Nobody reads it: it cannot be opened for writing.
  EXPECT_EQ(OpenFile::open(path, Opening::write, error), nullptr);
  EXPECT_EQ(error.code, ENXIO);
  auto in = OpenFile::open(path, Opening::read, error);
  ASSERT_TRUE(in);
  for (int i = 0; i < 2; i++) {
    CancelSoon soon;
    EXPECT_EQ(in->read_line(100, soon.cancelled).error().code, ECANCELED);
  }
  auto out = OpenFile::open(path, Opening::append, error);
  ASSERT_TRUE(out);
  {
    CancelSoon soon;
    EXPECT_EQ(in->read_line(100, soon.cancelled).error().code, ECANCELED);
  }
  {
    CancelSoon soon;
    std::string more_than_it_holds(u64{1} << 20, 'x');
    EXPECT_EQ(out->write(more_than_it_holds, soon.cancelled).error().code, ECANCELED);
  }
  // What came before is still there.
  EXPECT_EQ(in->read_chunk(3, never).value(), "xxx");
}

TEST_F(Files, LinesEndAtTheirLimit) {
  Error error;
  auto in = OpenFile::open(folder.file("lines", std::string(300'000, 'x') + "\nshort"),
                           Opening::read, error);
  EXPECT_EQ(in->read_line(100'000, never).error().text, "a line is longer than 100000 bytes");
  EXPECT_EQ(in->read_line(1'000'000, never).value()->size(), 300'000u);
  EXPECT_EQ(*in->read_line(10, never).value(), "short");
  EXPECT_FALSE(in->read_line(10, never).value());
  EXPECT_TRUE(in->close().value());
  EXPECT_FALSE(in->close().value());
}

TEST_F(Files, FoldersOfAnyDepthAreDeleted) {
  std::string path = folder.file("deep");
  for (int i = 0; i < 300; i++) path += "/folder";
  ASSERT_TRUE(make_folder(path).value());
  ASSERT_TRUE(write_file(path + "/file", "x", Writing::replace, never));
  ASSERT_EQ(symlink(folder.file("kept", "kept").c_str(), (path + "/link").c_str()), 0);
  EXPECT_EQ(delete_path(folder.file("deep"), false, never).error().code, ENOTEMPTY);
  EXPECT_TRUE(delete_path(folder.file("deep"), true, never).value());
  EXPECT_FALSE(exists(folder.file("deep")));
  EXPECT_EQ(read_file(folder.file("kept"), 10, never).value(), "kept");
}

TEST_F(Files, LinksInACircleAreSearchedOnce) {
  ASSERT_TRUE(make_folder(folder.file("a/b")).value());
  ASSERT_EQ(symlink(folder.file("a").c_str(), folder.file("a/b/round").c_str()), 0);
  Names found = find_paths(folder.file("**/b/*"), never);
  EXPECT_EQ(found.value(), std::vector<std::string>{folder.file("a/b/round")});
}

TEST_F(Files, CopiesKeepPermissions) {
  std::string from = folder.file("from", "x");
  ASSERT_EQ(chmod(from.c_str(), 0700), 0);
  ASSERT_TRUE(copy_file(from, folder.file("to"), never));
  EXPECT_EQ(facts_of(folder.file("to"))->mode, 0700u);
  EXPECT_EQ(copy_file(from, from, never).error().text, "both are the same file");
}

}  // namespace
}  // namespace lithe::io
