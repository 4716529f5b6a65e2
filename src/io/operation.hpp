// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.hpp"
#include "io/error.hpp"
#include "sched/scheduler.hpp"

namespace lithe::io {

/// Something started whose completion comes later, by a function pointer, on the scheduler's
/// thread, outside any turn. The completion is its last sign of life: it then frees itself, so
/// who holds a pointer forgets it there. Everything here belongs to the scheduler's thread.
class Operation : public sched::External {
 public:
  /// At any time before the completion: the completion never comes, and the pointer is dead.
  virtual void cancel() = 0;

 protected:
  ~Operation() = default;
};

using FileDone = void (*)(void* context, const std::string& path,
                          base::Result<std::string, Error>&& content);

/// Reads a whole file (or anything that can be opened and has an end), in bounded chunks on
/// libuv's threads. More than `limit` bytes is an error.
Operation* read_file(sched::Scheduler& scheduler, std::string path, u64 limit, FileDone done,
                     void* context);

/// The same, blocking, for who is not in a scheduler.
base::Result<std::string, Error> read_file_now(const std::string& path, u64 limit);

/// Writes everything to a descriptor, blocking: waits where it would block, goes on after
/// interruptions and short writes. A closed pipe is an error (EPIPE), never a signal.
base::Result<void, Error> write_all(int descriptor, std::string_view bytes);

/// An environment variable; null when not set. The program must not change its environment.
const char* environment(const std::string& name);

}  // namespace lithe::io
