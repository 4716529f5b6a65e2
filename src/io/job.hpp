// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>

#include "io/operation.hpp"

namespace lithe::io {

/// Set while a job is under way when nobody wants its result any more.
using Cancelled = std::atomic<bool>;

/// Something that blocks, done in one piece on libuv's threads. What it holds is freed with it,
/// on the scheduler's thread, whether its result is taken or not.
class Job {
 public:
  virtual ~Job() = default;
  /// Another thread. Where it may last it looks at `cancelled`, every 50 ms at least.
  virtual void run(const Cancelled& cancelled) = 0;
  /// Instead of run(): the system has no thread to give.
  virtual void refuse(Error error) = 0;
};

/// How long a job may block before it looks at `cancelled`.
constexpr int cancel_check_ms = 50;

using JobDone = void (*)(void* context, std::unique_ptr<Job> job);

/// The completion gets the job back.
Operation* start_job(sched::Scheduler& scheduler, std::unique_ptr<Job> job, JobDone done,
                     void* context);

/// Blocks until somebody has opened a FIFO for writing, which was opened for reading without
/// waiting for that: before, a read finds an end that is none. Or until `cancelled` is set.
void wait_for_writer(int descriptor, const Cancelled& cancelled);

/// As write_all without the last argument (io/operation.hpp); ECANCELED once it is set.
base::Result<void, Error> write_all(int descriptor, std::string_view bytes,
                                    const Cancelled& cancelled);

}  // namespace lithe::io
