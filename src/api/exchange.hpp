// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "base/name_table.hpp"
#include "heap/heap.hpp"
#include "lithe/value.hpp"
#include "value/print.hpp"

// Values of a runtime's heaps to values of the host, and back. Both are copies: nothing of one
// side refers to the other.

namespace lithe::api {

/// What tells one runtime's names and identities from another's.
struct Side {
  base::NameTable& names;
  value::FunctionNamer& namer;
  u64 runtime;               ///< number of the runtime in this program
  u64 most_bytes = ~u64{0};  ///< that a value may take in the host's memory
};

/// Out of a heap. What only means something inside becomes Kind::other. Never collects.
Result<Value> take(const Side& side, heap::Heap& heap, value::Value v);

/// Whether give() can take it, memory apart. Any thread.
std::optional<Error> why_not(u64 runtime, const Value& v);

/// Into a heap. Precondition: why_not() knows nothing. => Value::error(): no memory. May
/// collect.
value::Value give(const Side& side, heap::Heap& heap, const Value& v);

}  // namespace lithe::api
