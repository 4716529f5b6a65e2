// SPDX-License-Identifier: Apache-2.0
#include "heap/heap.hpp"

#include <algorithm>
#include <cstdlib>

#include "base/memory_fault.hpp"
#include "heap/blocks.hpp"
#include "heap/collector.hpp"
#include "heap/fragment.hpp"
#include "heap/memory_account.hpp"
#include "heap/old_space.hpp"

namespace lithe::heap {

namespace {

/// More words than any object may have: keeps sizes in 32 bits.
constexpr u64 largest_object_words = 0x7FFF'FFFF;

void release_off_heap(Object* list) {
  while (list != nullptr) {
    auto* next = reinterpret_cast<Object*>(list->words()[1]);
    value::off_heap_of(list)->release();
    list = next;
  }
}

}  // namespace

void RootVisitor::visit_range(value::Value* slots, u64 count) {
  collector_.visit_range(slots, count);
}

Heap::Heap(HeapEnvironment& environment, RootProvider* owner, u64* memory, u32 words) {
  environment_ = &environment;
  owner_ = owner;
  if (memory != nullptr) {
    begin_ = home_ = memory;
    home_words_ = words;
  } else {
    words = environment.options.first_words;
    begin_ = allocate_block(words);
    LITHE_CHECK(begin_ != nullptr);
    environment.account.add(u64{words} * 8);
  }
  top = high_water_ = begin_;
  end_ = begin_ + words;
  set_usable_end();
  trigger_bytes_ = u64{256} << 10;
  environment.units.join(units_);
}

Heap::~Heap() {
  LITHE_CHECK(roots_ == nullptr && root_vectors_ == nullptr);
  release_off_heap(off_heap_);
  if (old_ != nullptr) release_off_heap(old_->off_heap);
  while (Fragment* f = fragments_) {
    fragments_ = f->adopted_next;
    free_fragment(f);
  }
  free_old(*this);
  free_young(*this);
  if (home_ != nullptr) unpoison(home_, home_words_);
  environment_->units.leave(units_);
}

// ---- Allocation ----

u64* Heap::bump(u64 n) {
  u64* at = top;
  top += n;
  if (environment_->options.stress_every != 0) {
    limit = std::max(top, std::min(limit, reserved_ == nullptr ? top : reserved_));
  } else {
    limit = want_collect_ ? (top < reserved_ ? reserved_ : begin_) : std::max(usable_end_, top);
  }
  return at;
}

/// n words are free without a collection.
bool Heap::at_once(u64 n) const { return top <= usable_end_ && n <= u64(usable_end_ - top); }

bool Heap::room_for(u64 n) {
  const HeapOptions& options = environment_->options;
  bool stressed = false;
  bool major = false;
  if (options.stress_every != 0 && ++stress_count_ % options.stress_every == 0) {
    stressed = true;
    major = stress_count_ / options.stress_every % 4 == 0;
  }
  if (at_once(n) && !want_collect_ && !stressed) return true;
  if (heap::collect(*this, n, major) && !limit_exceeded_ && over_limit(n * 8)) {
    // What is dead in the old space may be what is too much.
    if (old_ != nullptr) heap::collect(*this, n, true);
    if (over_limit(n * 8)) pass_limit();
  }
  return n <= u64(end_ - top);
}

u64* Heap::allocate_slow(u64 n) {
  LITHE_ASSERT(n <= u64{small_words} + 1);
  bool hopeless = no_memory_ && !at_once(n);
  return !hopeless && room_for(n) ? bump(n) : allocate_in_fragment(n);
}

/// The system has no memory for a collection: the process is about to end, until then what it
/// allocates lies in adopted fragments of its own.
u64* Heap::allocate_in_fragment(u64 n) {
  void* memory = base::try_malloc(sizeof(Fragment) + n * 8);
  if (memory == nullptr) base::end_without_memory("a process that has passed its limit");
  auto* fragment = static_cast<Fragment*>(memory);
  *fragment = Fragment{};
  fragment->words = u32(n);
  fragment->account = &environment_->account;
  environment_->account.add(fragment->bytes());
  adopt(fragment);
  pass_limit();
  no_memory_ = true;
  return fragment->data();
}

bool Heap::try_reserve(u64 words) {
  if (!at_once(words) && !has_room(words * 8)) {
    refused_ = true;
    return false;
  }
  if (!at_once(words) || want_collect_ || environment_->options.stress_every != 0) {
    if (!room_for(words)) {
      refused_ = true;
      return false;
    }
  }
  reserved_ = top + words;
  limit = std::max(limit, reserved_);
  return true;
}

Object* Heap::try_allocate(Kind kind, u64 words, u8 flags) {
  if (words > largest_object_words) {
    refused_ = true;
    return nullptr;
  }
  if (top + words + 1 > limit && !try_reserve(words + 1)) return nullptr;
  auto* object = reinterpret_cast<Object*>(bump(words + 1));
  object->header = Object::make_header(kind, u32(words), flags);
  if (object->info().layout == value::Layout::values) {
    std::fill_n(object->words(), words, Value::nil().bits());
  }
  return object;
}

void Heap::shrink_last(Object* object, u32 words) {
  LITHE_ASSERT(words <= object->size());
  // One that lies in a fragment (see allocate_in_fragment) has nothing behind it.
  if (object->words() + object->size() == top) top = object->words() + words;
  object->header = Object::make_header(object->kind(), words, object->flags());
}

// ---- Stores ----

bool Heap::is_old(const void* address) const { return old_ != nullptr && old_->contains(address); }

void Heap::remember_slot(Value* slot, Value v) {
  OldSpace& old = *old_;
  if (!old.contains(slot) || old.contains(v.as_object())) return;
  // A slot that holds something young already is in the set.
  Value before = *slot;
  if (before.is_local_pointer() && !old.contains(before.as_object())) return;
  auto& slots = old.remembered;
  if (slots.size() == slots.capacity() && slots.size() >= 1024) {
    // Stores alone may not let the set grow without end: slots that are in it twice or hold
    // nothing young any more go.
    std::sort(slots.begin(), slots.end());
    slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
    std::erase_if(slots,
                  [&](Value* s) { return !s->is_local_pointer() || old.contains(s->as_object()); });
  }
  slots.push_back(slot);
}

// ---- Messages ----

void Heap::adopt(Fragment* fragment, bool pinned) {
  LITHE_ASSERT(!fragment->adopted);
  fragment->adopted = 1;
  fragment->pinned = pinned;
  fragment->adopted_next = fragments_;
  fragments_ = fragment;
  fragment_bytes_ += fragment->bytes();
  for (u32 i = 0; i < fragment->unit_count; ++i) {
    environment_->units.hold(units_, fragment->units()[i]);
  }
  fragment->unit_count = 0;
  while (Object* object = fragment->off_heap) {
    fragment->off_heap = reinterpret_cast<Object*>(object->words()[1]);
    link_off_heap(object);
  }
  // More in messages than in the heap: time to move them in.
  if (fragment_bytes_ > std::max<u64>(512, u64(end_ - begin_) * 8)) collect_soon();
}

void Heap::unpin(Fragment* fragment) {
  LITHE_ASSERT(fragment->adopted && fragment->pinned);
  fragment->pinned = 0;
}

void Heap::link_off_heap(Object* object) {
  object->words()[1] = reinterpret_cast<u64>(off_heap_);
  off_heap_ = object;
  value::off_heap_of(object)->count_in(environment_->account.counter());
  off_heap_bytes_ += value::off_heap_of(object)->total_bytes();
  if (off_heap_bytes_ > trigger_bytes_) collect_soon();
}

// ---- Collection ----

void Heap::collect_minor() {
  if (!heap::collect(*this, 0, false)) pass_limit();
}

void Heap::collect_major() {
  if (!heap::collect(*this, 0, true)) pass_limit();
}

void Heap::compact_idle() { heap::compact(*this); }

// ---- Limits and figures ----

u64 Heap::used_words() const {
  return u64(top - begin_) + (old_ == nullptr ? 0 : old_->used_words());
}

u64 Heap::bytes() const {
  return used_words() * 8 + off_heap_bytes_ + fragment_bytes_ + external_bytes_;
}

bool Heap::over_limit(u64 more_bytes) const {
  u64 held = bytes();
  return held > memory_limit_ || more_bytes > memory_limit_ - held ||
         !environment_->account.has_room(more_bytes);
}

bool Heap::has_room(u64 bytes) {
  if (!over_limit(bytes)) return true;
  heap::collect(*this, 0, true);
  return !over_limit(bytes);
}

void Heap::set_memory_limit(u64 bytes) {
  memory_limit_ = bytes;
  set_usable_end();
}

void Heap::set_usable_end() {
  u64 held = bytes();
  u64 left = held < memory_limit_ ? (memory_limit_ - held) / 8 : 0;
  u64 free = u64(end_ - top);
  usable_end_ = limit_exceeded_ ? end_ : top + std::min(free, left);
  if (environment_->options.stress_every != 0) {
    limit = std::max(top, reserved_);
  } else if (!want_collect_) {
    limit = std::max(usable_end_, reserved_);
  }
}

void Heap::pass_limit() {
  if (limit_exceeded_) return;
  limit_exceeded_ = true;
  set_usable_end();
  if (owner_ != nullptr) owner_->on_memory_limit();
}

bool Heap::holds_up_units() const { return environment_->units.waits_for(units_); }

}  // namespace lithe::heap
