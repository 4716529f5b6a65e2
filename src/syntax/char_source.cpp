// SPDX-License-Identifier: Apache-2.0
#include "syntax/char_source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "syntax/source_map.hpp"

namespace lithe::syntax {

namespace {

/// Larger files are streamed instead of being kept in memory.
constexpr off_t largest_kept_file = off_t{64} << 20;

ssize_t read_retrying(int fd, char* to, size_t size) {
  ssize_t got;
  do {
    got = ::read(fd, to, size);
  } while (got < 0 && errno == EINTR);
  return got;
}

std::string failure_text(const char* what, const std::string& path, int error) {
  return std::string("cannot ") + what + " " + path + ": " + std::strerror(error);
}

/// Reads up to `expected` bytes and whatever the file has grown by, within reason.
base::Result<std::string, int> read_all(int fd, size_t expected) {
  std::string text(expected + 1, '\0');
  size_t filled = 0;
  for (;;) {
    if (filled == text.size()) text.resize(text.size() * 2);
    ssize_t got = read_retrying(fd, text.data() + filled, text.size() - filled);
    if (got < 0) return base::failure(errno);
    if (got == 0) break;
    filled += size_t(got);
    if (filled > size_t(largest_kept_file) * 2) return base::failure(EFBIG);
  }
  text.resize(filled);
  text.shrink_to_fit();
  return text;
}

}  // namespace

TextSource::TextSource(std::string name, std::string text, Keep keep)
    : name_(std::move(name)),
      text_(std::make_shared<const std::string>(std::move(text))),
      keep_(keep) {}

void TextSource::set(std::string_view name, std::string_view text) {
  name_ = name;
  text_ = std::make_shared<const std::string>(text);
  delivered_ = false;
}

u32 TextSource::attach(SourceMap& sources) {
  return keep_ == Keep::file ? sources.add_file(name_, text_) : sources.add_snippet(name_, text_);
}

CharSource::Chunk TextSource::read(Need) {
  if (delivered_ || text_->empty()) return {SourceState::end};
  delivered_ = true;
  return {SourceState::more, *text_};
}

u32 FedSource::attach(SourceMap& sources) { return sources.add_stream(name_); }

CharSource::Chunk FedSource::read(Need) {
  if (waiting_.empty()) return {closed_ ? SourceState::end : SourceState::pending};
  current_.swap(waiting_);
  waiting_.clear();
  return {SourceState::more, current_};
}

FdSource::FdSource(std::string name, int fd, Close close)
    : name_(std::move(name)), fd_(fd), close_(close) {}

FdSource::~FdSource() {
  if (close_ == Close::yes) ::close(fd_);
}

u32 FdSource::attach(SourceMap& sources) { return sources.add_stream(name_); }

CharSource::Chunk FdSource::read(Need) {
  if (!buffer_) buffer_ = std::make_unique<char[]>(buffer_bytes);
  ssize_t got = read_retrying(fd_, buffer_.get(), buffer_bytes);
  if (got > 0) return {SourceState::more, {buffer_.get(), size_t(got)}};
  if (got == 0) return {SourceState::end};
  if (errno == EAGAIN || errno == EWOULDBLOCK) return {SourceState::pending};
  return {SourceState::failed, {}, failure_text("read", name_, errno)};
}

base::Result<std::unique_ptr<CharSource>, std::string> open_source(const std::string& path) {
  int fd;
  do {
    fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) return base::failure(failure_text("open", path, errno));
  auto stream = std::make_unique<FdSource>(path, fd, FdSource::Close::yes);
  struct stat info;
  if (::fstat(fd, &info) != 0) return base::failure(failure_text("open", path, errno));
  if (S_ISDIR(info.st_mode)) return base::failure(failure_text("read", path, EISDIR));
  // A regular file of size 0 may be one of /proc, which has text all the same.
  if (!S_ISREG(info.st_mode) || info.st_size == 0 || info.st_size > largest_kept_file) {
    return std::unique_ptr<CharSource>(std::move(stream));
  }
  auto text = read_all(fd, size_t(info.st_size));
  if (!text) return base::failure(failure_text("read", path, text.error()));
  return std::unique_ptr<CharSource>(
      std::make_unique<TextSource>(path, *std::move(text), TextSource::Keep::file));
}

}  // namespace lithe::syntax
