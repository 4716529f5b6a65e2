// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <string>

#include "process/process.hpp"

namespace lithe::vm {

/// What a builtin has done on another thread while its process waits (Runtime::wait_outside).
/// It holds nothing of the process's heap but off-heap data that it has retained. Freed on the
/// runtime's thread, whether its answer is taken or not: the process may have ended meanwhile.
class OutsideWork {
 public:
  virtual ~OutsideWork() = default;
  /// On another thread; may block. Where it may last it looks at `cancelled`, every 50 ms at
  /// least.
  virtual void run(const std::atomic<bool>& cancelled) = 0;
  /// Instead of run(): it cannot be done, for this reason.
  virtual void refuse(std::string reason) = 0;
  /// Afterwards on the runtime's thread: the builtin's value, or Value::error() with the failure
  /// set in the process. May collect.
  virtual value::Value answer(process::Process& process) = 0;
};

}  // namespace lithe::vm
