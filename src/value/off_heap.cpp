// SPDX-License-Identifier: Apache-2.0
#include "value/off_heap.hpp"

#include <cstdlib>
#include <cstring>
#include <new>

#include "base/memory_fault.hpp"

namespace lithe::value {

namespace {

/// More than any machine has: keeps sizes in bytes from overflowing.
constexpr u64 largest_bytes = u64{1} << 46;

OffHeap* make(void* memory, u64 bytes) {
  if (memory == nullptr) return nullptr;
  auto* data = ::new (memory) OffHeap;
  data->references.store(1, std::memory_order_relaxed);
  data->bytes = bytes;
  data->length = bytes;
  data->account = nullptr;
  data->type = ElementType::u8_;
  data->end = nullptr;
  return data;
}

}  // namespace

OffHeap* OffHeap::create(u64 bytes) {
  if (bytes > largest_bytes) return nullptr;
  return make(base::try_malloc(sizeof(OffHeap) + bytes), bytes);
}

OffHeap* OffHeap::create_array(ElementType type, u64 length) {
  if (length > largest_bytes / element_bytes(type)) return nullptr;
  u64 bytes = length * element_bytes(type);
  OffHeap* data =
      make(base::memory_fails() ? nullptr : std::calloc(1, sizeof(OffHeap) + bytes), bytes);
  if (data == nullptr) return nullptr;
  data->length = length;
  data->type = type;
  return data;
}

OffHeap* OffHeap::create_holder(u64 size, u64 bytes, void (*end)(OffHeap* data)) {
  OffHeap* data = create(size);
  if (data == nullptr) return nullptr;
  data->bytes = bytes;
  data->end = end;
  return data;
}

OffHeap* OffHeap::copy() const {
  OffHeap* data = create(bytes);
  if (data == nullptr) return nullptr;
  data->length = length;
  data->type = type;
  std::memcpy(data->data(), this->data(), bytes);
  return data;
}

void OffHeap::destroy(OffHeap* data) {
  if (data->end != nullptr) data->end(data);
  if (data->account != nullptr) {
    data->account->fetch_sub(data->total_bytes(), std::memory_order_relaxed);
  }
  data->~OffHeap();
  std::free(data);
}

}  // namespace lithe::value
