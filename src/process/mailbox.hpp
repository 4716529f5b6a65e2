// SPDX-License-Identifier: Apache-2.0
#pragma once

// Rules of the mailbox:
//
// 1. The inlet is one word: a stack of arrivals, newest first, that any thread pushes on and the
//    owner alone takes whole. Nothing is ever popped singly, so there is no ABA. Taking reverses
//    it once: what one sender sends keeps its order, messages and signals together.
// 2. Who pushes on an empty inlet wakes the owner; who finds it not empty leaves that to the one
//    who did. So the owner goes to sleep only after it has found the inlet empty.
// 3. A closed inlet refuses; who was refused still owns the fragment.
// 4. A message in the list is self-contained: its values lie in its own fragment, and a
//    collection need not know of it. That holds for the one at the scan's place too, which the
//    program is looking at, until a collection starts. If the message stays here although a
//    collection came, or although the program may have kept parts of it, the heap has adopted
//    the fragment, pinned: it keeps the root up to date. Process sees to that; the scan is
//    used through it.

#include <atomic>

#include "base/integers.hpp"
#include "value/value.hpp"

namespace lithe::heap {
struct Fragment;
}

namespace lithe::process {

class Mailbox {
 public:
  Mailbox() = default;
  /// Frees what no heap has adopted; the others are still there (the heap outlives the mailbox).
  ~Mailbox();
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  // Any thread

  enum class Push : u8 {
    refused,  ///< closed: the fragment still belongs to the caller
    queued,   ///< somebody else wakes the owner
    first,    ///< the caller wakes the owner
  };
  /// Hands over a fragment (its `next` is overwritten).
  Push push(heap::Fragment* arrival);

  // The owner's thread

  /// Everything that has arrived, oldest first, linked by `next`; null if nothing. The caller
  /// owns it.
  heap::Fragment* take_arrivals();
  /// As take_arrivals, and everything that comes later is refused.
  heap::Fragment* close();
  /// True if something may have arrived since the last take_arrivals.
  bool has_arrivals() const { return inlet_.load(std::memory_order_relaxed) != nullptr; }
  /// Puts a message behind all others.
  void append(heap::Fragment* message);

  /// Starts at the oldest message. A scan that was not ended is forgotten.
  void begin_scan() { place_ = &first_; }
  bool scanning() const { return place_ != nullptr; }
  /// The message at the scan's place, null while there is none.
  heap::Fragment* at_place() const { return place_ ? *place_ : nullptr; }
  /// Leaves the message where it is and goes on behind it. Does nothing without one.
  void skip();
  /// Takes the message at the scan's place out of the list and ends the scan; null if there is
  /// none.
  heap::Fragment* take();
  void end_scan() { place_ = nullptr; }

  /// Messages in the list and in the inlet. Walks them.
  u64 count_messages() const;
  /// The oldest message, the others behind it by `next`; the inlet's are not among them.
  heap::Fragment* first() const { return first_; }

 private:
  static heap::Fragment* reversed(heap::Fragment* newest);

  std::atomic<heap::Fragment*> inlet_{nullptr};
  heap::Fragment* first_ = nullptr;   ///< oldest message
  heap::Fragment** last_ = &first_;   ///< where the next one is linked
  heap::Fragment** place_ = nullptr;  ///< link to the scan's message; null: no scan
};
static_assert(sizeof(Mailbox) == 32);

}  // namespace lithe::process
