// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "builtins/builtins.hpp"

// Reading what is a map or a table, or a set, for those who have found out that it is one. None
// collects but the last.

namespace lithe::builtins {

u64 map_or_table_size(Value v);
Value map_or_table_get(NativeCall& call, Value v, Value key, Value missing);
bool map_or_table_has(NativeCall& call, Value v, Value key);
/// The element of the set that is argument 0 which equals argument 1, else `missing`.
Value set_element(NativeCall& call, Value missing);
/// List of the elements of the vector or set that is argument 0. May collect, unlike the others.
Value list_of_elements(NativeCall& call);

}  // namespace lithe::builtins
