// SPDX-License-Identifier: Apache-2.0
#include "value/equal.hpp"

#include <cstring>
#include <set>
#include <utility>
#include <vector>

#include "value/hash.hpp"
#include "value/number.hpp"
#include "value/off_heap.hpp"
#include "value/small_stack.hpp"
#include "value/table_view.hpp"
#include "value/text.hpp"
#include "value/tree.hpp"

namespace lithe::value {

namespace {

constexpr u32 deepest_key = 32;
/// After so many pairs, those that have been met are remembered: shared parts of parts would
/// otherwise be compared exponentially often.
constexpr u64 unremembered_pairs = 20000;

template <class T>
bool equal_elements(const OffHeap* a, const OffHeap* b) {
  auto* x = reinterpret_cast<const T*>(a->data());
  auto* y = reinterpret_cast<const T*>(b->data());
  for (u64 i = 0; i < a->length; ++i) {
    if (!(x[i] == y[i])) return false;
  }
  return true;
}

bool equal_buffers(const OffHeap* a, const OffHeap* b) {
  if (a->type != b->type || a->length != b->length) return false;
  if (a->type == ElementType::f32_) return equal_elements<float>(a, b);
  if (a->type == ElementType::f64_) return equal_elements<double>(a, b);
  return std::memcmp(a->data(), b->data(), a->bytes) == 0;
}

bool equal_bigints(const Object* a, const Object* b) {
  return a->size() == b->size() &&
         a->has_flag(Object::flag_negative) == b->has_flag(Object::flag_negative) &&
         std::memcmp(a->words(), b->words(), u64{a->size()} * 8) == 0;
}

/// Compares two values; what is inside of them is put off, part by part.
class Comparison {
 public:
  explicit Comparison(u32 depth) : depth_(depth) {}

  bool run(Value a, Value b) {
    if (!step(a, b)) return false;
    while (!parts_.empty()) {
      Part& part = parts_.top();
      Value x;
      Value y;
      if (!next(part, x, y)) {
        parts_.pop();
      } else if (!step(x, y)) {
        return false;
      }
    }
    return true;
  }

 private:
  /// Two sequences of equal length, or two lists, from `index` on. `b` of tables: the other one.
  /// Of sequences one of which is a tree, cursors_ has the places.
  struct Part {
    Value a;
    Value b;
    u32 index;
    u32 end;  ///< 0: lists
  };
  static constexpr u32 tree_part = 0xFFFF'FFFF;  ///< as `end`

  void push_sequences(Value a, Value b) {
    const Object* x = a.as_object();
    const Object* y = b.as_object();
    if (!is_tree(x) && !is_tree(y)) return parts_.push({a, b, 0, x->size()});
    parts_.push({a, b, 0, tree_part});
    cursors_.emplace_back(x, y);
  }

  /// The part's next pair; false at its end.
  bool next(Part& part, Value& x, Value& y) {
    if (part.a.is_cons()) {
      Cons* a = part.a.as_cons();
      Cons* b = part.b.as_cons();
      x = a->head;
      y = b->head;
      if (part.index == 0) {
        bool both = a->tail.is_cons() && b->tail.is_cons();
        if (both) {
          part.a = a->tail;
          part.b = b->tail;
        } else {
          part.index = 1;
        }
        return true;
      }
      if (part.index == 2) return false;
      part.index = 2;
      x = a->tail;
      y = b->tail;
      return true;
    }
    if (part.end == tree_part) {
      auto& [a, b] = cursors_.back();
      if (a.next(x)) return b.next(y);
      cursors_.pop_back();
      return false;
    }
    if (part.index == part.end) return false;
    if (part.end > part.a.as_object()->size()) return next_of_table(part, x, y);
    x = part.a.as_object()->get(part.index);
    y = part.b.as_object()->get(part.index);
    ++part.index;
    return true;
  }

  bool next_of_table(Part& part, Value& x, Value& y);
  /// False if they differ. Leaves are compared at once, others become a part.
  bool step(Value a, Value b);
  bool step_objects(Value a, Value b);
  bool step_tables(Value a, Value b);

  /// True the first time, as far as it is remembered.
  bool is_new(Value a, Value b) { return met_.emplace(a.bits(), b.bits()).second; }
  bool is_new_or_early(Value a, Value b) { return ++pairs_ < unremembered_pairs || is_new(a, b); }

  SmallStack<Part, 16> parts_;
  std::vector<std::pair<WordCursor, WordCursor>> cursors_;  ///< of the tree parts, in their order
  std::set<std::pair<u64, u64>> met_;  ///< pairs under comparison or found equal
  u64 pairs_ = 0;
  u32 depth_;
};

// A part of tables counts its slots from `table_base` on, which no object's size reaches.
constexpr u32 table_base = 0x8000'0000;

bool Comparison::next_of_table(Part& part, Value& x, Value& y) {
  TableView a(part.a.as_object());
  while (part.index < part.end) {
    u32 slot = part.index++ - table_base;
    if (!a.is_live(slot)) continue;
    x = a.value(slot);
    TableView b(part.b.as_object());
    Value key = a.key(slot);
    u32 found = b.find(key, hash(key), depth_ + 1);
    y = found == TableView::not_found ? Value::hole() : b.value(found);
    return true;
  }
  return false;
}

bool Comparison::step_tables(Value a, Value b) {
  TableView x(a.as_object());
  TableView y(b.as_object());
  if (x.live() != y.live()) return false;
  if (!is_new(a, b)) return true;  // tables may contain themselves
  if (x.live() > 0) parts_.push({a, b, table_base, table_base + x.capacity()});
  return true;
}

bool Comparison::step_objects(Value a, Value b) {
  const Object* x = a.as_object();
  const Object* y = b.as_object();
  if (x->kind() != y->kind()) return false;
  switch (x->kind()) {
    case Kind::bigint:
      return equal_bigints(x, y);
    case Kind::string:
    case Kind::long_string:
      return x == y || text(x) == text(y);
    case Kind::buffer:
      return equal_buffers(off_heap_of(x), off_heap_of(y));
    case Kind::ref:
      return x->words()[0] == y->words()[0];
    case Kind::handle:
      return x->words()[2] == y->words()[2];
    case Kind::vector:
    case Kind::map:
    case Kind::set:
      if (entry_count(x) != entry_count(y)) return false;
      if (entry_count(x) > 0 && is_new_or_early(a, b)) push_sequences(a, b);
      return true;
    case Kind::error:
      parts_.push({a, b, 0, 3});  // place and trace do not count
      return true;
    case Kind::table:
      return step_tables(a, b);
    case Kind::closure:
    case Kind::box:
    case Kind::table_slots:
    case Kind::node:
      return x == y;
    case Kind::record_type:
    case Kind::record:
      if (x->size() != y->size()) return false;
      if (is_new_or_early(a, b)) parts_.push({a, b, 0, x->size()});
      return true;
  }
  LITHE_UNREACHABLE();
}

bool Comparison::step(Value a, Value b) {
  if (!a.is_pointer() && !b.is_pointer()) return equal(a, b);
  if (a.is_cons() && b.is_cons()) {
    if (is_new_or_early(a, b)) parts_.push({a, b, 0, 0});
    return true;
  }
  if (a.is_object() && b.is_object()) return step_objects(a, b);
  // A bigint against a float is all that is left.
  if (a.is_float() && is_kind(b, Kind::bigint)) return numbers_equal(a, b);
  return b.is_float() && is_kind(a, Kind::bigint) && numbers_equal(a, b);
}

}  // namespace

bool equal_objects(Value a, Value b, u32 depth) {
  // What keys mostly are.
  if (is_string(a) && is_string(b)) {
    const Object* x = a.as_object();
    const Object* y = b.as_object();
    return x == y || (string_lengths(x) == string_lengths(y) && text(x) == text(y));
  }
  if (depth > deepest_key) return a == b;
  return Comparison(depth).run(a, b);
}

}  // namespace lithe::value
