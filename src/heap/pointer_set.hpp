// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "base/hash.hpp"
#include "base/integers.hpp"

namespace lithe::heap {

/// A small set of addresses: open addressing, no removal of single ones. Not thread-safe.
class PointerSet {
 public:
  /// True if it was not in the set.
  bool insert(const void* p) {
    if ((count_ + 1) * 2 > slots_.size()) grow();
    if (!place(slots_, reinterpret_cast<u64>(p))) return false;
    ++count_;
    return true;
  }
  u64 size() const { return count_; }
  bool empty() const { return count_ == 0; }
  template <class T, class Visit>
  void for_each(Visit visit) const {
    for (u64 word : slots_) {
      if (word != 0) visit(reinterpret_cast<T*>(word));
    }
  }

 private:
  static bool place(std::vector<u64>& slots, u64 word) {
    u64 mask = slots.size() - 1;
    for (u64 i = base::mix(word) & mask;; i = (i + 1) & mask) {
      if (slots[i] == word) return false;
      if (slots[i] == 0) {
        slots[i] = word;
        return true;
      }
    }
  }
  void grow() {
    std::vector<u64> larger(slots_.empty() ? 8 : slots_.size() * 2);
    for (u64 word : slots_) {
      if (word != 0) place(larger, word);
    }
    slots_.swap(larger);
  }

  std::vector<u64> slots_;
  u64 count_ = 0;
};

}  // namespace lithe::heap
