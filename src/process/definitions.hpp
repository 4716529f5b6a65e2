// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/integers.hpp"
#include "process/keyed_list.hpp"
#include "value/value.hpp"

namespace lithe::heap {
class RootVisitor;
}

namespace lithe::process {

/// This process's own values of top-level variables: what it gave them by `set!`, and its copies
/// of published values that contain something mutable. An entry holds for one version of the
/// definition: after a new `def` it is not found any more.
///
/// Cells are known by address alone; they are never freed.
struct Definitions {
 public:
  /// Null: this process has no value of its own for this version.
  value::Value* find(const void* cell, u32 version) {
    Entry* entry = entries_.find(reinterpret_cast<u64>(cell));
    return entry && entry->version == version ? &entry->value : nullptr;
  }

  void set(const void* cell, u32 version, value::Value value) {
    if (Entry* entry = entries_.find(reinterpret_cast<u64>(cell))) {
      entry->version = version;
      entry->value = value;
    } else {
      entries_.insert({reinterpret_cast<u64>(cell), version, value});
    }
  }

  void visit_roots(heap::RootVisitor& visitor);

 private:
  struct Entry {
    u64 cell;
    u32 version;
    value::Value value;
    u64 key() const { return cell; }
  };
  KeyedList<Entry> entries_;
};

}  // namespace lithe::process
