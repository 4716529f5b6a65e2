// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/name_table.hpp"
#include "value/object.hpp"

namespace lithe::value {

/// A total preorder over all values, fixed by their contents: nil, booleans, numbers (by value,
/// NaN last), strings, symbols and keywords (each by code point), lists (element by
/// element), vectors and maps (by size, then element by element), then everything else by kind.
/// -1, 0, 1.
///
/// Equal values give 0. Different ones give 0 only if both are opaque or mutable (functions of
/// the same code, tables, buffers): who searches by this order tests the neighbours with equal().
/// Iterative. Never collects.
int order(Value a, Value b, const base::NameTable& names);

}  // namespace lithe::value
