// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vm/machine.hpp"

namespace lithe::vm {

struct Polled {
  enum class Next : u8 {
    go_on,
    leave,   ///< leave the loop with `stop`; the instruction at the position is executed again
    failed,  ///< an error is set: the process was interrupted
  };
  Next next = Next::go_on;
  Stop stop = Stop::returned;
};

/// Serves what was asked of the process, if anything (ends, collects, takes signals, yields).
/// The position is saved and exec.stack_top covers what is live.
Polled serve_poll(Process& process);

/// Room for `words` from `at` on in the process stack. Moves the stack. => false: the error
/// :stack-overflow is set.
bool reserve_stack(Process& process, u64* at, u32 words);

/// List of `count` words in the process stack. May collect.
Value rest_list(Process& process, const u64* words, u32 count);

}  // namespace lithe::vm
