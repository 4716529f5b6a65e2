// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

namespace lithe::sched {

/// Ctrl-C for a host that asks for it: while an object of this class lives, SIGINT calls
/// `function(context)` on a thread of its own, where every thread-safe call is allowed
/// (Scheduler::preempt_current, post, stop). The previous handler is restored by the destructor.
/// Process-wide: one at a time.
class InterruptWatch {
 public:
  /// `once`: a second SIGINT has the default effect, for a program that does not end at the first.
  InterruptWatch(void (*function)(void* context), void* context, bool once = false);
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lithe::sched
