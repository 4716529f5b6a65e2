// SPDX-License-Identifier: Apache-2.0
#include "edit/history.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace lithe::edit {

namespace {

constexpr mode_t owner_alone = 0600;

/// No symbolic link's, device's or pipe's: another's file is not touched, and nothing blocks.
int open_regular(const std::string& path, int flags) {
  int descriptor = ::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, owner_alone);
  struct stat found;
  if (descriptor < 0) return -1;
  if (fstat(descriptor, &found) == 0 && S_ISREG(found.st_mode)) return descriptor;
  ::close(descriptor);
  return -1;
}

bool write_whole(int descriptor, std::string_view text) {
  return ::write(descriptor, text.data(), text.size()) == ssize_t(text.size());
}

/// The end of the file, as much as the entries can take.
std::string read_end(const std::string& path) {
  constexpr off_t most = off_t(HistoryFile::most_entries * HistoryFile::most_bytes);
  int descriptor = open_regular(path, O_RDONLY);
  if (descriptor < 0) return {};
  off_t size = lseek(descriptor, 0, SEEK_END);
  off_t start = std::max<off_t>(0, size - most);
  std::string text(size_t(std::max<off_t>(0, size - start)), '\0');
  ssize_t got = pread(descriptor, text.data(), text.size(), start);
  ::close(descriptor);
  text.resize(size_t(std::max<ssize_t>(0, got)));
  if (start > 0) text.erase(0, std::min(text.find('\n'), text.size() - 1) + 1);
  return text;
}

}  // namespace

std::vector<std::string> HistoryFile::load() {
  std::vector<std::string> lines;
  if (path_.empty()) return lines;
  std::string text = read_end(path_);
  for (size_t at = 0; at < text.size();) {
    size_t end = std::min(text.find('\n', at), text.size());
    if (end > at && end - at <= most_bytes) lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  bool cut = lines.size() > most_entries;
  if (cut) lines.erase(lines.begin(), lines.end() - most_entries);
  if (cut) replace(lines);
  in_file_ = lines.size();
  return lines;
}

void HistoryFile::add(std::string_view line) {
  if (path_.empty() || line.empty() || line.size() > most_bytes) return;
  std::error_code ignored;
  std::filesystem::path folder = std::filesystem::path(path_).parent_path();
  if (std::filesystem::create_directories(folder, ignored)) {
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, ignored);
  }
  int descriptor = open_regular(path_, O_WRONLY | O_APPEND | O_CREAT);
  if (descriptor < 0) return;
  (void)fchmod(descriptor, owner_alone);
  // In one piece, so that the lines of two dialogues do not mix.
  (void)write_whole(descriptor, std::string(line) + "\n");
  ::close(descriptor);
  if (++in_file_ > most_entries) load();
}

/// Through a new file, so that an end in the middle loses nothing.
void HistoryFile::replace(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  std::string made = path_ + "." + std::to_string(getpid());
  int descriptor = open_regular(made, O_WRONLY | O_CREAT | O_TRUNC);
  if (descriptor < 0) return;
  bool written = write_whole(descriptor, text);
  ::close(descriptor);
  if (!written || rename(made.c_str(), path_.c_str()) != 0) unlink(made.c_str());
}

}  // namespace lithe::edit
