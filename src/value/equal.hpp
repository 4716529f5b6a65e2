// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "value/object.hpp"

namespace lithe::value {

/// equal() for anything; `depth`: how deep the comparison is inside keys of tables.
bool equal_objects(Value a, Value b, u32 depth = 0);

/// The language's `==`: structural; numbers by value across integer, bigint and float; NaN equals
/// nothing, so data that hold one do not even equal themselves; tables and buffers by content,
/// functions by identity, errors by kind, message and data. Iterative over nested data; tables
/// that contain themselves end, equal if no difference can be reached. Keys of tables that are
/// tables themselves are compared by content 32 levels deep, by identity below. Never collects.
inline bool equal(Value a, Value b) {
  if (a.is_pointer() || b.is_pointer()) return equal_objects(a, b);
  if (a.is_float() || b.is_float()) {
    if (a.is_float()) {
      if (b.is_float()) return a.as_float() == b.as_float();
      return b.is_integer() && a.as_float() == double(b.as_integer());
    }
    return a.is_integer() && double(a.as_integer()) == b.as_float();
  }
  return a == b;
}

}  // namespace lithe::value
