// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "heap/heap.hpp"
#include "heap/shared_unit.hpp"

namespace lithe::heap {

/// What a cell keeps of a published value.
struct Publication {
  /// Holds the value, or at least counts the units that it points into; null for an immediate
  /// value. Goes to UnitRegistry::retire when the cell gets another value.
  SharedUnit* unit = nullptr;
  Value value;               ///< shared or immediate; may be handed out only if !has_mutable
  bool has_mutable = false;  ///< readers take thaw(heap, value)
  bool refused = false;      ///< no memory; nothing was made
};

/// Copies a value deeply into a new shared unit; sharing and cycles are kept. `v` is of this heap
/// (which is as before afterwards). Never collects.
Publication publish(Heap& heap, Value v);

/// This process's own copy of a published value that has something mutable in it: the whole
/// bundle, sharing and cycles kept; units without anything mutable stay shared. Value::error()
/// when refused. May collect.
Value thaw(Heap& heap, Value v);

}  // namespace lithe::heap
