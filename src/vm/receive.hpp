// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vm/machine.hpp"

namespace lithe::vm {

struct Received {
  enum class What : u8 { message, timed_out, none, failed };
  What what;
  Value message = Value::nil();  ///< stays valid like a register
};

/// Starts a scan of the mailbox. `timeout` is nil (wait for ever) or milliseconds.
/// => false: the timeout is not one, or a scan is under way (a guard that receives); the error
/// is set.
bool receive_begin(Process& process, Value timeout);
/// The next message of the scan.
Received receive_next(Process& process);
/// Takes the current message out and ends the scan and its timer.
void receive_accept(Process& process);

}  // namespace lithe::vm
