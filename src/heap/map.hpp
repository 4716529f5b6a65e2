// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "heap/heap.hpp"
#include "value/order.hpp"

// The immutable map, flat: k v k v … in key order. Preconditions: `map` is a map.

namespace lithe::heap {

/// What to do with a key that occurs twice.
enum class Duplicates : u8 { refuse, last_wins };

struct MapResult {
  Value map = Value::error();  ///< Value::error(): refused for memory, or a duplicate
  /// With Duplicates::refuse: index (in pairs) of the first key that repeats an earlier one.
  i64 duplicate = -1;
};

/// From keys and values that alternate, in rooted slots, which it reorders. May collect.
MapResult make_map(Heap& heap, std::span<Value> pairs, Duplicates duplicates);
/// Sorts pairs in place by key and drops repeated keys, keeping the last (stable). => pairs
/// left; -1 - i when `duplicates` refuses, i being the first repeated pair. Never collects.
i64 sort_pairs(std::span<Value> pairs, Duplicates duplicates, const base::NameTable& names);

u64 map_size(Value map);
/// The value, or `missing`. Never collects.
Value map_get(Value map, Value key, Value missing, const base::NameTable& names);
/// Index of the pair, or -1. Never collects.
i64 map_find(Value map, Value key, const base::NameTable& names);
/// A new map with one pair added or replaced; Value::error() when refused. May collect.
Value map_put(Heap& heap, Value map, Value key, Value value);
/// A new map without the key, or the same one. Value::error() when refused. May collect.
Value map_remove(Heap& heap, Value map, Value key);
/// Keys and values alternating, in key order, of a map or a table, into `out`. Never collects.
void sorted_pairs(Heap& heap, Value map_or_table, RootVector& out);

}  // namespace lithe::heap
