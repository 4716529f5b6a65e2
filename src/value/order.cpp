// SPDX-License-Identifier: Apache-2.0
#include "value/order.hpp"

#include <set>
#include <utility>

#include "value/number.hpp"
#include "value/small_stack.hpp"
#include "value/text.hpp"

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
  error,
  pid,
  ref,
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
    case Kind::error:
      return Rank::error;
    case Kind::ref:
      return Rank::ref;
    case Kind::closure:
      return Rank::closure;
    case Kind::buffer:
      return Rank::buffer;
    case Kind::table:
      return Rank::table;
    case Kind::box:
    case Kind::table_slots:
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
  static constexpr u32 single = 0xFFFF'FFFF;  ///< the part is two values, not what is in them

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
        return three_way(text(a), text(b));
      case Rank::symbol:
      case Rank::keyword:
        return a == b ? 0 : three_way(names_.text(a.name()), names_.text(b.name()));
      case Rank::list:
        if (is_new(a, b)) parts_.push({a, b, 0, 0});
        return 0;
      case Rank::vector:
      case Rank::record:
      case Rank::map: {
        const Object* x = a.as_object();
        const Object* y = b.as_object();
        if (x->size() != y->size()) return three_way(x->size(), y->size());
        if (x->size() > 0 && is_new(a, b)) parts_.push({a, b, 0, x->size()});
        return 0;
      }
      case Rank::error:
        if (is_new(a, b)) parts_.push({a, b, 0, 3});
        return 0;
      case Rank::ref:
      case Rank::closure:
        return three_way(a.as_object()->words()[0], b.as_object()->words()[0]);
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

  bool is_new(Value a, Value b) {
    if (a == b) return false;
    return ++pairs_ < unremembered_pairs || met_.emplace(a.bits(), b.bits()).second;
  }

  const base::NameTable& names_;
  SmallStack<Part, 16> parts_;
  std::set<std::pair<u64, u64>> met_;  ///< pairs whose first difference is being looked for
  u64 pairs_ = 0;
};

}  // namespace

int order(Value a, Value b, const base::NameTable& names) {
  if (a.is_integer() && b.is_integer()) return three_way(a.as_integer(), b.as_integer());
  if (a.is_keyword() && b.is_keyword()) {
    return a == b ? 0 : three_way(names.text(a.name()), names.text(b.name()));
  }
  return Ordered(names).run(a, b);
}

}  // namespace lithe::value
