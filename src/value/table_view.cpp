// SPDX-License-Identifier: Apache-2.0
#include "value/table_view.hpp"

#include "value/equal.hpp"
#include "value/hash.hpp"

namespace lithe::value {

namespace {

bool same_key(Value a, Value b, u32 depth) {
  if (a.is_pointer() && b.is_pointer()) return equal_objects(a, b, depth);
  return equal(a, b);
}

}  // namespace

u32 TableView::find(Value key) const { return live() == 0 ? not_found : find(key, hash(key)); }

u32 TableView::find(Value key, u64 hash, u32 depth) const {
  if (live() == 0) return not_found;
  u32 mask = capacity_ - 1;
  // Some slot is always free, so the search ends.
  for (u32 slot = u32(hash) & mask;; slot = (slot + 1) & mask) {
    Value found = this->key(slot);
    if (found.is(Value::Special::hole)) {
      if (value(slot).is_nil()) return not_found;
    } else if (same_key(found, key, depth)) {
      return slot;
    }
  }
}

}  // namespace lithe::value
