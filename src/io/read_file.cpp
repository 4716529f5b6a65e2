// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <new>
#include <optional>

#include "io/descriptor.hpp"
#include "io/files.hpp"
#include "io/job.hpp"

namespace lithe::io {
namespace {

using Content = base::Result<std::string, Error>;

constexpr u64 largest_chunk = u64{1} << 20;

Content too_long(u64 limit) {
  return base::failure(Error{0, "longer than " + std::to_string(limit) + " bytes"});
}

/// Blocking, but for what has no data yet (a pipe): there it looks at `cancelled` now and then.
Content read_whole(const std::string& path, u64 limit, const Cancelled& cancelled) {
  Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (file.number < 0) return base::failure(error_from_errno(errno));
  struct stat facts;
  if (fstat(file.number, &facts) != 0) return base::failure(error_from_errno(errno));
  if (S_ISREG(facts.st_mode) && static_cast<u64>(facts.st_size) > limit) return too_long(limit);
  if (S_ISFIFO(facts.st_mode)) wait_for_writer(file.number, cancelled);
  std::string content;
  u64 hint = static_cast<u64>(facts.st_size) + 1;
  while (!cancelled.load(std::memory_order_relaxed)) {
    u64 used = content.size();
    u64 chunk = std::clamp(hint > used ? hint - used : used, u64{4096}, largest_chunk);
    content.resize(used + chunk);
    long got = read_some(file.number, content.data() + used, chunk);
    content.resize(used + static_cast<u64>(std::max(got, 0L)));
    if (got == 0) return content;
    if (content.size() > limit) return too_long(limit);
    if (got == -EAGAIN) {
      wait_for(file.number, Readiness::readable, cancel_check_ms);
    } else if (got < 0) {
      return base::failure(error_from_errno(static_cast<int>(-got)));
    }
  }
  return base::failure(error_from_errno(ECANCELED));
}

class FileRead final : public Job {
 public:
  FileRead(std::string path, u64 limit, FileDone done, void* context)
      : path_(std::move(path)), limit_(limit), done_(done), context_(context) {}

  void run(const Cancelled& cancelled) override { content_ = read_file(path_, limit_, cancelled); }
  void refuse(Error error) override { content_ = base::failure(std::move(error)); }
  void complete() { done_(context_, path_, std::move(*content_)); }

 private:
  std::string path_;
  u64 limit_;
  FileDone done_;
  void* context_;
  std::optional<Content> content_;
};

}  // namespace

Content read_file(const std::string& path, u64 limit, const Cancelled& cancelled) {
  try {
    return read_whole(path, limit, cancelled);
  } catch (const std::bad_alloc&) {
    return base::failure(error_from_errno(ENOMEM));
  }
}

Operation* read_file(sched::Scheduler& scheduler, std::string path, u64 limit, FileDone done,
                     void* context) {
  auto complete = [](void*, std::unique_ptr<Job> job) {
    static_cast<FileRead*>(job.get())->complete();
  };
  return start_job(scheduler, std::make_unique<FileRead>(std::move(path), limit, done, context),
                   complete, nullptr);
}

base::Result<std::string, Error> read_file_now(const std::string& path, u64 limit) {
  Cancelled cancelled{false};
  return read_file(path, limit, cancelled);
}

}  // namespace lithe::io
