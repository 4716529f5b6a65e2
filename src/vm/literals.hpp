// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/name_table.hpp"
#include "base/watcher.hpp"
#include "heap/heap.hpp"
#include "heap/shared_unit.hpp"
#include "syntax/datum.hpp"

// Data as values. Iterative: any depth. Of keys that a map repeats the last counts: who reads the
// text has refused it (syntax/map_keys.hpp).

namespace lithe::vm {

/// Told of each symbol and of each list that is not empty, when its value has been made.
class LiteralListener {
 public:
  virtual void made(const syntax::Datum& datum, value::Value v) = 0;

 protected:
  ~LiteralListener() = default;
};

/// True if its value needs no memory.
bool is_immediate(const syntax::Datum& datum);
/// Precondition: is_immediate(datum).
value::Value immediate_value(const syntax::Datum& datum);
/// As a value of a shared unit.
value::Value build_literal(heap::UnitBuilder& builder, const syntax::Datum& datum,
                           const base::NameTable& names);
/// As a value of a process's heap; Value::error() when refused, or when `watcher` is over. May
/// collect.
value::Value make_literal(heap::Heap& heap, const syntax::Datum& datum,
                          LiteralListener* listener = nullptr, base::Watcher* watcher = nullptr);

}  // namespace lithe::vm
