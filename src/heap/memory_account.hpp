// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

#include "base/integers.hpp"

namespace lithe::heap {

/// What all heaps of a runtime hold together: heap blocks, fragments, off-heap data, units.
/// Any thread.
class MemoryAccount {
 public:
  /// `ceiling` in bytes.
  explicit MemoryAccount(u64 ceiling = default_ceiling()) : ceiling_(ceiling) {}

  void add(u64 bytes) { bytes_.fetch_add(bytes, std::memory_order_relaxed); }
  void remove(u64 bytes) { bytes_.fetch_sub(bytes, std::memory_order_relaxed); }
  u64 bytes() const { return bytes_.load(std::memory_order_relaxed); }
  u64 ceiling() const { return ceiling_; }
  /// For data that are counted once, however many heaps share them (OffHeap::count_in).
  std::atomic<u64>& counter() { return bytes_; }
  bool has_room(u64 bytes) const {
    u64 held = this->bytes();
    return held <= ceiling_ && bytes <= ceiling_ - held;
  }

  /// What a collection may still take: it may pass the ceiling by a sixteenth, because what it
  /// frees comes only after.
  u64 room_to_collect() const {
    u64 most = ceiling_ + ceiling_ / 16;
    u64 held = bytes();
    return held < most ? most - held : 0;
  }

  /// 75% of the memory of the machine, or of the control group if that is less.
  static u64 default_ceiling();
  /// The number in a file of a control group, or `otherwise` ("max", or no such file).
  static u64 limit_in(const char* path, u64 otherwise);

 private:
  std::atomic<u64> bytes_{0};
  u64 ceiling_;
};

}  // namespace lithe::heap
