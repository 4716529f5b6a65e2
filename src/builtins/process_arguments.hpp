// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "builtins/builtins.hpp"

// What the builtins that deal with processes have in common.

namespace lithe::builtins {

/// The pid at position i, or the one registered under the name there. Value::error(): it is
/// neither, the error is set. Whether the process is alive is another question.
Value expect_process(NativeCall& call, u32 i);

/// A duration. => false: the error is set.
bool expect_milliseconds(NativeCall& call, u32 i, double& out);

/// `result`, or Value::error() if the running process is to end now.
Value ended_or(NativeCall& call, Value result);

}  // namespace lithe::builtins
