// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "builtins/builtins.hpp"

namespace lithe::builtins {

/// Precondition: `buffer` is one, and `index` below its length. May collect.
Value buffer_element(NativeCall& call, Value buffer, u64 index);

}  // namespace lithe::builtins
