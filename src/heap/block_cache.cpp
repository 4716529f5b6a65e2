// SPDX-License-Identifier: Apache-2.0
#include "heap/block_cache.hpp"

#include <algorithm>

namespace lithe::heap {

BlockCache::BlockCache(u64 ceiling) : room_(std::min(most_bytes, ceiling / 32)) {}

BlockCache::~BlockCache() {
  for (u32 slot = 0; slot < slots; slot++) {
    if (Entry* entry = take_from(slot)) drop(entry);
  }
}

BlockCache::Block BlockCache::take(u64 least, u64 most) {
  for (u32 slot = 0; slot < slots; slot++) {
    Entry* entry = take_from(slot);
    if (entry == nullptr) continue;
    u64 words = entry->words;
    if (words >= least && words <= mapping_words(most)) {
      bytes_.fetch_sub(words * 8, std::memory_order_relaxed);
      return {reinterpret_cast<u64*>(entry), std::min(words, most)};
    }
    if (!put(entry)) drop(entry);
  }
  return {nullptr, 0};
}

void BlockCache::give(u64* begin, u64 words) {
  if (!keeps(words)) return free_block(begin, words);
  words = mapping_words(words);
  auto* entry = reinterpret_cast<Entry*>(begin);
  entry->words = words;
  u64 before = bytes_.fetch_add(words * 8, std::memory_order_relaxed);
  if (before + words * 8 <= room_ && put(entry)) return;
  // Full: one after the other makes room.
  u32 slot = next_to_drop_.fetch_add(1, std::memory_order_relaxed) % slots;
  if (Entry* other = take_from(slot)) drop(other);
  bool fits = bytes_.load(std::memory_order_relaxed) <= room_;
  if (!fits || !put(entry)) drop(entry);
}

BlockCache::Entry* BlockCache::take_from(u32 slot) {
  if (slots_[slot].load(std::memory_order_relaxed) == nullptr) return nullptr;
  return slots_[slot].exchange(nullptr, std::memory_order_acquire);
}

/// => false: all slots are taken.
bool BlockCache::put(Entry* entry) {
  for (std::atomic<Entry*>& slot : slots_) {
    Entry* none = nullptr;
    if (slot.compare_exchange_strong(none, entry, std::memory_order_release,
                                     std::memory_order_relaxed)) {
      return true;
    }
  }
  return false;
}

void BlockCache::drop(Entry* entry) {
  u64 words = entry->words;
  bytes_.fetch_sub(words * 8, std::memory_order_relaxed);
  free_block(reinterpret_cast<u64*>(entry), words);
}

}  // namespace lithe::heap
