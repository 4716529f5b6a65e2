// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

#include "base/integers.hpp"

namespace lithe::value {

enum class ElementType : u8 { u8_, i32_, i64_, f32_, f64_ };

constexpr u32 element_bytes(ElementType type) {
  constexpr u32 bytes[] = {1, 4, 8, 4, 8};
  return bytes[u32(type)];
}

/// Immutable text or a typed flat array outside all process heaps, shared by reference count:
/// by heap objects (one count for each object of layout off_heap, in whichever heap, fragment
/// or unit), and by whoever else retains it (a device, an I/O operation).
///
/// What a handle holds belongs to one process: a copy of the handle in another heap has an empty
/// one.
///
/// Thread rules: counts from any thread; the data of a long string or frozen buffer never
/// change; those of an unfrozen buffer belong to the process that holds its only heap object.
struct alignas(16) OffHeap {
  std::atomic<u64> references;
  u64 bytes;                  ///< of data
  u64 length;                 ///< buffer: elements; string: bytes
  std::atomic<u64>* account;  ///< counts total_bytes() as long as this lives; null: nobody does
  ElementType type;
  void (*end)(OffHeap* data);  ///< called before it is freed; null but for what handles hold

  char* data() { return reinterpret_cast<char*>(this + 1); }
  const char* data() const { return reinterpret_cast<const char*>(this + 1); }

  /// One reference, owned by the caller; the data are not initialised. nullptr: no memory.
  static OffHeap* create(u64 bytes);
  /// A zero-filled array. nullptr: no memory, or a size that no machine has.
  static OffHeap* create_array(ElementType type, u64 length);
  /// For a handle: `size` bytes, in which the caller makes what `end` destroys; they count as
  /// `bytes`. nullptr: no memory.
  static OffHeap* create_holder(u64 size, u64 bytes, void (*end)(OffHeap* data));
  /// A copy of its own, one reference. Precondition: it is no handle's.
  OffHeap* copy() const;

  void retain() { references.fetch_add(1, std::memory_order_relaxed); }
  void release() {
    if (references.fetch_sub(1, std::memory_order_acq_rel) == 1) destroy(this);
  }
  /// Counts it in `total` from now on, unless it is counted already. Before it is shared.
  void count_in(std::atomic<u64>& total) {
    if (account != nullptr) return;
    account = &total;
    total.fetch_add(total_bytes(), std::memory_order_relaxed);
  }
  /// What it costs, header included.
  u64 total_bytes() const { return bytes + sizeof(OffHeap); }

 private:
  static void destroy(OffHeap* data);
};
static_assert(sizeof(OffHeap) == 48, "the data are aligned for vectors");

}  // namespace lithe::value
