// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/assert.hpp"
#include "base/integers.hpp"

namespace lithe::base {

/// Bump allocation in blocks that grow geometrically. Nothing in it is destroyed one by one, so
/// it takes trivially destructible types alone. Not thread-safe. Throws std::bad_alloc when the
/// system has no more memory.
class Arena {
 public:
  static constexpr size_t first_block_bytes = 4096;
  static constexpr size_t largest_block_bytes = size_t{1} << 20;

  Arena() = default;
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  Arena(Arena&& other) noexcept { swap(other); }
  Arena& operator=(Arena&& other) noexcept {
    Arena(std::move(other)).swap(*this);
    return *this;
  }
  void swap(Arena& other) noexcept;

  /// Uninitialized memory, valid until reset() or the end of the arena. `align`: a power of two,
  /// 16 at most.
  void* allocate(size_t bytes, size_t align = 8) {
    LITHE_ASSERT(align <= 16 && (align & (align - 1)) == 0);
    char* at = reinterpret_cast<char*>((reinterpret_cast<u64>(cursor_) + align - 1) & ~(align - 1));
    if (at > limit_ || size_t(limit_ - at) < bytes || cursor_ == nullptr) [[unlikely]] {
      return allocate_slow(bytes, align);
    }
    cursor_ = at + bytes;
    return at;
  }

  template <class T, class... Args>
  T* make(Args&&... args) {
    static_assert(std::is_trivially_destructible_v<T>);
    return ::new (allocate(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
  }

  /// Room for `count` elements, not constructed.
  template <class T>
  T* allocate_array(size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    LITHE_CHECK(count <= SIZE_MAX / 2 / sizeof(T));
    return static_cast<T*>(allocate(count * sizeof(T), alignof(T)));
  }

  template <class T>
  std::span<T> copy(std::span<const T> items) {
    static_assert(std::is_trivially_copyable_v<T>);
    T* to = allocate_array<T>(items.size());
    if (!items.empty()) std::memcpy(static_cast<void*>(to), items.data(), items.size_bytes());
    return {to, items.size()};
  }

  std::string_view copy(std::string_view text) {
    char* to = static_cast<char*>(allocate(text.size(), 1));
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }

  /// Frees everything but the first block, which is used again: filling and resetting a small
  /// arena over and over touches no allocator.
  void reset();

  /// Bytes of all blocks held.
  size_t bytes_reserved() const { return reserved_; }

 private:
  struct Block {
    Block* previous;
    size_t bytes;  ///< of the whole block, this header included
  };

  void* allocate_slow(size_t bytes, size_t align);
  void free_after_first();

  char* cursor_ = nullptr;
  char* limit_ = nullptr;
  Block* newest_ = nullptr;
  Block* first_ = nullptr;
  size_t reserved_ = 0;
};

}  // namespace lithe::base
