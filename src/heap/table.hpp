// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "heap/heap.hpp"
#include "value/table_view.hpp"

// The mutable map: `map/create map/set! map/delete! map/clear!`. Keys by the language's `==`.
// Reading is value::TableView. Preconditions: `table` is a table.

namespace lithe::heap {

/// May collect.
Value make_table(Heap& heap);
/// False when refused for memory; the table is as before. May collect.
bool table_set(Heap& heap, Value table, Value key, Value value);
/// The value, or `missing`. Never collects.
Value table_get(Value table, Value key, Value missing);
bool table_has(Value table, Value key);
/// True if it was there. Never collects.
bool table_delete(Heap& heap, Value table, Value key);
/// Never collects.
void table_clear(Heap& heap, Value table);
u64 table_size(Value table);

}  // namespace lithe::heap
