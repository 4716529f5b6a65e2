// SPDX-License-Identifier: Apache-2.0
#include "edit/history.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace lithe::edit {
namespace {

class History : public testing::Test {
 protected:
  History() {
    std::string pattern = std::filesystem::temp_directory_path() / "lithe-history-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    path_ = folder_ + "/state/lithe/history";
  }
  ~History() override { std::filesystem::remove_all(folder_); }

  static mode_t mode(const std::string& path) {
    struct stat found{};
    stat(path.c_str(), &found);
    return found.st_mode & 0777;
  }

  std::string folder_, path_;
};

TEST_F(History, IsThereTheNextTime) {
  HistoryFile first(path_);
  EXPECT_TRUE(first.load().empty());
  first.add("(one)");
  first.add("  (zwölf)");
  first.add("");
  EXPECT_EQ(HistoryFile(path_).load(), (std::vector<std::string>{"(one)", "  (zwölf)"}));
}

TEST_F(History, IsTheOwnersAlone) {
  HistoryFile(path_).add("(secret)");
  EXPECT_EQ(mode(path_), 0600u);
  EXPECT_EQ(mode(folder_ + "/state/lithe"), 0700u);
}

TEST_F(History, KeepsTheNewest) {
  HistoryFile history(path_);
  for (size_t i = 0; i < 2500; i++) history.add("line " + std::to_string(i));
  std::vector<std::string> lines = HistoryFile(path_).load();
  ASSERT_EQ(lines.size(), HistoryFile::most_entries);
  EXPECT_EQ(lines.front(), "line 1500");
  EXPECT_EQ(lines.back(), "line 2499");
  EXPECT_EQ(mode(path_), 0600u);
}

TEST_F(History, LeavesOutWhatIsLong) {
  HistoryFile history(path_);
  history.add(std::string(HistoryFile::most_bytes, 'x'));
  history.add(std::string(HistoryFile::most_bytes + 1, 'y'));
  ASSERT_EQ(history.load().size(), 1u);
  EXPECT_EQ(history.load()[0][0], 'x');
}

TEST_F(History, OfAHugeFileTheEndIsRead) {
  std::filesystem::create_directories(folder_ + "/state/lithe");
  {
    std::ofstream out(path_);
    out << std::string(20'000'000, 'x') << "\n(last)\n";
  }
  EXPECT_EQ(HistoryFile(path_).load(), std::vector<std::string>{"(last)"});
}

TEST_F(History, NeverFails) {
  HistoryFile none("");
  none.add("(x)");
  EXPECT_TRUE(none.load().empty());
  HistoryFile nowhere("/proc/no-such-folder/history");
  nowhere.add("(x)");
  EXPECT_TRUE(nowhere.load().empty());
  std::filesystem::create_directories(path_);
  HistoryFile a_folder(path_);
  a_folder.add("(x)");
  EXPECT_TRUE(a_folder.load().empty());
  std::string link = folder_ + "/link";
  std::filesystem::create_symlink("/dev/zero", link);
  HistoryFile endless(link);
  endless.add("(x)");
  EXPECT_TRUE(endless.load().empty());
}

}  // namespace
}  // namespace lithe::edit
