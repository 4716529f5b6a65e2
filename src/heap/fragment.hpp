// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "heap/heap.hpp"
#include "heap/shared_unit.hpp"

namespace lithe::heap {

/// A message: a header for the mailbox, then the deep copy of its data, then the shared units
/// that the data point to, in one allocation. Made by the sender, owned by whoever has the
/// pointer, given to the receiver's heap by Heap::adopt.
///
/// Local pointers in `root` and in the data point into this fragment. Until it is adopted the
/// receiver may look at the data, provided that nothing collects meanwhile.
struct Fragment {
  Fragment* next;          ///< for the mailbox, also while the heap has it pinned
  Fragment* adopted_next;  ///< for the heap, once adopted: a pinned one is in both lists
  Value sender;            ///< pid, or what the mailbox wants; immediate
  Value root;              ///< the message
  u32 words;               ///< of data
  u16 unit_count;          ///< pointers after the data, each one counted reference; the heap that
                           ///< adopts the fragment takes them over
  u16 unit_room;           ///< how many pointers there is room for
  u8 adopted : 1;          ///< belongs to a heap
  u8 pinned : 1;           ///< the heap keeps it until Heap::unpin
  u8 moved : 1;            ///< its data have been copied into the heap
  u8 tag = 0;              ///< the mailbox's own: what sort of message it is
  Object* off_heap;        ///< objects of that layout, linked through word 1
  MemoryAccount* account;

  u64* data() { return reinterpret_cast<u64*>(this + 1); }
  SharedUnit** units() { return reinterpret_cast<SharedUnit**>(data() + words); }
  /// A message without data needs no adoption: its root is immediate.
  bool has_data() const { return words != 0 || unit_room != 0; }
  u64 bytes() const { return sizeof(Fragment) + (u64{words} + unit_room) * 8; }
  /// bytes() and the off-heap data that it refers to.
  u64 total_bytes() const;
};

/// Copies a message out of `heap`. Sharing and cycles are kept wherever they can be observed;
/// tables and unfrozen buffers are copied, long strings and frozen buffers shared by count,
/// shared pointers stay and their units are counted. nullptr: no memory for it. Never collects.
Fragment* copy_out(Heap& heap, Value message, Value sender = Value::nil());
/// A message that is immediate, made without a heap. nullptr: no memory.
Fragment* make_fragment(MemoryAccount& account, Value immediate, Value sender = Value::nil());
/// Frees a message that was not adopted, or has been unpinned and given back. Any thread.
void free_fragment(Fragment* fragment);

}  // namespace lithe::heap
