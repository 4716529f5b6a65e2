// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "process/failure.hpp"
#include "vm/machine.hpp"

namespace lithe::vm {

/// A call's head is evaluated before its arguments, but the code looks a name up when it calls.
/// So when an argument fails and nothing has the head's name, the error is made one of the head:
/// a misspelt special form is called by its name, not by what happened to its parts.
/// => the place of that call; line 0: the error stays as it is. May collect.
process::Place blame_unbound_head(Process& process, const Code& code, const process::Place& failed);

/// Adds to an error in the arguments of recv, if these look like the clauses of a receive, that
/// receive is what takes them.
void suggest_receive(Process& process, const Code& code, const process::Place& failed);

/// Adds to the error that something called at a place is no function what it was called by.
void name_called(Process& process, const Code& code, const process::Place& failed);

}  // namespace lithe::vm
