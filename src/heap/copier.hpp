// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>

#include "heap/collector.hpp"
#include "heap/fragment.hpp"
#include "heap/old_space.hpp"
#include "heap/pointer_set.hpp"
#include "heap/shared_unit.hpp"

// The copying itself (Cheney). Rules:
//
// 1. What is copied leaves its new address behind: an Object in its header, upper 16 bits zero;
//    a Cons as a Sub::forwarded head with the new value in its tail.
// 2. Only what is not in the space that is copied into, and in a minor collection not in the old
//    space, is copied: everything else that a local pointer points to is young or lies in an
//    adopted fragment.
// 3. Minor: what lies below the high-water mark has survived once and goes to the old space
//    (all of the young space if much survives anyway).
// 4. Off-heap objects that were not copied are dead: the lists find them.
// 5. Breadth first, but for lists: with a cell go the next few of its list.

namespace lithe::heap {

/// A part of memory that is filled from `begin`; `scanned` follows `top`.
struct Area {
  u64* begin = nullptr;
  u64* top = nullptr;
  u64* end = nullptr;
  u64* scanned = nullptr;

  Area() = default;
  Area(u64* from, u64* filled, u64* to) : begin(from), top(filled), end(to), scanned(filled) {}
  bool contains(u64 address) const { return address - u64(begin) < u64(end) - u64(begin); }
};

template <bool major>
class Copier final : public CollectorBase {
 public:
  /// `to`: where survivors go. Minor collections promote what lies below `promote_end` into
  /// heap.old_, and do not look for retired units.
  Copier(Heap& heap, Area to, u64* promote_end, bool look_for_retired)
      : heap_(heap), to_(to), promote_end_(promote_end), look_for_retired_(look_for_retired) {
    if constexpr (!major) {
      old_ = Area(heap.old_->begin, heap.old_->top, heap.old_->end);
    }
  }

  /// Everything that is alive is in the new places afterwards, and the lists of the heap are
  /// up to date. In a major collection all off-heap objects end in heap.off_heap_.
  void run() {
    visit_roots();
    scan();
    sweep_off_heap();
    release_fragments();
    if constexpr (!major) heap_.old_->top = old_.top;
  }

  const Area& to() const { return to_; }
  u64 copied_words() const { return u64(to_.top - to_.begin) + u64(old_.top - promoted_from_); }
  u64 root_words() const { return root_words_; }
  PointerSet& met_units() { return met_units_; }

  void visit_range(Value* slots, u64 count) override {
    root_words_ += count;
    for (u64 i = 0; i < count; ++i) forward(slots[i]);
  }
  void visit_unit(SharedUnit* unit) {
    if (unit != nullptr) note_unit(unit);
  }

 private:
  void visit_roots() {
    promoted_from_ = old_.top;
    if (heap_.owner_ != nullptr) {
      RootVisitor visitor(*this);
      heap_.owner_->visit_roots(visitor);
    }
    for (Root* root = heap_.roots_; root != nullptr; root = root->previous()) {
      forward(root->slot());
    }
    for (RootVector* roots = heap_.root_vectors_; roots != nullptr; roots = roots->previous()) {
      visit_range(roots->span().data(), roots->size());
    }
    for (Fragment* f = heap_.fragments_; f != nullptr; f = f->adopted_next) {
      if (f->pinned) forward(f->root);
    }
    if constexpr (!major) visit_remembered();
  }

  void visit_remembered() {
    auto& slots = heap_.old_->remembered;
    u64 kept = 0;
    for (u64 i = 0; i < slots.size(); ++i) {
      Value* slot = slots[i];
      forward(*slot);
      if (in_young_space(*slot)) slots[kept++] = slot;
    }
    slots.resize(kept);
  }

  void scan() {
    do {
      while (to_.scanned < to_.top) scan_next(to_.scanned, [this](Value& v) { forward(v); });
      if constexpr (!major) {
        while (old_.scanned < old_.top) {
          scan_next(old_.scanned, [this](Value& v) {
            forward(v);
            if (in_young_space(v)) heap_.old_->remembered.push_back(&v);
          });
        }
      }
    } while (to_.scanned < to_.top);
  }

  template <class Visit>
  void scan_next(u64*& at, Visit visit) {
    if (!Object::is_header(*at)) {
      auto* cell = reinterpret_cast<Cons*>(at);
      visit(cell->head);
      visit(cell->tail);
      at += 2;
      return;
    }
    auto* object = reinterpret_cast<Object*>(at);
    u32 size = object->size();
    at += u64{size} + 1;
    u32 first = 0;
    switch (object->info().layout) {
      case value::Layout::raw:
      case value::Layout::off_heap:
        return;
      case value::Layout::first_raw:
        if constexpr (major) {
          if (object->kind() == Kind::closure) visit_unit(SharedUnit::of_code(object));
        }
        first = 1;
        break;
      case value::Layout::values:
        break;
    }
    auto* slots = reinterpret_cast<Value*>(object->words());
    // What the slots of a map's node refer to lies anywhere: the processor fetches all of it at
    // once, rather than one after the other.
    for (u32 i = first; i < size; ++i) {
      __builtin_prefetch(reinterpret_cast<const void*>(slots[i].address()), 1);
    }
    for (u32 i = first; i < size; ++i) visit(slots[i]);
  }

  bool in_young_space(Value v) const { return v.is_local_pointer() && to_.contains(v.address()); }

  void forward(Value& slot) {
    Value v = slot;
    if (!v.is_pointer()) return;
    if (!v.is_local_pointer()) {
      if (look_for_retired_) note_unit(SharedUnit::of(v));
      return;
    }
    u64 address = v.address();
    if (to_.contains(address)) return;
    if constexpr (!major) {
      if (old_.contains(address)) return;
    }
    slot = v.is_cons() ? move_cons(v.as_cons()) : move_object(v.as_object());
  }

  static bool has_moved(const Cons* from) { return from->head.is_sub(Value::Sub::forwarded); }

  /// With a cell go the next of its list, as many as fill a cache line. Not all: they are scanned
  /// afterwards, and should still be in the first-level cache then.
  static constexpr u32 cells_of_run = 4;

  Value move_cons(Cons* from) {
    if (has_moved(from)) return from->tail;
    Value first = move_cell(from);
    Cons* last = first.as_cons();
    for (u32 i = 1; i < cells_of_run && is_movable_cons(last->tail); ++i) {
      Cons* next = last->tail.as_cons();
      if (has_moved(next)) break;
      last->tail = move_cell(next);
      last = last->tail.as_cons();
    }
    return first;
  }

  Value move_cell(Cons* from) {
    auto* to = reinterpret_cast<Cons*>(take(reinterpret_cast<u64*>(from), 2));
    *to = *from;
    Value moved = Value::cons(to, false);
    from->head = Value::from_bits(Value::word(Value::Sub::forwarded, 0));
    from->tail = moved;
    return moved;
  }

  /// Of what a cell that has just been copied refers to: no such cell lies in the new space yet.
  bool is_movable_cons(Value v) const {
    if (!v.is_cons() || !v.is_local_pointer()) return false;
    if constexpr (major) {
      return true;
    } else {
      return !old_.contains(v.address());
    }
  }

  Value move_object(Object* from) {
    if (!Object::is_header(from->header)) {
      return Value::object(reinterpret_cast<Object*>(from->header), false);
    }
    u64 words = u64{from->size()} + 1;
    u64* to = take(reinterpret_cast<u64*>(from), words);
    if (words <= 8) {
      for (u64 i = 0; i < words; ++i) to[i] = (&from->header)[i];
    } else {
      std::memcpy(to, from, words * 8);
    }
    from->header = reinterpret_cast<u64>(to);
    return Value::object(reinterpret_cast<Object*>(to), false);
  }

  /// Room for what lies at `from`.
  u64* take(const u64* from, u64 words) {
    Area* area = &to_;
    if constexpr (!major) {
      if (from >= heap_.begin_ && from < promote_end_) area = &old_;
    }
    u64* at = area->top;
    area->top += words;
    LITHE_ASSERT(area->top <= area->end);
    return at;
  }

  void note_unit(SharedUnit* unit) {
    if (unit == last_unit_) return;
    last_unit_ = unit;
    if (unit->retired_epoch.load(std::memory_order_relaxed) != 0) met_units_.insert(unit);
  }

  void sweep_off_heap() {
    Object* young = heap_.off_heap_;
    heap_.off_heap_ = nullptr;
    sweep_list(young);
    if constexpr (major) {
      if (heap_.old_ == nullptr) return;
      Object* old = heap_.old_->off_heap;
      heap_.old_->off_heap = nullptr;
      sweep_list(old);
    }
  }

  void sweep_list(Object* object) {
    while (object != nullptr) {
      auto* next = reinterpret_cast<Object*>(object->words()[1]);
      if (Object::is_header(object->header)) {
        value::OffHeap* data = value::off_heap_of(object);
        heap_.off_heap_bytes_ -= data->total_bytes();
        data->release();
      } else {
        auto* moved = reinterpret_cast<Object*>(object->header);
        Object** list = &heap_.off_heap_;
        if constexpr (!major) {
          if (old_.contains(reinterpret_cast<u64>(moved))) list = &heap_.old_->off_heap;
        }
        moved->words()[1] = reinterpret_cast<u64>(*list);
        *list = moved;
      }
      object = next;
    }
  }

  /// The data of adopted fragments have been copied; those that are not pinned go.
  void release_fragments() {
    Fragment** link = &heap_.fragments_;
    while (Fragment* f = *link) {
      if (f->pinned) {
        f->moved = 1;
        link = &f->adopted_next;
      } else {
        *link = f->adopted_next;
        heap_.fragment_bytes_ -= f->bytes();
        free_fragment(f);
      }
    }
  }

  Heap& heap_;
  Area to_;
  Area old_;
  u64* promote_end_;
  u64* promoted_from_ = nullptr;
  bool look_for_retired_;
  SharedUnit* last_unit_ = nullptr;
  PointerSet met_units_;
  u64 root_words_ = 0;
};

}  // namespace lithe::heap
