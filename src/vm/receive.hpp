// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vm/machine.hpp"

namespace lithe::vm {

enum class ReceiveStep : u8 { message, timed_out, none, failed };

/// Starts a scan of the mailbox. `timeout` is nil (wait for ever) or milliseconds.
/// => false: the timeout is not one, or a scan is under way (a guard that receives); the error
/// is set.
bool receive_begin(Process& process, Value timeout);
/// The next message of the scan, as a value that stays valid like a register.
ReceiveStep receive_next(Process& process, Value& message);
/// Takes the current message out and ends the scan and its timer.
void receive_accept(Process& process);

}  // namespace lithe::vm
