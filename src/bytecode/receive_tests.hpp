// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/core.hpp"

namespace lithe::bytecode {

/// Whether what a Receive's body evaluates before it accepts or skips a message may keep parts of
/// it: calls, assignments and closures may, patterns and pure builtins cannot. Each node is asked
/// once, and bodies of clauses are not looked at.
bool tests_may_keep(const core::Node& body);

}  // namespace lithe::bytecode
