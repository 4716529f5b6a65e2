// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/name_table.hpp"
#include "value/object.hpp"

namespace lithe::value {

/// A total preorder over all values, fixed by their contents: nil, booleans, numbers (by value,
/// NaN last), strings, symbols and keywords (each by code point), lists (element by
/// element), vectors, maps and sets (by size, then element by element), then everything else by
/// kind. -1, 0, 1.
///
/// Equal values give 0. Different ones give 0 only if both are opaque or mutable (functions of
/// the same code, tables, buffers): who searches by this order tests the neighbours with equal().
/// Iterative. Never collects.
inline int order(Value a, Value b, const base::NameTable& names);
/// The same, without the short cut for integers.
int order_any(Value a, Value b, const base::NameTable& names);

int order(Value a, Value b, const base::NameTable& names) {
  if (!a.is_integer() || !b.is_integer()) return order_any(a, b, names);
  return int(a.as_integer() > b.as_integer()) - int(a.as_integer() < b.as_integer());
}

}  // namespace lithe::value
