// SPDX-License-Identifier: Apache-2.0
#include "base/name_table.hpp"

#include <bit>

#include "base/assert.hpp"
#include "base/hash.hpp"

namespace lithe::base {

namespace {

constexpr u64 first_index_slots = 1024;
constexpr u32 id_bits = 32;     // of a slot
constexpr u64 bytes_each = 80;  // entry, slots of all indexes, and what is free of both

struct Place {
  u32 chunk;
  u32 offset;
};

/// Chunk 0 holds 2^bits entries, each later chunk twice as many as the one before.
Place place_of(u32 id, u32 bits) {
  u64 shifted = u64(id) + (u64{1} << bits);
  u32 top = u32(std::bit_width(shifted)) - 1;
  return {top - bits, u32(shifted - (u64{1} << top))};
}

}  // namespace

NameTable::NameTable() {
  indexes_.push_back(std::make_unique<Index>());
  Index& index = *indexes_.back();
  index.mask = first_index_slots - 1;
  index.slots = std::make_unique<std::atomic<u64>[]>(first_index_slots);
  index_.store(&index, std::memory_order_release);
  for (u32 id = 0; id < name::predefined_count; ++id) {
    LITHE_CHECK(intern(predefined_names[id]) == id);
  }
}

NameTable::~NameTable() {
  for (auto& chunk : chunks_) delete[] chunk.load(std::memory_order_relaxed);
}

u64 NameTable::hash_of(std::string_view text) { return hash_bytes(text); }

const NameTable::Entry& NameTable::entry(u32 id) const {
  Place place = place_of(id, first_chunk_bits);
  return chunks_[place.chunk].load(std::memory_order_acquire)[place.offset];
}

std::string_view NameTable::text(u32 id) const {
  LITHE_ASSERT(id < size());
  const Entry& e = entry(id);
  return {e.data, e.size};
}

std::optional<u32> NameTable::lookup(std::string_view text, u64 hash) const {
  const Index& index = *index_.load(std::memory_order_acquire);
  for (u64 at = hash & index.mask;; at = (at + 1) & index.mask) {
    u64 slot = index.slots[at].load(std::memory_order_acquire);
    if (slot == 0) return std::nullopt;
    if (u32(slot >> id_bits) != u32(hash >> id_bits)) continue;
    u32 id = u32(slot) - 1;
    const Entry& e = entry(id);
    if (std::string_view(e.data, e.size) == text) return id;
  }
}

u32 NameTable::add(std::string_view text, u64 hash) {
  std::scoped_lock lock(mutex_);
  // Another thread may have added it, or replaced the index, since the search without the lock.
  if (std::optional<u32> id = lookup(text, hash)) return *id;
  LITHE_CHECK(text.size() < UINT32_MAX);
  u32 id = size_.load(std::memory_order_relaxed);
  LITHE_CHECK(id < UINT32_MAX - 1);
  Place place = place_of(id, first_chunk_bits);
  auto& chunk = chunks_[place.chunk];
  if (place.offset == 0) {
    chunk.store(new Entry[size_t{1} << (first_chunk_bits + place.chunk)],
                std::memory_order_release);
  }
  std::string_view kept = texts_.copy(text);
  chunk.load(std::memory_order_relaxed)[place.offset] = {kept.data(), u32(kept.size())};
  if (u64(id + 1) * 2 > indexes_.back()->mask) grow_index();
  // Before the index: who finds an id there may ask for its text.
  size_.store(id + 1, std::memory_order_release);
  insert(*indexes_.back(), hash, id);
  count(text.size() + bytes_each);
  return id;
}

void NameTable::insert(Index& index, u64 hash, u32 id) {
  u64 at = hash & index.mask;
  while (index.slots[at].load(std::memory_order_relaxed) != 0) at = (at + 1) & index.mask;
  // The release publishes the entry to readers who find this slot.
  index.slots[at].store((hash >> id_bits << id_bits) | (id + 1), std::memory_order_release);
}

void NameTable::grow_index() {
  u64 slots = (indexes_.back()->mask + 1) * 4;
  auto bigger = std::make_unique<Index>();
  bigger->mask = slots - 1;
  bigger->slots = std::make_unique<std::atomic<u64>[]>(slots);
  u32 count = size_.load(std::memory_order_relaxed);
  for (u32 id = 0; id < count; ++id) {
    const Entry& e = entry(id);
    insert(*bigger, hash_of({e.data, e.size}), id);
  }
  index_.store(bigger.get(), std::memory_order_release);
  indexes_.push_back(std::move(bigger));
}

}  // namespace lithe::base
