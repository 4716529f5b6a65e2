// SPDX-License-Identifier: Apache-2.0
#include "io/open_file.hpp"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "io/operation.hpp"

namespace lithe::io {
namespace {

constexpr int usual_mode = 0666;  // less what the umask takes away
constexpr u64 line_chunk = u64{1} << 16;
constexpr u64 largest_chunk = u64{1} << 20;

int flags_of(Opening how) {
  switch (how) {
    case Opening::read:
      return O_RDONLY;
    case Opening::write:
      return O_WRONLY | O_CREAT | O_TRUNC;
    case Opening::append:
      return O_WRONLY | O_CREAT | O_APPEND;
  }
  LITHE_UNREACHABLE();
}

}  // namespace

std::unique_ptr<OpenFile> OpenFile::open(const std::string& path, Opening how, Error& error) {
  int flags = flags_of(how) | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  std::unique_ptr<OpenFile> file(new OpenFile(::open(path.c_str(), flags, usual_mode), how));
  struct stat facts;
  if (file->file_.number < 0 || fstat(file->file_.number, &facts) != 0) {
    error = error_from_errno(errno);
    return nullptr;
  }
  if (S_ISDIR(facts.st_mode)) {
    error = error_from_errno(EISDIR);
    return nullptr;
  }
  file->awaits_writer_ = how == Opening::read && S_ISFIFO(facts.st_mode);
  return file;
}

std::optional<Error> OpenFile::not_usable(bool for_writing) const {
  if (file_.number < 0) return Error{0, "the file is closed"};
  if ((how_ == Opening::read) != for_writing) return {};
  return Error{0, for_writing ? "the file is open for reading" : "the file is open for writing"};
}

base::Result<u64, Error> OpenFile::read_more(u64 most, const Cancelled& cancelled) {
  ahead_.erase(0, std::exchange(given_, 0));
  u64 used = ahead_.size();
  if (awaits_writer_) {
    wait_for_writer(file_.number, cancelled);
    awaits_writer_ = cancelled.load(std::memory_order_relaxed);
  }
  while (!cancelled.load(std::memory_order_relaxed)) {
    ahead_.resize(used + most);
    long got = read_some(file_.number, ahead_.data() + used, most);
    ahead_.resize(used + u64(std::max(got, 0L)));
    if (got >= 0) return u64(got);
    if (got != -EAGAIN) return base::failure(error_from_errno(int(-got)));
    wait_for(file_.number, Readiness::readable, cancel_check_ms);
  }
  return base::failure(error_from_errno(ECANCELED));
}

std::string OpenFile::take(size_t bytes, size_t skipped) {
  std::string taken = ahead_.substr(given_, bytes);
  given_ += bytes + skipped;
  return taken;
}

base::Result<std::string, Error> OpenFile::read_chunk(u64 most, const Cancelled& cancelled) {
  std::lock_guard lock(mutex_);
  if (auto error = not_usable(false)) return base::failure(std::move(*error));
  most = std::min(most, largest_chunk);
  if (given_ == ahead_.size()) {
    base::Result<u64, Error> got = read_more(most, cancelled);
    if (!got) return base::failure(got.error());
  }
  return take(std::min(most, ahead_.size() - given_));
}

base::Result<std::optional<std::string>, Error> OpenFile::read_line(u64 limit,
                                                                    const Cancelled& cancelled) {
  std::lock_guard lock(mutex_);
  if (auto error = not_usable(false)) return base::failure(std::move(*error));
  size_t end;
  for (size_t looked = 0; (end = ahead_.find('\n', given_ + looked)) == std::string::npos;) {
    looked = ahead_.size() - given_;
    if (looked > limit) {
      return base::failure(Error{0, "a line is longer than " + std::to_string(limit) + " bytes"});
    }
    base::Result<u64, Error> got = read_more(line_chunk, cancelled);
    if (!got) return base::failure(got.error());
    if (*got > 0) continue;
    if (looked == 0) return std::optional<std::string>();
    return std::optional(take(looked));
  }
  std::string line = take(end - given_, 1);
  if (line.ends_with('\r')) line.pop_back();
  return std::optional(std::move(line));
}

base::Result<void, Error> OpenFile::write(std::string_view bytes, const Cancelled& cancelled) {
  std::lock_guard lock(mutex_);
  if (auto error = not_usable(true)) return base::failure(std::move(*error));
  return write_all(file_.number, bytes, cancelled);
}

base::Result<bool, Error> OpenFile::close() {
  std::lock_guard lock(mutex_);
  if (file_.number < 0) return false;
  ahead_ = {};
  given_ = 0;
  int number = std::exchange(file_.number, -1);
  if (::close(number) != 0 && errno != EINTR) return base::failure(error_from_errno(errno));
  return true;
}

}  // namespace lithe::io
