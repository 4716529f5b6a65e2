// SPDX-License-Identifier: Apache-2.0
#include "heap/publish.hpp"

#include <cstdlib>
#include <new>

#include "base/memory_fault.hpp"
#include "heap/fragment.hpp"
#include "heap/graph_copy.hpp"
#include "heap/memory_account.hpp"

namespace lithe::heap {

Publication publish(Heap& heap, Value v) {
  Publication result;
  result.value = v;
  if (!v.is_pointer()) return result;
  HeapEnvironment& environment = heap.environment();
  result.refused = true;
  GraphCopy copy(environment.account, GraphCopy::Source::from_heap, 1);
  if (!copy.scan(v)) return result;
  u64 bytes = sizeof(SharedUnit::Block) + copy.words() * 8;
  // What is published stays: room is left to define the name anew.
  u64 spare = environment.account.ceiling() / 8;
  if (!environment.account.has_room(bytes + spare)) return result;
  auto* block = static_cast<SharedUnit::Block*>(base::try_malloc(bytes));
  if (block == nullptr) return result;
  *block = {nullptr, bytes};
  UnitBuilder builder(environment.units, environment.account);
  SharedUnit* unit = builder.unit();
  unit->blocks = block;
  builder.add_bytes(bytes);
  auto* memory = reinterpret_cast<u64*>(block + 1);
  Object* off_heap = nullptr;
  if (!copy.write(memory, unit, off_heap)) return result;
  while (Object* object = off_heap) {
    off_heap = reinterpret_cast<Object*>(object->words()[1]);
    builder.link_off_heap(object);
  }
  copy.units().for_each<SharedUnit>([&builder](SharedUnit* other) { builder.refer(other); });
  unit->has_mutable = copy.has_mutable();
  result.value = copy.translate(v, memory, unit);
  result.has_mutable = unit->has_mutable;
  result.unit = builder.finish();
  result.refused = false;
  return result;
}

Value thaw(Heap& heap, Value v) {
  if (!v.is_shared_pointer()) return v;
  GraphCopy copy(heap.environment().account, GraphCopy::Source::from_units, 0);
  Fragment* fragment = nullptr;
  if (copy.scan(v) && heap.has_room(copy.words() * 8)) {
    fragment = fragment_of(heap.environment().account, copy, v);
  }
  if (fragment == nullptr) {
    heap.note_refused();
    return Value::error();
  }
  heap.adopt(fragment);
  return fragment->root;
}

}  // namespace lithe::heap
