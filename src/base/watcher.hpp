// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/integers.hpp"

namespace lithe::base {

/// Whoever waits for a long work may have had enough of it.
class Watcher {
 public:
  /// Asked now and then by the thread that works. True: it stops there.
  virtual bool is_over() = 0;

 protected:
  ~Watcher() = default;
};

/// Asks a watcher, if there is one, at every 4096th step of a long work.
class WatchedSteps {
 public:
  explicit WatchedSteps(Watcher* watcher) : watcher_(watcher) {}
  bool is_over() { return (++steps_ & 0xFFF) == 0 && watcher_ && watcher_->is_over(); }

 private:
  Watcher* watcher_;
  u32 steps_ = 0;
};

}  // namespace lithe::base
