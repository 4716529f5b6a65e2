// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/core.hpp"

namespace lithe::core {

/// Checks what core.hpp says of a unit's tree: children present, locals bound where they are used
/// and owned by the function around them, captures that lead to their local, Recur and
/// NextAlternative inside their targets, tail flags in tail positions. Empty if all is well, else
/// what is wrong. What is nested deeper than 64 KiB of stack allow is not checked.
std::string verify(const Lambda& top);

}  // namespace lithe::core
