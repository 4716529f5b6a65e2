// SPDX-License-Identifier: Apache-2.0
#include "heap/validate.hpp"

#include <cstdio>
#include <unordered_set>

#include "heap/fragment.hpp"
#include "heap/old_space.hpp"
#include "value/tree.hpp"

namespace lithe::heap {

namespace {

/// Walks areas word by word, then follows every pointer.
class Validator {
 public:
  explicit Validator(Heap& heap) : heap_(heap) {}

  std::string run() {
    if (!(heap_.begin_ <= heap_.high_water_ && heap_.high_water_ <= heap_.top &&
          heap_.top <= heap_.end_)) {
      return "the young space's marks are out of order";
    }
    find_starts(heap_.begin_, heap_.top, young_);
    if (heap_.old_ != nullptr) {
      find_starts(heap_.old_->begin, heap_.old_->top, old_);
      remembered_.insert(heap_.old_->remembered.begin(), heap_.old_->remembered.end());
    }
    if (wrong_.empty()) check_area(heap_.begin_, heap_.top, false);
    if (wrong_.empty() && heap_.old_ != nullptr) {
      check_area(heap_.old_->begin, heap_.old_->top, true);
    }
    if (wrong_.empty()) check_roots();
    if (wrong_.empty()) check_off_heap();
    return wrong_;
  }

 private:
  void fail(const char* what, const void* where) {
    if (!wrong_.empty()) return;
    char text[128];
    std::snprintf(text, sizeof text, "%s at %p", what, where);
    wrong_ = text;
  }

  void find_starts(u64* at, u64* end, std::unordered_set<u64>& starts) {
    while (at < end && wrong_.empty()) {
      starts.insert(u64(at));
      if (!Object::is_header(*at)) {
        at += 2;
        continue;
      }
      auto* object = reinterpret_cast<Object*>(at);
      if (u8(object->kind()) >= value::kind_table.size()) return fail("an unknown kind", at);
      at += u64{object->size()} + 1;
      if (object->info().layout == value::Layout::off_heap) off_heap_.insert(u64(object));
    }
    if (at != end) fail("the last object does not end where the space does", end);
  }

  void check_area(u64* at, u64* end, bool old) {
    while (at < end && wrong_.empty()) {
      if (!Object::is_header(*at)) {
        check_slot(at, old);
        check_slot(at + 1, old);
        at += 2;
        continue;
      }
      auto* object = reinterpret_cast<Object*>(at);
      check_object(object);
      value::Layout layout = object->info().layout;
      if (layout == value::Layout::values || layout == value::Layout::first_raw) {
        for (u32 i = layout == value::Layout::first_raw; i < object->size(); ++i) {
          check_slot(object->words() + i, old);
        }
      }
      at += u64{object->size()} + 1;
    }
  }

  /// What a kind promises beyond its layout.
  void check_object(const Object* object) {
    u32 size = object->size();
    switch (object->kind()) {
      case Kind::bigint:
        if (size == 0 || object->words()[size - 1] == 0) fail("a bigint not normalised", object);
        return;
      case Kind::string:
        if (size != 1 + (value::string_bytes(object) + 7) / 8) fail("a string's size", object);
        return;
      case Kind::long_string:
        if (size != 3) fail("a long string's size", object);
        return;
      case Kind::handle:
        if (size != 3) fail("a handle's size", object);
        return;
      case Kind::table:
        if (size != 2 ||
            value::is_kind(object->get(1), Kind::table_slots) == object->get(1).is_nil()) {
          fail("a table without slots", object);
        }
        return;
      case Kind::closure:
        if (size == 0) fail("a closure without code", object);
        return;
      case Kind::error:
        if (size != 5) fail("an error's size", object);
        return;
      case Kind::map:
      case Kind::set:
        return check_collection(object);
      case Kind::table_slots:
        if (size % 2 != 0) fail("an odd number of keys and values", object);
        return;
      case Kind::node:
        if (size == 0 || size > 2 * value::tree_width) fail("a node's size", object);
        return;
      case Kind::buffer:
      case Kind::box:
      case Kind::ref:
        return;
      case Kind::vector:
        if (value::is_tree(object)) check_collection(object);
        return;
      case Kind::record_type:
        if (size == 0 || !value::is_string(object->get(0))) fail("a record type's name", object);
        return;
      case Kind::record:
        if (size == 0 || !object->get(0).is_object()) fail("a record without a type", object);
        return;
    }
  }

  /// A trace of an error is a vector that is flat however long it is; no program sees it.
  void check_collection(const Object* object) {
    if (!value::is_tree(object)) {
      u32 stride = value::entry_words(object->kind());
      if (object->size() % stride != 0) fail("an odd number of keys and values", object);
      if (object->size() / stride > value::tree_width) fail("a flat collection's size", object);
      return;
    }
    u32 words = object->kind() == Kind::vector ? 4 : 3;
    if (object->size() != words || value::entry_count(object) <= value::tree_width) {
      return fail("a tree's size", object);
    }
    for (u32 i = value::tree_root; i < words; ++i) {
      if (!object->get(i).is_object()) fail("a tree without nodes", object);
    }
  }

  void check_slot(u64* word, bool in_old) {
    Value v = Value::from_bits(*word);
    check_value(v, word);
    if (!in_old || !v.is_local_pointer() || heap_.is_old(v.as_object())) return;
    if (!remembered_.contains(reinterpret_cast<Value*>(word))) {
      fail("an old slot that points to something young is not remembered", word);
    }
  }

  void check_value(Value v, const void* where) {
    if (Object::is_header(v.bits())) return fail("a header where a value should be", where);
    if (v.is_sub(Value::Sub::forwarded)) return fail("a forwarding mark", where);
    if (v.is_shared_pointer()) {
      if (SharedUnit::of(v) == nullptr) fail("a shared pointer without a unit", where);
      if (v.is_object() && !Object::is_header(v.as_object()->header)) {
        fail("a shared pointer to no object", where);
      }
      return;
    }
    if (!v.is_local_pointer()) return;
    u64 address = v.address();
    bool known = young_.contains(address) || old_.contains(address);
    if (!known && !in_fragment(address)) return fail("a pointer to nowhere", where);
    bool header = Object::is_header(*reinterpret_cast<u64*>(address));
    if (header != v.is_object()) fail("a pointer of the wrong sort", where);
  }

  bool in_fragment(u64 address) const {
    for (Fragment* f = heap_.fragments_; f != nullptr; f = f->adopted_next) {
      if (!f->moved && address - u64(f->data()) < u64{f->words} * 8) return true;
    }
    return false;
  }

  void check_roots() {
    for (Root* root = heap_.roots_; root != nullptr; root = root->previous()) {
      check_value(root->slot(), &root->slot());
    }
    for (RootVector* roots = heap_.root_vectors_; roots != nullptr; roots = roots->previous()) {
      for (Value& v : *roots) check_value(v, &v);
    }
    for (Fragment* f = heap_.fragments_; f != nullptr; f = f->adopted_next) {
      if (f->pinned) check_value(f->root, f);
    }
  }

  /// Every off-heap object is in a list, and in the one of its generation.
  void check_off_heap() {
    u64 bytes = check_list(heap_.off_heap_, false);
    if (heap_.old_ != nullptr) bytes += check_list(heap_.old_->off_heap, true);
    if (!off_heap_.empty()) {
      fail("an off-heap object in no list", reinterpret_cast<void*>(*off_heap_.begin()));
    }
    if (bytes != heap_.off_heap_bytes_) fail("off-heap bytes miscounted", &heap_);
  }

  u64 check_list(Object* object, bool old) {
    u64 bytes = 0;
    while (object != nullptr && wrong_.empty()) {
      u64 address = u64(object);
      bool here = (old ? old_ : young_).contains(address);
      if (!here && !(!old && in_fragment(address))) fail("a list of off-heap objects", object);
      off_heap_.erase(address);
      if (wrong_.empty()) {
        bytes += value::off_heap_of(object)->total_bytes();
        object = reinterpret_cast<Object*>(object->words()[1]);
      }
    }
    return bytes;
  }

  Heap& heap_;
  std::string wrong_;
  std::unordered_set<u64> young_;
  std::unordered_set<u64> old_;
  std::unordered_set<u64> off_heap_;
  std::unordered_set<const Value*> remembered_;
};

}  // namespace

std::string validate(Heap& heap) { return Validator(heap).run(); }

}  // namespace lithe::heap
