// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "builtins/builtins.hpp"
#include "value/number.hpp"

// What the builtins on numbers have in common.

namespace lithe::builtins {

/// True if all arguments are numbers; else the error is set.
bool expect_numbers(NativeCall& call);
/// The same for integers.
bool expect_integers(NativeCall& call);

/// One of heap/numbers.hpp.
using Operation = Value (*)(heap::Heap&, Value, Value);

/// Folds the arguments, at least one, from the left; the first slot is used up. Types have been
/// checked. A division by integer zero and a result that is too large become errors.
Value fold(NativeCall& call, Operation operation);

/// The value to return for what an operation of heap/numbers.hpp gave on operands of the right
/// type.
Value give_number(NativeCall& call, Value result);

}  // namespace lithe::builtins
