// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <type_traits>
#include <vector>

#include "base/integers.hpp"

namespace lithe::value {

/// The work stack of an iterative walk: the first `inline_count` entries cost no allocation.
template <class T, u32 inline_count>
class SmallStack {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  SmallStack() {}

  void push(T item) {
    if (count_ < inline_count) {
      first_[count_] = item;
    } else {
      rest_.push_back(item);
    }
    ++count_;
  }
  T pop() {
    --count_;
    if (count_ < inline_count) return first_[count_];
    T item = rest_.back();
    rest_.pop_back();
    return item;
  }
  T& top() { return count_ <= inline_count ? first_[count_ - 1] : rest_.back(); }
  T& operator[](u64 i) { return i < inline_count ? first_[i] : rest_[i - inline_count]; }
  bool empty() const { return count_ == 0; }
  u64 size() const { return count_; }

 private:
  union {
    T first_[inline_count];  // not initialised
  };
  std::vector<T> rest_;
  u64 count_ = 0;
};

}  // namespace lithe::value
