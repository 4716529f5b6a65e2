// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "heap/heap.hpp"
#include "value/order.hpp"
#include "value/tree.hpp"

// The immutable map and the immutable set (value/tree.hpp has their shapes). Preconditions: `map`
// is a map, `collection` a map or a set.

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
/// From elements in rooted slots, which it reorders; of equal ones the last counts.
/// Value::error() when refused. May collect.
Value make_set(Heap& heap, std::span<Value> elements);
/// Sorts the entries of a map or set in place by key and drops repeated keys: the first of equal
/// keys stays, with the last of their values. Linear if they are in order. => entries left;
/// -1 - i when `duplicates` refuses, i being the first repeated entry. Never collects.
i64 sort_entries(value::Kind kind, std::span<Value> words, Duplicates duplicates,
                 const base::NameTable& names);
/// Words of entries as sort_entries() leaves them => the map or set; Value::error() when refused.
/// The words are in rooted slots. May collect.
Value make_sorted(Heap& heap, value::Kind kind, std::span<const Value> words);

inline u64 map_size(Value map) { return value::entry_count(map.as_object()); }
/// The value, or `missing`. Never collects.
Value map_get(Value map, Value key, Value missing, const base::NameTable& names);
/// Whether there is an entry with that key. Never collects.
bool has_entry(Value collection, Value key, const base::NameTable& names);
/// A new map with one entry added, or with another value for its key; Value::error() when
/// refused. May collect.
Value map_put(Heap& heap, Value map, Value key, Value value);
/// A new set with one element more, or the same one. Value::error() when refused. May collect.
Value set_put(Heap& heap, Value set, Value element);
/// A new map or set without the entry of that key, or the same one. Value::error() when refused.
/// May collect.
Value remove_entry(Heap& heap, Value collection, Value key);
/// Keys and values alternating, in key order, of a map or a table, into `out`. Never collects.
void sorted_pairs(Heap& heap, Value map_or_table, RootVector& out);
/// The words of all entries of a vector, map or set, in order, into `out`. Never collects.
void append_words(Value collection, RootVector& out);

}  // namespace lithe::heap
