// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <mutex>
#include <vector>

#include "base/integers.hpp"

namespace lithe::runtime {

class Runtime;

/// What other threads want done on a runtime's thread, outside any turn, in order. Those threads
/// hold it by a shared pointer, so it may outlive the runtime; it then refuses.
///
/// Work is destroyed outside the lock: its captures may post again.
class Inbox {
 public:
  using Work = std::function<void(Runtime&)>;

  explicit Inbox(Runtime& runtime) : runtime_(&runtime) {}

  /// Any thread. => false: the runtime is gone.
  bool post(Work work);
  /// The runtime's thread: does what is there, first to last.
  void run_all();
  /// The runtime goes away; what has not been done is dropped.
  void close();

 private:
  std::mutex mutex_;
  Runtime* runtime_;  ///< null: closed
  std::vector<Work> work_;
};

}  // namespace lithe::runtime
