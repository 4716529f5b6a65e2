// SPDX-License-Identifier: Apache-2.0
#include "process/process_table.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/memory_fault.hpp"
#include "process/process.hpp"
#include "process/relations.hpp"

namespace lithe::process {

using value::Value;

ProcessTable::ProcessTable(Waker& waker, u32 limit)
    : waker_(waker), limit_(std::min(limit, slot_limit)) {}

ProcessTable::~ProcessTable() {
  for (std::atomic<Slot*>& chunk : chunks_) delete[] chunk.load();
}

u32 ProcessTable::new_slot() {
  u32 slot = slots_.load(std::memory_order_relaxed);
  if (slot == slot_limit) return no_slot;
  u32 chunk = chunk_of(slot);
  if (chunks_[chunk].load(std::memory_order_relaxed) == nullptr) {
    u32 size = chunk == 0 ? 1u << first_chunk_bits : 1u << (first_chunk_bits + chunk - 1);
    auto* slots = base::memory_fails() ? nullptr : new (std::nothrow) Slot[size];
    if (slots == nullptr) return no_slot;
    chunks_[chunk].store(slots, std::memory_order_release);
  }
  Slot& fresh = at(slot);
  fresh.process.store(nullptr, std::memory_order_relaxed);
  fresh.generation.store(1, std::memory_order_relaxed);
  slots_.store(slot + 1, std::memory_order_release);
  return slot;
}

bool ProcessTable::add(Process& process) {
  std::lock_guard lock(mutex_);
  if (size_.load(std::memory_order_relaxed) >= limit_) return false;
  u32 slot = free_;
  if (slot != no_slot) {
    free_ = at(slot).next_free;
  } else {
    slot = new_slot();
    if (slot == no_slot) return false;
  }
  Slot& entry = at(slot);
  process.self = Value::pid(slot, entry.generation.load(std::memory_order_relaxed));
  entry.process.store(&process, std::memory_order_release);
  size_.fetch_add(1, std::memory_order_relaxed);
  return true;
}

void ProcessTable::remove(Process& process) {
  std::lock_guard lock(mutex_);
  Slot& entry = at(process.self.pid_slot());
  LITHE_CHECK(entry.process.load(std::memory_order_relaxed) == &process);
  if (process.relations && !process.relations->name.is_nil()) {
    drop_name(process.self);
    process.relations->name = Value::nil();
  }
  entry.process.store(nullptr, std::memory_order_release);
  u32 generation = entry.generation.load(std::memory_order_relaxed) + 1;
  entry.generation.store(generation, std::memory_order_release);
  size_.fetch_sub(1, std::memory_order_relaxed);
  if (generation < generation_limit) {
    entry.next_free = free_;
    free_ = process.self.pid_slot();
  }
}

ProcessTable::Registration ProcessTable::register_name(Value name, Value pid) {
  std::lock_guard lock(mutex_);
  Process* process = find(pid);
  if (process == nullptr) return Registration::not_alive;
  if (std::ranges::find(names_, name, &Name::name) != names_.end()) return Registration::name_taken;
  Relations& relations = process->make_relations();
  if (!relations.name.is_nil()) return Registration::has_name;
  relations.name = name;
  names_.push_back({name, pid});
  return Registration::done;
}

bool ProcessTable::unregister_name(Value name) {
  std::lock_guard lock(mutex_);
  auto entry = std::ranges::find(names_, name, &Name::name);
  if (entry == names_.end()) return false;
  Process* process = find(entry->pid);
  LITHE_CHECK(process != nullptr);  // a process that goes takes its name along
  process->make_relations().name = Value::nil();
  names_.erase(entry);
  return true;
}

Value ProcessTable::whereis(Value name) const {
  std::lock_guard lock(mutex_);
  auto entry = std::ranges::find(names_, name, &Name::name);
  return entry == names_.end() ? Value::nil() : entry->pid;
}

void ProcessTable::drop_name(Value pid) {
  std::erase_if(names_, [pid](const Name& entry) { return entry.pid == pid; });
}

}  // namespace lithe::process
