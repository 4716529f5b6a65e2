// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "heap/heap.hpp"
#include "value/tree.hpp"

// The immutable vector (value/tree.hpp has its shape). Precondition: `vector` is one. Each gives
// Value::error() when refused, and may collect. Heap::make_vector makes one from its elements.

namespace lithe::heap {

/// With another element at an index that is below the length. O(log32 length).
Value vector_put(Heap& heap, Value vector, u64 index, Value element);
/// With one element more at the end. O(log32 length).
Value vector_push(Heap& heap, Value vector, Value element);
/// Without the last element, of which there is one. O(log32 length).
Value vector_pop(Heap& heap, Value vector);
/// The elements from `from` to before `to`; from <= to <= length. O(to - from).
Value vector_slice(Heap& heap, Value vector, u64 from, u64 to);
/// Those of both. O(log32 length) for each element of `right`, or O(length of both).
Value vector_concat(Heap& heap, Value left, Value right);

}  // namespace lithe::heap
