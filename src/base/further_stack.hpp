// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace lithe::base {

/// Runs `function(argument)` to its end on a fresh stack of that size, on a thread of its own, and
/// waits for it. For recursion that has used up what its caller's stack has to give: it costs
/// tens of microseconds, so check before each step and call this once, not per step. The stack is
/// committed by use.
/// => false: the system gives no thread now; the function did not run.
bool run_on_further_stack(size_t bytes, void (*function)(void*), void* argument);

}  // namespace lithe::base
