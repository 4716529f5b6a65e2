// SPDX-License-Identifier: Apache-2.0
#include "heap/fragment.hpp"

#include <algorithm>
#include <cstdlib>

#include "base/memory_fault.hpp"
#include "heap/graph_copy.hpp"
#include "heap/memory_account.hpp"
#include "value/small_stack.hpp"

namespace lithe::heap {

namespace {

constexpr u64 most_words = 0xFFFF'FFFF;
constexpr u64 most_units = 0xFFFF;

Fragment* new_fragment(MemoryAccount& account, u64 words, u64 units) {
  if (words > most_words || units > most_units) return nullptr;
  void* memory = base::try_malloc(sizeof(Fragment) + (words + units) * 8);
  if (memory == nullptr) return nullptr;
  auto* fragment = static_cast<Fragment*>(memory);
  *fragment = Fragment{};
  fragment->words = u32(words);
  fragment->unit_count = fragment->unit_room = u16(units);
  fragment->account = &account;
  account.add(fragment->bytes());
  return fragment;
}

/// Copies small messages as trees, with nothing to look up: sharing that nobody can observe is
/// lost, so it takes neither what is mutable nor what has an identity.
class SmallMessage {
 public:
  /// False: not a case for it.
  bool measure(Value root) {
    visit(root);
    while (fits_ && !waiting_.empty()) visit_parts(waiting_.pop());
    return fits_;
  }

  Fragment* copy(MemoryAccount& account, Value root) {
    Fragment* fragment = new_fragment(account, words_, unit_count_);
    if (fragment == nullptr) return nullptr;
    for (u32 i = 0; i < unit_count_; ++i) {
      units_[i]->retain();
      fragment->units()[i] = units_[i];
    }
    top_ = fragment->data();
    fragment->root = moved(root);
    for (u64* at = fragment->data(); at < top_;) {
      u32 size = 2;
      u32 first = 0;
      if (Object::is_header(*at)) {
        auto* object = reinterpret_cast<Object*>(at);
        size = object->size() + 1;
        first = object->info().layout == value::Layout::raw ? size : 1;
      }
      for (u32 i = first; i < size; ++i) at[i] = moved(Value::from_bits(at[i])).bits();
      at += size;
    }
    return fragment;
  }

 private:
  static constexpr u32 largest_words = 96;
  static constexpr u32 largest_units = 4;

  void visit(Value v) {
    if (!v.is_pointer() || !fits_) return;
    if (v.is_shared_pointer()) return visit_unit(SharedUnit::of(v));
    u32 size = 2;
    if (v.is_object()) {
      switch (v.as_object()->kind()) {
        case Kind::bigint:
        case Kind::string:
        case Kind::ref:
        case Kind::vector:
        case Kind::map:
        case Kind::set:
        case Kind::node:
        case Kind::error:
        case Kind::record_type:
        case Kind::record:
          break;
        default:
          fits_ = false;
          return;
      }
      if (v.as_object()->size() > largest_words) {
        fits_ = false;
        return;
      }
      size = v.as_object()->size() + 1;
    }
    words_ += size;
    if (words_ > largest_words) fits_ = false;
    if (fits_) waiting_.push(v);
  }

  void visit_parts(Value v) {
    if (v.is_cons()) {
      visit(v.as_cons()->head);
      return visit(v.as_cons()->tail);
    }
    const Object* object = v.as_object();
    if (object->info().layout != value::Layout::values) return;
    for (u32 i = 0; i < object->size() && fits_; ++i) visit(object->get(i));
  }

  void visit_unit(SharedUnit* unit) {
    if (std::find(units_, units_ + unit_count_, unit) != units_ + unit_count_) return;
    if (unit_count_ == largest_units) {
      fits_ = false;
      return;
    }
    units_[unit_count_++] = unit;
  }

  Value moved(Value v) {
    if (!v.is_local_pointer()) return v;
    u64* to = top_;
    if (v.is_cons()) {
      *reinterpret_cast<Cons*>(to) = *v.as_cons();
      top_ += 2;
      return Value::cons(reinterpret_cast<Cons*>(to), false);
    }
    const Object* object = v.as_object();
    top_ = std::copy_n(&object->header, u64{object->size()} + 1, to);
    return Value::object(reinterpret_cast<Object*>(to), false);
  }

  value::SmallStack<Value, largest_words> waiting_;
  SharedUnit* units_[largest_units];
  u32 unit_count_ = 0;
  u32 words_ = 0;
  bool fits_ = true;
  u64* top_ = nullptr;
};

}  // namespace

u64 Fragment::total_bytes() const {
  u64 total = bytes();
  for (const Object* o = off_heap; o != nullptr;) {
    total += value::off_heap_of(o)->total_bytes();
    o = reinterpret_cast<const Object*>(o->words()[1]);
  }
  return total;
}

Fragment* fragment_of(MemoryAccount& account, GraphCopy& copy, Value root) {
  Fragment* fragment = new_fragment(account, copy.words(), copy.units().size());
  if (fragment == nullptr) return nullptr;
  SharedUnit** unit_slot = fragment->units();
  if (!copy.write(fragment->data(), nullptr, fragment->off_heap)) {
    fragment->unit_count = 0;  // not counted yet
    free_fragment(fragment);
    return nullptr;
  }
  copy.units().for_each<SharedUnit>([&unit_slot](SharedUnit* unit) {
    unit->retain();
    *unit_slot++ = unit;
  });
  fragment->root = copy.translate(root, fragment->data(), nullptr);
  return fragment;
}

Fragment* copy_out(Heap& heap, Value message, Value sender) {
  MemoryAccount& account = heap.environment().account;
  if (!message.is_pointer()) return make_fragment(account, message, sender);
  Fragment* fragment = nullptr;
  SmallMessage small;
  if (small.measure(message)) {
    fragment = small.copy(account, message);
  } else {
    GraphCopy copy(account, GraphCopy::Source::from_heap, 0);
    bool scanned = copy.scan(message);
    if (scanned && account.has_room(copy.words() * 8))
      fragment = fragment_of(account, copy, message);
  }
  if (fragment != nullptr) fragment->sender = sender;
  return fragment;
}

Fragment* make_fragment(MemoryAccount& account, Value immediate, Value sender) {
  LITHE_ASSERT(!immediate.is_pointer());
  Fragment* fragment = new_fragment(account, 0, 0);
  if (fragment == nullptr) return nullptr;
  fragment->root = immediate;
  fragment->sender = sender;
  return fragment;
}

void free_fragment(Fragment* fragment) {
  for (u32 i = 0; i < fragment->unit_count; ++i) fragment->units()[i]->release();
  while (Object* object = fragment->off_heap) {
    fragment->off_heap = reinterpret_cast<Object*>(object->words()[1]);
    value::off_heap_of(object)->release();
  }
  fragment->account->remove(fragment->bytes());
  std::free(fragment);
}

}  // namespace lithe::heap
