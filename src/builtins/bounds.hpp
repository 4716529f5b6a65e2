// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "builtins/builtins.hpp"

namespace lithe::builtins {

/// Argument i as the index of one of `length` elements. False: it is none, and the error is set.
bool expect_index(NativeCall& call, u32 i, u64 length, u64& out);

/// Argument i as a place between elements, `low` to `length`.
bool expect_bound(NativeCall& call, u32 i, u64 low, u64 length, u64& out);

}  // namespace lithe::builtins
