// SPDX-License-Identifier: Apache-2.0
#include "io/job.hpp"

#include <errno.h>
#include <uv.h>

#include <algorithm>
#include <cstdlib>
#include <latch>
#include <vector>

#include "base/assert.hpp"
#include "io/descriptor.hpp"
#include "sched/quiet_thread.hpp"

namespace lithe::io {
namespace {

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

class JobOperation final : public Operation {
 public:
  JobOperation(sched::Scheduler& scheduler, std::unique_ptr<Job> job, JobDone done, void* context)
      : scheduler_(scheduler), job_(std::move(job)), done_(done), context_(context) {}

  void begin(uv_loop_s& loop) override {
    work_.data = this;
    if (!have_threads()) {
      refused_ = true;
      refusal_.context = this;
      refusal_.fire = [](void* self) { static_cast<JobOperation*>(self)->refuse(); };
      return scheduler_.add_timer(refusal_, 0);
    }
    LITHE_CHECK(uv_queue_work(&loop, &work_, &JobOperation::work, &JobOperation::after) == 0);
  }

  void run_now() override {
    job_->run(cancelled_);
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

  // What libuv has begun frees it, unless it was never begun.
  void drop() override {
    if (scheduler_.stepping() || refused_) {
      scheduler_.cancel_timer(refusal_);
      delete this;
      return;
    }
    cancelled_.store(true, std::memory_order_relaxed);
    uv_cancel(reinterpret_cast<uv_req_t*>(&work_));
  }

 private:
  static void work(uv_work_t* request) {
    auto& self = *static_cast<JobOperation*>(request->data);
    self.job_->run(self.cancelled_);
  }
  static void after(uv_work_t* request, int) {
    auto* self = static_cast<JobOperation*>(request->data);
    if (self->cancelled_.load(std::memory_order_relaxed)) {
      delete self;
    } else {
      self->complete();
    }
  }
  void refuse() {
    job_->refuse(error_from_errno(EAGAIN));
    complete();
  }
  void complete() {
    scheduler_.finished(*this);
    std::unique_ptr<Job> job = std::move(job_);
    JobDone done = done_;
    void* context = context_;
    delete this;
    done(context, std::move(job));
  }

  sched::Scheduler& scheduler_;
  std::unique_ptr<Job> job_;
  JobDone done_;
  void* context_;
  Cancelled cancelled_{false};
  uv_work_t work_ = {};
  bool refused_ = false;  ///< nothing was begun but a timer
  sched::Timer refusal_;
};

}  // namespace

void wait_for_writer(int descriptor, const Cancelled& cancelled) {
  while (!cancelled.load(std::memory_order_relaxed)) {
    if (wait_for(descriptor, Readiness::readable, cancel_check_ms)) return;
  }
}

Operation* start_job(sched::Scheduler& scheduler, std::unique_ptr<Job> job, JobDone done,
                     void* context) {
  auto* operation = new JobOperation(scheduler, std::move(job), done, context);
  scheduler.start(*operation);
  return operation;
}

}  // namespace lithe::io
