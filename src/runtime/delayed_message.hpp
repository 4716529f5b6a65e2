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
  /// What counts of one, its place in the table included.
  static constexpr u64 counted_bytes = 192;

  DelayedMessage(Runtime& runtime, u64 number, value::Value pid, heap::Fragment* message);
  ~DelayedMessage();
  DelayedMessage(const DelayedMessage&) = delete;
  DelayedMessage& operator=(const DelayedMessage&) = delete;

  Runtime& runtime;
  u64 number;
  value::Value pid;
  heap::Fragment* message;  ///< null: sent
  u32 call_number;          ///< of the host's call that sent it (Limits)
  sched::Timer timer;
};

}  // namespace lithe::runtime
