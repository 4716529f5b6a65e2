// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <absl/container/flat_hash_map.h>

#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/watcher.hpp"
#include "heap/heap.hpp"
#include "syntax/datum.hpp"

// Program text as values and back, for macros and eval.

namespace lithe::runtime {

/// Data that were given to a program as values, so that what comes back unchanged keeps its
/// places: a list is known by its first cell (lists are immutable, so the same cell is the same
/// list), a symbol by its name.
class GivenData {
 public:
  /// `watcher` may end a long work of both.
  GivenData(heap::Heap& heap, base::Watcher& watcher)
      : heap_(heap), watcher_(watcher), cells_(heap) {}

  /// The datum as a value; Value::error() when refused or the watcher is over. May collect.
  value::Value give(const syntax::Datum& datum);

  /// A value as a datum in `arena`. What was not given has the place `span`. An error says what
  /// cannot be program text ("a table"), or "interrupted" when the watcher is over. Never collects.
  base::Result<const syntax::Datum*, std::string> take(value::Value v, base::Arena& arena,
                                                       syntax::Span span);

 private:
  heap::Heap& heap_;
  base::Watcher& watcher_;
  heap::RootVector cells_;
  std::vector<const syntax::Datum*> lists_;  ///< beside cells_
  absl::flat_hash_map<u64, const syntax::Datum*> symbols_;
};

}  // namespace lithe::runtime
