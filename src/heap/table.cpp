// SPDX-License-Identifier: Apache-2.0
#include "heap/table.hpp"

#include <algorithm>

#include "value/hash.hpp"

namespace lithe::heap {

using value::TableView;

namespace {

constexpr u64 least_pairs = 4;

void set_counts(Object* table, u32 live, u32 used) { table->words()[0] = live | u64{used} << 32; }

/// Slots for that many pairs, a power of two, all free. nullptr: refused, at the latest those of
/// which an object cannot have so many; so counts fit 32 bits. May collect.
Object* make_slots(Heap& heap, u64 pairs) {
  Object* slots = heap.try_allocate(Kind::table_slots, pairs * 2);
  if (slots == nullptr) return nullptr;
  for (u32 i = 0; i < slots->size(); i += 2) slots->init(i, Value::hole());
  return slots;
}

/// First free slot for a key that is not in the table.
u32 free_slot(const Object* slots, u64 hash) {
  u32 mask = slots->size() / 2 - 1;
  u32 slot = u32(hash) & mask;
  while (!slots->get(slot * 2).is(Value::Special::hole) || !slots->get(slot * 2 + 1).is_nil()) {
    slot = (slot + 1) & mask;
  }
  return slot;
}

/// Moves the entries into new slots with room for `pairs` entries. May collect.
bool rehash(Heap& heap, Root& table, u64 pairs) {
  u64 capacity = least_pairs;
  while (capacity < pairs + pairs / 3 + 1) capacity *= 2;
  Object* slots = make_slots(heap, capacity);
  if (slots == nullptr) return false;
  TableView old(table.object());
  for (u32 i = 0; i < old.capacity(); ++i) {
    if (!old.is_live(i)) continue;
    u32 slot = free_slot(slots, value::hash(old.key(i)));
    slots->init(slot * 2, old.key(i));
    slots->init(slot * 2 + 1, old.value(i));
  }
  set_counts(table.object(), old.live(), old.live());
  heap.store(table.object(), 1, Value::object(slots, false));
  // The new slots were filled by init(): nothing is old in them, they have just been made.
  return true;
}

}  // namespace

Value make_table(Heap& heap) {
  Object* table = heap.allocate(Kind::table, 2);
  set_counts(table, 0, 0);
  table->init(1, Value::nil());
  return Value::object(table, false);
}

bool table_set(Heap& heap, Value table, Value key, Value value) {
  u64 hash = value::hash(key);
  TableView view(table.as_object());
  u32 slot = view.find(key, hash);
  if (slot != TableView::not_found) {
    heap.store(const_cast<Object*>(view.slots()), slot * 2 + 1, value);
    return true;
  }
  Root kept_table(heap, table);
  Root kept_key(heap, key);
  Root kept_value(heap, value);
  // At most three quarters are in use, deleted ones included.
  if (u64{view.used() + 1} * 4 > u64{view.capacity()} * 3) {
    if (!rehash(heap, kept_table, std::max<u64>(u64{view.live()} * 2, 3))) return false;
  }
  view = TableView(kept_table.object());
  auto* slots = const_cast<Object*>(view.slots());
  slot = free_slot(slots, hash);
  heap.store(slots, slot * 2, kept_key);
  heap.store(slots, slot * 2 + 1, kept_value);
  set_counts(kept_table.object(), view.live() + 1, view.used() + 1);
  return true;
}

Value table_get(Value table, Value key, Value missing) {
  TableView view(table.as_object());
  u32 slot = view.find(key);
  return slot == TableView::not_found ? missing : view.value(slot);
}

bool table_has(Value table, Value key) {
  return TableView(table.as_object()).find(key) != TableView::not_found;
}

bool table_delete(Heap& heap, Value table, Value key) {
  TableView view(table.as_object());
  u32 slot = view.find(key);
  if (slot == TableView::not_found) return false;
  auto* slots = const_cast<Object*>(view.slots());
  heap.store(slots, slot * 2, Value::hole());
  heap.store(slots, slot * 2 + 1, Value::hole());
  set_counts(table.as_object(), view.live() - 1, view.used());
  return true;
}

void table_clear(Heap& heap, Value table) {
  set_counts(table.as_object(), 0, 0);
  heap.store(table.as_object(), 1, Value::nil());
}

u64 table_size(Value table) { return TableView(table.as_object()).live(); }

}  // namespace lithe::heap
