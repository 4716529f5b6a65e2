// SPDX-License-Identifier: Apache-2.0
#include "base/arena.hpp"

#include <algorithm>
#include <cstdlib>

namespace lithe::base {

Arena::~Arena() {
  free_after_first();
  std::free(first_);
}

void Arena::swap(Arena& other) noexcept {
  std::swap(cursor_, other.cursor_);
  std::swap(limit_, other.limit_);
  std::swap(newest_, other.newest_);
  std::swap(first_, other.first_);
  std::swap(reserved_, other.reserved_);
}

void* Arena::allocate_slow(size_t bytes, size_t align) {
  constexpr size_t header = sizeof(Block);
  static_assert(header % 16 == 0);
  LITHE_CHECK(bytes <= SIZE_MAX / 2);
  size_t wanted = newest_ ? std::min(newest_->bytes * 2, largest_block_bytes) : first_block_bytes;
  size_t size = std::max(wanted, header + bytes);
  void* memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  auto* block = ::new (memory) Block{newest_, size};
  newest_ = block;
  if (first_ == nullptr) first_ = block;
  reserved_ += size;
  char* start = reinterpret_cast<char*>(block) + header;  // malloc aligns to 16, so this is
  LITHE_ASSERT(reinterpret_cast<u64>(start) % align == 0);
  cursor_ = start + bytes;
  limit_ = reinterpret_cast<char*>(block) + size;
  return start;
}

void Arena::free_after_first() {
  while (newest_ != first_) {
    Block* previous = newest_->previous;
    reserved_ -= newest_->bytes;
    std::free(newest_);
    newest_ = previous;
  }
}

void Arena::reset() {
  if (first_ == nullptr) return;
  free_after_first();
  // A first block made for one large request would otherwise be held for ever.
  if (first_->bytes > largest_block_bytes) {
    Arena().swap(*this);
    return;
  }
  cursor_ = reinterpret_cast<char*>(first_) + sizeof(Block);
  limit_ = reinterpret_cast<char*>(first_) + first_->bytes;
}

}  // namespace lithe::base
