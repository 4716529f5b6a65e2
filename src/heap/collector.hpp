// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "heap/heap.hpp"

namespace lithe::heap {

/// What a RootVisitor talks to.
class CollectorBase {
 public:
  virtual void visit_range(Value* slots, u64 count) = 0;

 protected:
  ~CollectorBase() = default;
};

// The policy of when to collect, and into what. Rules:
//
// 1. A collection either happens completely or, when the system has no memory for it, not at
//    all; it never stops half-way, because what it copies into is large enough for the worst case.
// 2. It runs to its end without running anything of the program: roots are visited, no more.
// 3. Nothing is freed before the copy is complete and the registry of units has been told.

/// Collects; afterwards `need` words are free in the young space. False: no memory, nothing
/// has changed.
bool collect(Heap& heap, u64 need, bool major);
/// Major collection that leaves the heap in one block without free words (home if it fits).
bool compact(Heap& heap);

/// The young space's memory goes back, unless it is home.
void free_young(HeapState& heap);
void free_old(HeapState& heap);

}  // namespace lithe::heap
