// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "value/object.hpp"

namespace lithe::value {

/// Reads a table object: word 0 is live | used << 32 (used counts deleted slots too), word 1 the
/// slots object, nil while the table is empty. A slot is a pair of words: (hole, nil) is free,
/// (hole, hole) deleted. Dead at the next collection.
class TableView {
 public:
  explicit TableView(const Object* table) : table_(table) {
    Value slots = table->get(1);
    if (slots.is_object()) {
      slots_ = slots.as_object();
      capacity_ = slots_->size() / 2;
    }
  }

  u32 live() const { return u32(table_->words()[0]); }
  u32 used() const { return u32(table_->words()[0] >> 32); }
  u32 capacity() const { return capacity_; }  ///< in pairs: a power of two, or 0
  const Object* slots() const { return slots_; }

  bool is_live(u32 slot) const { return !key(slot).is(Value::Special::hole); }
  bool is_free(u32 slot) const {
    return key(slot).is(Value::Special::hole) && value(slot).is_nil();
  }
  Value key(u32 slot) const { return slots_->get(slot * 2); }
  Value value(u32 slot) const { return slots_->get(slot * 2 + 1); }

  static constexpr u32 not_found = 0xFFFF'FFFF;
  /// Slot of the key, or not_found. `depth` as for equal_objects().
  u32 find(Value key) const;
  u32 find(Value key, u64 hash, u32 depth = 0) const;

 private:
  const Object* table_;
  const Object* slots_ = nullptr;
  u32 capacity_ = 0;
};

}  // namespace lithe::value
