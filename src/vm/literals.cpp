// SPDX-License-Identifier: Apache-2.0

#include "vm/literals.hpp"

#include <span>
#include <vector>

#include "heap/map.hpp"
#include "heap/numbers.hpp"
#include "value/bigint.hpp"

namespace lithe::vm {

using syntax::Datum;
using syntax::DatumKind;
using value::Value;

bool is_immediate(const Datum& datum) {
  switch (datum.kind) {
    case DatumKind::integer:
      return Value::fits_integer(datum.integer);
    case DatumKind::float_:
    case DatumKind::symbol:
    case DatumKind::keyword:
    case DatumKind::boolean:
    case DatumKind::nil:
      return true;
    case DatumKind::list:
      return datum.size == 0;
    default:
      return false;
  }
}

Value immediate_value(const Datum& datum) {
  switch (datum.kind) {
    case DatumKind::integer:
      return Value::integer(datum.integer);
    case DatumKind::float_:
      return Value::number(datum.number);
    case DatumKind::symbol:
      if (datum.is_gensym()) return Value::gensym(datum.name & ~Datum::gensym_bit);
      return Value::from_bits(Value::symbol(u32(datum.name)).bits() |
                              (datum.name & Datum::resolved_bit ? Value::resolved_symbol : 0));
    case DatumKind::keyword:
      return Value::keyword(u32(datum.name));
    case DatumKind::boolean:
      return Value::boolean(datum.truth);
    case DatumKind::list:
      return Value::empty_list();
    default:
      return Value::nil();
  }
}

namespace {

/// Walks a datum from the leaves up; `Target` makes the values and keeps the finished ones.
template <class Target>
Value make(Target& target, const Datum& root, base::Watcher* watcher = nullptr) {
  struct Open {
    const Datum* datum;
    u32 next;
  };
  std::vector<Open> open;
  base::WatchedSteps steps(watcher);
  auto start = [&](const Datum& datum) {
    if (is_immediate(datum)) {
      target.push(datum, immediate_value(datum));
    } else if (datum.is_sequence()) {
      open.push_back({&datum, 0});
    } else {
      target.push(datum, target.leaf(datum));
    }
  };
  start(root);
  while (!open.empty()) {
    if (steps.is_over()) return Value::error();
    Open& top = open.back();
    if (top.next < top.datum->size) {
      start(*top.datum->items[top.next++]);
      continue;
    }
    const Datum& datum = *top.datum;
    open.pop_back();
    if (!target.combine(datum)) return Value::error();
  }
  return target.result();
}

class HeapTarget {
 public:
  HeapTarget(heap::Heap& heap, LiteralListener* listener)
      : heap_(heap), values_(heap), listener_(listener) {}

  void push(const Datum& datum, Value v) {
    values_.push_back(v);
    if (listener_ && datum.is_symbol()) listener_->made(datum, v);
  }
  Value leaf(const Datum& datum) {
    if (datum.is(DatumKind::string)) return heap_.make_string(datum.text());
    if (datum.is(DatumKind::big_integer)) {
      return heap::parse_integer(heap_, datum.digits(), datum.radix);
    }
    return heap_.make_integer(datum.integer);
  }
  bool combine(const Datum& datum) {
    std::span<Value> items = values_.span().subspan(values_.size() - datum.size);
    Value made;
    if (datum.is_list()) {
      made = heap_.make_list(items);
    } else if (datum.is(DatumKind::vector)) {
      made = heap_.make_vector(items);
    } else {
      made = heap::make_map(heap_, items, heap::Duplicates::last_wins).map;
    }
    if (made == Value::error()) return false;
    for (u32 i = 0; i < datum.size; i++) values_.pop_back();
    values_.push_back(made);
    if (listener_ && datum.is_list()) listener_->made(datum, made);
    return true;
  }
  Value result() const { return values_.back(); }

 private:
  heap::Heap& heap_;
  heap::RootVector values_;
  LiteralListener* listener_;
};

class UnitTarget {
 public:
  UnitTarget(heap::UnitBuilder& builder, const base::NameTable& names)
      : builder_(builder), names_(names) {}

  void push(const Datum&, Value v) { values_.push_back(v); }
  Value leaf(const Datum& datum) {
    if (datum.is(DatumKind::string)) return builder_.string(datum.text());
    if (datum.is(DatumKind::integer)) return builder_.integer(datum.integer);
    value::Integer parsed;
    LITHE_CHECK(value::parse_integer(datum.digits(), datum.radix, parsed));
    return builder_.integer(parsed);
  }
  bool combine(const Datum& datum) {
    std::span<Value> items(values_.end() - datum.size, values_.end());
    Value made;
    if (datum.is_list()) {
      made = builder_.list(items);
    } else if (datum.is(DatumKind::vector)) {
      made = builder_.vector(items);
    } else {
      i64 pairs = heap::sort_entries(value::Kind::map, items, heap::Duplicates::last_wins, names_);
      made = builder_.map(items.first(2 * u64(pairs)));
    }
    values_.resize(values_.size() - datum.size);
    values_.push_back(made);
    return true;
  }
  Value result() const { return values_.back(); }

 private:
  heap::UnitBuilder& builder_;
  const base::NameTable& names_;
  std::vector<Value> values_;
};

}  // namespace

Value build_literal(heap::UnitBuilder& builder, const Datum& datum, const base::NameTable& names) {
  UnitTarget target(builder, names);
  return make(target, datum);
}

Value make_literal(heap::Heap& heap, const Datum& datum, LiteralListener* listener,
                   base::Watcher* watcher) {
  HeapTarget target(heap, listener);
  return make(target, datum, watcher);
}

}  // namespace lithe::vm
