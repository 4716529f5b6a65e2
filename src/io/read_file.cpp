// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <latch>
#include <new>
#include <optional>
#include <vector>

#include "base/assert.hpp"
#include "io/descriptor.hpp"
#include "io/operation.hpp"
#include "sched/quiet_thread.hpp"

namespace lithe::io {
namespace {

using Content = base::Result<std::string, Error>;

constexpr u64 largest_chunk = u64{1} << 20;
constexpr int cancel_check_ms = 50;

struct Descriptor {
  int number;
  ~Descriptor() {
    if (number >= 0) close(number);
  }
};

Content too_long(u64 limit) {
  return base::failure(Error{0, "longer than " + std::to_string(limit) + " bytes"});
}

/// Blocking, but for what has no data yet (a pipe): there it looks at `cancelled` now and then.
Content read_whole(const std::string& path, u64 limit, const std::atomic<bool>& cancelled) {
  Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
  if (file.number < 0) return base::failure(error_from_errno(errno));
  struct stat facts;
  if (fstat(file.number, &facts) != 0) return base::failure(error_from_errno(errno));
  if (S_ISREG(facts.st_mode) && static_cast<u64>(facts.st_size) > limit) return too_long(limit);
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

Content read_or_refuse(const std::string& path, u64 limit, const std::atomic<bool>& cancelled) {
  try {
    return read_whole(path, limit, cancelled);
  } catch (const std::bad_alloc&) {
    return base::failure(error_from_errno(ENOMEM));
  }
}

/// libuv ends the whole program when it cannot start its threads, so they are tried out before it
/// does. => false: the system has no thread to give; it may have some later.
bool have_threads() {
  static std::atomic<bool> known{false};
  if (known.load(std::memory_order_relaxed)) return true;
  const char* wanted = environment("UV_THREADPOOL_SIZE");
  u32 count = u32(std::clamp(wanted ? std::atoi(wanted) : 4, 1, 1024));
  std::vector<std::thread> threads(count);
  std::latch tried(1);
  bool all = true;
  for (std::thread& thread : threads) {
    thread = sched::start_quiet_thread([&tried] { tried.wait(); });
    if (!(all = thread.joinable())) break;
  }
  tried.count_down();
  for (std::thread& thread : threads) {
    if (thread.joinable()) thread.join();
  }
  known.store(all, std::memory_order_relaxed);
  return all;
}

/// One job on libuv's threads; a hop for each of open, read and close would cost more than the
/// reading of a usual file.
class FileRead final : public Operation {
 public:
  FileRead(sched::Scheduler& scheduler, std::string path, u64 limit, FileDone done, void* context)
      : scheduler_(scheduler),
        path_(std::move(path)),
        limit_(limit),
        done_(done),
        context_(context) {}

  void begin(uv_loop_s& loop) override {
    job_.data = this;
    if (!have_threads()) {
      refused_ = true;
      refusal_.context = this;
      refusal_.fire = [](void* self) { static_cast<FileRead*>(self)->refuse(); };
      return scheduler_.add_timer(refusal_, 0);
    }
    LITHE_CHECK(uv_queue_work(&loop, &job_, &FileRead::work, &FileRead::after) == 0);
  }

  void run_now() override {
    content_ = read_or_refuse(path_, limit_, cancelled_);
    complete();
  }

  void cancel() override {
    if (scheduler_.withdraw(*this)) {
      delete this;
      return;
    }
    scheduler_.finished(*this);
    drop();
  }

  // The job frees it, unless it was never begun.
  void drop() override {
    if (scheduler_.stepping() || refused_) {
      scheduler_.cancel_timer(refusal_);
      delete this;
      return;
    }
    cancelled_.store(true, std::memory_order_relaxed);
    uv_cancel(reinterpret_cast<uv_req_t*>(&job_));
  }

 private:
  static void work(uv_work_t* job) {
    auto& self = *static_cast<FileRead*>(job->data);
    self.content_ = read_or_refuse(self.path_, self.limit_, self.cancelled_);
  }
  static void after(uv_work_t* job, int) {
    auto* self = static_cast<FileRead*>(job->data);
    if (self->cancelled_.load(std::memory_order_relaxed)) {
      delete self;
    } else {
      self->complete();
    }
  }
  void refuse() {
    content_ = base::failure(error_from_errno(EAGAIN));
    complete();
  }
  void complete() {
    scheduler_.finished(*this);
    Content content = std::move(*content_);
    std::string path = std::move(path_);
    FileDone done = done_;
    void* context = context_;
    delete this;
    done(context, path, std::move(content));
  }

  sched::Scheduler& scheduler_;
  std::string path_;
  u64 limit_;
  FileDone done_;
  void* context_;
  std::optional<Content> content_;
  std::atomic<bool> cancelled_{false};
  uv_work_t job_ = {};
  bool refused_ = false;  ///< there is no job, but a timer
  sched::Timer refusal_;
};

}  // namespace

Operation* read_file(sched::Scheduler& scheduler, std::string path, u64 limit, FileDone done,
                     void* context) {
  auto* operation = new FileRead(scheduler, std::move(path), limit, done, context);
  scheduler.start(*operation);
  return operation;
}

base::Result<std::string, Error> read_file_now(const std::string& path, u64 limit) {
  std::atomic<bool> cancelled{false};
  return read_or_refuse(path, limit, cancelled);
}

}  // namespace lithe::io
