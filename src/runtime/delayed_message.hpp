// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sched/timer_wheel.hpp"
#include "value/value.hpp"

namespace lithe::heap {
struct Fragment;
}

namespace lithe::runtime {

class Runtime;

/// A message on its way (send-after). Holds the run while it is.
struct DelayedMessage {
  DelayedMessage(Runtime& runtime, u64 number, value::Value pid, heap::Fragment* message)
      : runtime(runtime), number(number), pid(pid), message(message) {}
  ~DelayedMessage();
  DelayedMessage(const DelayedMessage&) = delete;
  DelayedMessage& operator=(const DelayedMessage&) = delete;

  Runtime& runtime;
  u64 number;
  value::Value pid;
  heap::Fragment* message;  ///< null: sent
  sched::Timer timer;
};

}  // namespace lithe::runtime
