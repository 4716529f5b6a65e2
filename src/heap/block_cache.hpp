// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

#include "base/integers.hpp"
#include "heap/blocks.hpp"

namespace lithe::heap {

/// Blocks of middle size that a heap has left and another collection will want: taken from here
/// they cost no page faults, no zeroing by the kernel, and no unmapping, which are about half
/// of a pause in a heap of some hundred kilobytes, and the part of it without a bound (unmapping
/// interrupts the other cores).
///
/// What lies here is not in the account of memory: at most most_bytes, and 1/32 of the ceiling.
/// Any thread. Lock-free: a slot is one word, which is taken whole and put back whole.
class BlockCache {
 public:
  static constexpr u64 most_bytes = u64{12} << 20;

  /// `ceiling`: of the memory account.
  explicit BlockCache(u64 ceiling);
  ~BlockCache();
  BlockCache(const BlockCache&) = delete;
  BlockCache& operator=(const BlockCache&) = delete;

  /// Whether a block of that size can lie here at all.
  bool keeps(u64 words) const { return is_mapped(words) && words * 8 <= room_ / 2; }

  struct Block {
    u64* begin;  ///< null: there is none
    u64 words;
  };
  /// A block of `least` to `most` words, its contents unspecified.
  Block take(u64 least, u64 most);
  /// Takes over a block that was allocated by allocate_block; it may be freed at once.
  void give(u64* begin, u64 words);

 private:
  static constexpr u32 slots = 6;
  /// What a block lying here begins with.
  struct Entry {
    u64 words;
  };
  Entry* take_from(u32 slot);
  bool put(Entry* entry);
  void drop(Entry* entry);

  std::atomic<Entry*> slots_[slots] = {};
  std::atomic<u64> bytes_{0};  ///< of all that lies here
  std::atomic<u32> next_to_drop_{0};
  u64 room_;
};

}  // namespace lithe::heap
