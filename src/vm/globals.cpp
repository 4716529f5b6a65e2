// SPDX-License-Identifier: Apache-2.0

#include "vm/globals.hpp"

#include <string>

#include "heap/map.hpp"
#include "heap/publish.hpp"
#include "heap/unit_registry.hpp"
#include "primitives/primitives.hpp"
#include "process/definitions.hpp"
#include "value/object.hpp"
#include "value/print.hpp"
#include "vm/native.hpp"
#include "vm/raise.hpp"
#include "vm/runtime_services.hpp"

namespace lithe::vm {

using value::Kind;

namespace {

/// The Code by which a call may take a shortcut: of a closure that captures nothing.
Code* shortcut(Value v) {
  if (!value::is_kind(v, Kind::closure) || v.as_object()->size() != 1) return nullptr;
  return code_of(v);
}

/// Copies the definition that a user cell stands for. Under the publication lock.
void copy_definition(Cell& cell, const Cell& library) {
  cell.value.store(library.value.load(std::memory_order_acquire), std::memory_order_release);
  cell.code.store(library.code.load(), std::memory_order_release);
  cell.plain.store(!cell.assigned.load(), std::memory_order_release);
}

/// What a builtin's name stands for: itself, or the value of a constant.
Value meaning_of(Process& process, primitives::Primitive builtin) {
  if (info(builtin).fold != primitives::Fold::constant) return Value::builtin(u32(builtin));
  Machine& machine = Machine::of(process);
  NativeCall call(process, machine.runtime, process.exec.stack_top, 0, u16(builtin));
  return machine.natives[u16(builtin)](call);
}

/// Finds what an undefined name stands for: a builtin, or a library definition, which is loaded.
/// => false: nothing; the error is set.
bool resolve(Process& process, Cell& cell) {
  Runtime& runtime = Machine::of(process).runtime;
  const primitives::Names& primitives = runtime.primitive_names();
  if (auto primitive = primitives.find(cell.name);
      primitive && (cell.library || !info(*primitive).internal())) {
    std::lock_guard lock(runtime.cells().publication);
    cell.value.store(meaning_of(process, *primitive).bits(), std::memory_order_release);
    cell.plain.store(!cell.assigned.load(), std::memory_order_release);
    return true;
  }
  Cell& library = runtime.cells().library(cell.name);
  bool loaded = Value::from_bits(library.value.load(std::memory_order_acquire)) != Value::unbound();
  if (!loaded && !runtime.load_library(process, library)) return false;
  if (&library != &cell) {
    std::lock_guard lock(runtime.cells().publication);
    copy_definition(cell, library);
  }
  return true;
}

}  // namespace

Value read_global(Process& process, Cell& cell, bool) {
  Value published = Value::from_bits(cell.value.load(std::memory_order_acquire));
  if (published == Value::unbound()) {
    if (!resolve(process, cell)) return Value::error();
    published = Value::from_bits(cell.value.load(std::memory_order_acquire));
  }
  if (cell.plain.load(std::memory_order_acquire)) return published;
  u32 version = cell.version.load(std::memory_order_acquire);
  if (process.definitions) {
    if (Value* own = process.definitions->find(&cell, version)) return *own;
  }
  if (!cell.has_mutable) return published;
  Value copy = heap::thaw(process.heap, published);
  if (copy == Value::error()) {
    raise(process, ErrorKind::out_of_memory,
          "no memory for this process's copy of a top-level value");
    return copy;
  }
  process.make_definitions().set(&cell, version, copy);
  return copy;
}

bool set_global(Process& process, Cell& cell, Value value) {
  heap::Root rooted(process.heap, value);
  if (read_global(process, cell, false) == Value::error()) return false;
  process.make_definitions().set(&cell, cell.version.load(std::memory_order_acquire), rooted);
  return true;
}

bool define_global(Process& process, Cell& cell, Value value) {
  Runtime& runtime = Machine::of(process).runtime;
  heap::Publication publication = heap::publish(process.heap, value);
  if (publication.refused) {
    raise(process, ErrorKind::out_of_memory, "no memory to publish the definition");
    return false;
  }
  heap::SharedUnit* old;
  u32 version;
  {
    std::lock_guard lock(runtime.cells().publication);
    old = cell.unit;
    cell.unit = publication.unit;
    cell.has_mutable = publication.has_mutable;
    cell.user_defined = true;
    cell.plain.store(false, std::memory_order_release);
    cell.code.store(nullptr, std::memory_order_release);
    cell.value.store(publication.value.bits(), std::memory_order_release);
    version = cell.version.fetch_add(1, std::memory_order_acq_rel) + 1;
    bool plain = !publication.has_mutable && !cell.assigned.load();
    cell.code.store(plain ? shortcut(publication.value) : nullptr, std::memory_order_release);
    cell.plain.store(plain, std::memory_order_release);
  }
  if (publication.has_mutable) process.make_definitions().set(&cell, version, value);
  runtime.redefined(cell);
  if (old) runtime.units().retire(old);
  return true;
}

Value make_map_literal(Process& process, const u64* words, u32 pairs) {
  heap::RootVector slots(process.heap);
  for (u32 i = 0; i < 2 * pairs; i++) slots.push_back(Value::from_bits(words[i]));
  heap::MapResult made = heap::make_map(process.heap, slots.span(), heap::Duplicates::refuse);
  if (made.map != Value::error()) return made.map;
  if (made.duplicate < 0) {
    raise(process, ErrorKind::out_of_memory, "no memory for a map");
    return Value::error();
  }
  Runtime& runtime = Machine::of(process).runtime;
  std::string message = "duplicate key ";
  value::print(slots[2 * u64(made.duplicate)], runtime.names(), &runtime.namer(), message,
               {.max_bytes = 60});
  raise(process, ErrorKind::value, message + " in a map");
  return Value::error();
}

}  // namespace lithe::vm
