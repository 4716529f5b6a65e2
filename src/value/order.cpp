// SPDX-License-Identifier: Apache-2.0
#include "value/order.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "value/number.hpp"
#include "value/small_stack.hpp"
#include "value/text.hpp"
#include "value/tree.hpp"

namespace lithe::value {

namespace {

/// After so many pairs, those that have been met are remembered, as for equality.
constexpr u64 unremembered_pairs = 20000;

enum class Rank : u8 {
  nil,
  boolean,
  number,
  string,
  symbol,
  gensym,
  keyword,
  list,
  vector,
  map,
  set,
  error,
  pid,
  ref,
  handle,
  builtin,
  closure,
  buffer,
  table,
  other,
  record,
};

Rank rank_of_object(const Object* o) {
  switch (o->kind()) {
    case Kind::bigint:
      return Rank::number;
    case Kind::string:
    case Kind::long_string:
      return Rank::string;
    case Kind::vector:
      return Rank::vector;
    case Kind::map:
      return Rank::map;
    case Kind::set:
      return Rank::set;
    case Kind::error:
      return Rank::error;
    case Kind::ref:
      return Rank::ref;
    case Kind::handle:
      return Rank::handle;
    case Kind::closure:
      return Rank::closure;
    case Kind::buffer:
      return Rank::buffer;
    case Kind::table:
      return Rank::table;
    case Kind::box:
    case Kind::table_slots:
    case Kind::node:
      return Rank::other;
    case Kind::record_type:
    case Kind::record:
      return Rank::record;
  }
  LITHE_UNREACHABLE();
}

Rank rank_of(Value v) {
  if (v.is_integer() || v.is_float()) return Rank::number;
  if (v.is_object()) return rank_of_object(v.as_object());
  if (v.is_list()) return Rank::list;
  if (v.is_sub(Value::Sub::symbol)) return Rank::symbol;
  if (v.is_sub(Value::Sub::gensym)) return Rank::gensym;
  if (v.is_keyword()) return Rank::keyword;
  if (v.is_nil()) return Rank::nil;
  if (v.is_boolean()) return Rank::boolean;
  if (v.is_pid()) return Rank::pid;
  if (v.is_builtin()) return Rank::builtin;
  return Rank::other;
}

template <class T>
int three_way(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

int sign_of(int i) { return i < 0 ? -1 : i > 0; }

/// Strings by code point, which in UTF-8 is by byte.
int order_strings(const Object* a, const Object* b) {
  if (a->kind() != Kind::string || b->kind() != Kind::string)
    return sign_of(text(a).compare(text(b)));
  // Short ones are padded with zeros: whole words, first byte highest, then the lengths.
  u32 words = std::min(a->size(), b->size());
  for (u32 i = 1; i < words; ++i) {
    u64 x = __builtin_bswap64(a->words()[i]);
    u64 y = __builtin_bswap64(b->words()[i]);
    if (x != y) return x < y ? -1 : 1;
  }
  return three_way(string_bytes(a), string_bytes(b));
}

int order_numbers(Value a, Value b) {
  switch (compare_numbers(a, b)) {
    case Ordering::less:
      return -1;
    case Ordering::equal:
      return 0;
    case Ordering::greater:
      return 1;
    case Ordering::unordered:
      break;
  }
  auto is_nan = [](Value v) { return v.is_float() && v.as_float() != v.as_float(); };
  return three_way(is_nan(a), is_nan(b));
}

class Ordered {
 public:
  explicit Ordered(const base::NameTable& names) : names_(names) {}

  int run(Value a, Value b) {
    int sign = step(a, b);
    while (sign == 0 && !parts_.empty()) {
      Part& part = parts_.top();
      if (part.end == single) {
        Part one = parts_.pop();
        sign = step(one.a, one.b);
      } else if (part.a.is_list()) {
        sign = step_list(part);
      } else if (part.end == tree_part) {
        sign = step_trees();
      } else {
        Value x = part.a.as_object()->get(part.index);
        Value y = part.b.as_object()->get(part.index);
        if (++part.index == part.end) parts_.pop();
        sign = step(x, y);
      }
    }
    return sign;
  }

 private:
  struct Part {
    Value a;
    Value b;
    u32 index;
    u32 end;
  };
  static constexpr u32 single = 0xFFFF'FFFF;     ///< the part is two values, not what is in them
  static constexpr u32 tree_part = 0xFFFF'FFFE;  ///< cursors_ has the places

  /// One word further in two sequences of the same length.
  int step_trees() {
    Value x;
    Value y;
    auto& [a, b] = cursors_.back();
    if (a.next(x) && b.next(y)) return step(x, y);
    cursors_.pop_back();
    parts_.pop();
    return 0;
  }

  /// One element further in two lists; the shorter one comes first.
  int step_list(Part& part) {
    Value a = part.a;
    Value b = part.b;
    if (!a.is_cons() || !b.is_cons()) {
      parts_.pop();
      return three_way(a.is_cons(), b.is_cons());
    }
    part.a = a.as_cons()->tail;
    part.b = b.as_cons()->tail;
    if (!part.a.is_list() || !part.b.is_list()) part.end = single;  // improper
    return step(a.as_cons()->head, b.as_cons()->head);
  }

  int step(Value a, Value b) {
    Rank rank = rank_of(a);
    if (int sign = three_way(rank, rank_of(b)); sign != 0) return sign;
    switch (rank) {
      case Rank::number:
        return order_numbers(a, b);
      case Rank::string:
        return order_strings(a.as_object(), b.as_object());
      case Rank::symbol:
      case Rank::keyword:
        return a == b ? 0 : three_way(names_.text(a.name()), names_.text(b.name()));
      case Rank::list:
        if (is_new(a, b)) parts_.push({a, b, 0, 0});
        return 0;
      case Rank::vector:
      case Rank::map:
      case Rank::set:
      case Rank::record:
        return step_sequences(a, b);
      case Rank::error:
        if (is_new(a, b)) parts_.push({a, b, 0, 3});
        return 0;
      case Rank::ref:
      case Rank::closure:
        return three_way(a.as_object()->words()[0], b.as_object()->words()[0]);
      case Rank::handle:
        return three_way(a.as_object()->words()[2], b.as_object()->words()[2]);
      case Rank::nil:
      case Rank::boolean:
      case Rank::gensym:
      case Rank::pid:
      case Rank::builtin:
        return three_way(a.bits(), b.bits());
      case Rank::buffer:
      case Rank::table:
      case Rank::other:
        return 0;
    }
    LITHE_UNREACHABLE();
  }

  int step_sequences(Value a, Value b) {
    const Object* x = a.as_object();
    const Object* y = b.as_object();
    u64 count = entry_count(x);
    if (count != entry_count(y)) return three_way(count, entry_count(y));
    if (count == 0 || !is_new(a, b)) return 0;
    if (is_tree(x) || is_tree(y)) {
      parts_.push({a, b, 0, tree_part});
      cursors_.emplace_back(x, y);
    } else {
      parts_.push({a, b, 0, x->size()});
    }
    return 0;
  }

  bool is_new(Value a, Value b) {
    if (a == b) return false;
    return ++pairs_ < unremembered_pairs || met_.emplace(a.bits(), b.bits()).second;
  }

  const base::NameTable& names_;
  SmallStack<Part, 16> parts_;
  std::vector<std::pair<WordCursor, WordCursor>> cursors_;  ///< of the tree parts, in their order
  std::set<std::pair<u64, u64>> met_;  ///< pairs whose first difference is being looked for
  u64 pairs_ = 0;
};

}  // namespace

int order_any(Value a, Value b, const base::NameTable& names) {
  if (a.is_keyword() && b.is_keyword()) {
    return a == b ? 0 : three_way(names.text(a.name()), names.text(b.name()));
  }
  if (is_string(a) && is_string(b)) return order_strings(a.as_object(), b.as_object());
  return Ordered(names).run(a, b);
}

}  // namespace lithe::value
