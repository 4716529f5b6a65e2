// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "builtins/builtins.hpp"

// What the builtins on lists have in common. A list is finite and never circular: a cell's tail
// is set once.

namespace lithe::builtins {

/// The number of elements. False: interrupted, and the error is set.
bool list_count(NativeCall& call, Value list, u64& out);

/// The element of the list that is argument 0 at the index that is argument `position`. When
/// there is none: `missing`, or, if that is Value::error(), an error.
Value list_element(NativeCall& call, u32 position, Value missing);

}  // namespace lithe::builtins
