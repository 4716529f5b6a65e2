// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace lithe::process {

class Process;

/// What processes ask of whoever schedules them.
///
/// wake() may be called by any thread that has found the process in the ProcessTable, also while
/// the process runs and also without need. A process that is woken is resumed at least once
/// afterwards, and then finds everything that was in its mailbox before the call.
class Waker {
 public:
  virtual void wake(Process& process) = 0;

 protected:
  ~Waker() = default;
};

}  // namespace lithe::process
