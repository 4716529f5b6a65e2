// SPDX-License-Identifier: Apache-2.0
// Lists: making new ones.

#include <algorithm>
#include <vector>

#include "builtins/building.hpp"
#include "builtins/failing.hpp"
#include "builtins/lists.hpp"
#include "heap/memory_account.hpp"
#include "value/equal.hpp"
#include "value/hash.hpp"

namespace lithe::builtins {

namespace {

Value append(NativeCall& call) {
  u32 last = call.count() - 1;
  u64 cells = 0;
  for (u32 i = 0; i <= last; i++) {
    if (!call.expect_list(i)) return Value::error();
    u64 count;
    if (i == last) break;
    if (!list_count(call, call[i], count)) return Value::error();
    cells += count;
  }
  if (cells == 0) return call[last];
  if (!reserve_cells(call, cells)) return Value::error();
  Patience patience(call);
  ListBuilder result(call.heap());
  for (u32 i = 0; i < last; i++) {
    for (Value rest = call[i]; rest.is_cons(); rest = rest.as_cons()->tail) {
      result.add(rest.as_cons()->head);
      if (patience.is_over()) return Value::error();
    }
  }
  return result.finish(call[last]);
}

/// Walks the leaves of nested lists from the left, in a bounded C++ stack. Dead at the next
/// collection.
class Leaves {
 public:
  explicit Leaves(Value list) : here_(list) {}

  /// One step. False: at the end. `found`: `leaf` is the next leaf.
  bool step(bool& found, Value& leaf) {
    found = false;
    if (!here_.is_cons()) {
      if (outer_.empty()) return false;
      here_ = outer_.back();
      outer_.pop_back();
      return true;
    }
    Value element = here_.as_cons()->head;
    here_ = here_.as_cons()->tail;
    if (element.is_cons()) {
      if (here_.is_cons()) outer_.push_back(here_);
      here_ = element;
    } else if (!element.is_empty_list()) {
      found = true;
      leaf = element;
    }
    return true;
  }

 private:
  Value here_;
  std::vector<Value> outer_;
};

/// Elements seen so far, by the language's equality. Holds raw Values: no collection meanwhile.
class SeenValues {
 public:
  explicit SeenValues(u64 most) {
    u64 slots = 16;
    while (slots < most * 2 && slots < (u64{1} << 16)) slots *= 2;
    slots_.assign(slots, Value::hole());
  }

  /// True if no equal one was added before. A NaN is always new.
  bool add(Value v) {
    if (v.is_float() && v.as_float() != v.as_float()) return true;
    u64 at = place(v);
    if (!slots_[at].is(Value::Special::hole)) return false;
    slots_[at] = v;
    if (++count_ * 2 > slots_.size()) grow();
    return true;
  }

 private:
  u64 place(Value v) const {
    u64 mask = slots_.size() - 1;
    u64 at = value::hash(v) & mask;
    while (!slots_[at].is(Value::Special::hole) && !value::equal(slots_[at], v)) {
      at = (at + 1) & mask;
    }
    return at;
  }
  void grow() {
    std::vector<Value> old(slots_.size() * 2, Value::hole());
    old.swap(slots_);
    for (Value v : old) {
      if (!v.is(Value::Special::hole)) slots_[place(v)] = v;
    }
  }

  std::vector<Value> slots_;
  u64 count_ = 0;
};

}  // namespace

Value list(NativeCall& call) {
  if (!reserve_cells(call, call.count())) return Value::error();
  ListBuilder result(call.heap());
  for (u32 i = 0; i < call.count(); i++) result.add(call[i]);
  return result.finish();
}

Value cons(NativeCall& call) {
  if (!call.expect_list(1)) return Value::error();
  return call.heap().cons(call[0], call[1]);
}

namespace {

/// The elements of argument 0, the last one first, in front of the list `onto`.
Value reverse(NativeCall& call, Value onto) {
  Patience patience(call);
  Value result = onto;
  for (Value rest = call[0]; rest.is_cons(); rest = rest.as_cons()->tail) {
    value::Cons* cell = call.heap().allocate_cons();
    cell->head = rest.as_cons()->head;
    cell->tail = result;
    result = Value::cons(cell, false);
    if (patience.is_over()) return Value::error();
  }
  return result;
}

}  // namespace

Value list_reverse(NativeCall& call) {
  u64 count;
  if (!call.expect_list(0) || !list_count(call, call[0], count)) return Value::error();
  if (count < 2) return call[0];
  return reserve_cells(call, count) ? reverse(call, Value::empty_list()) : Value::error();
}

Value internal_reverse_onto(NativeCall& call) {
  u64 count;
  if (!call.expect_list(0) || !call.expect_list(1)) return Value::error();
  if (!list_count(call, call[0], count) || !reserve_cells(call, count)) return Value::error();
  return reverse(call, call[1]);
}

Value list_append(NativeCall& call) {
  return call.count() == 0 ? Value::empty_list() : append(call);
}
/// What a quasiquote becomes.
Value internal_append(NativeCall& call) {
  for (u32 i = 0; i < call.count(); i++) {
    if (call[i].is_cons() || call[i].is_empty_list()) continue;
    return fail_as(call, "unquote-splicing", ErrorKind::type,
                   "expected a list, got " + call.describe(call[i]));
  }
  return append(call);
}

Value list_flatten(NativeCall& call) {
  if (!call.expect_list(0)) return Value::error();
  // Shared sublists may unfold to far more than there is memory.
  u64 most = call.heap().environment().account.ceiling() / sizeof(value::Cons);
  Patience patience(call);
  u64 steps = 0;
  u64 count = 0;
  Value leaf;
  bool found;
  for (Leaves leaves(call[0]); leaves.step(found, leaf);) {
    if (++steps > most) return call.out_of_memory();
    if (found) count++;
    if (patience.is_over()) return Value::error();
  }
  if (!reserve_cells(call, count)) return Value::error();
  ListBuilder result(call.heap());
  for (Leaves leaves(call[0]); leaves.step(found, leaf);) {
    if (found) result.add(leaf);
    if (patience.is_over()) return Value::error();
  }
  return result.finish();
}

Value list_zip(NativeCall& call) {
  u64 shortest = ~u64{0};
  for (u32 i = 0; i < call.count(); i++) {
    u64 count;
    if (!call.expect_list(i) || !list_count(call, call[i], count)) return Value::error();
    shortest = std::min(shortest, count);
  }
  if (!reserve_cells(call, shortest * (1 + call.count()))) return Value::error();
  Patience patience(call);
  ListBuilder result(call.heap());
  for (u64 row = 0; row < shortest; row++) {
    ListBuilder elements(call.heap());
    for (u32 i = 0; i < call.count(); i++) {
      elements.add(call[i].as_cons()->head);
      call.set(i, call[i].as_cons()->tail);
    }
    result.add(elements.finish());
    if (patience.is_over()) return Value::error();
  }
  return result.finish();
}

Value list_repeat(NativeCall& call) {
  u64 count;
  if (!call.expect_count(1, count) || !reserve_cells(call, count)) return Value::error();
  Patience patience(call);
  Value result = Value::empty_list();
  for (; count > 0; count--) {
    value::Cons* cell = call.heap().allocate_cons();
    cell->head = call[0];
    cell->tail = result;
    result = Value::cons(cell, false);
    if (patience.is_over()) return Value::error();
  }
  return result;
}

Value list_distinct(NativeCall& call) {
  u64 count;
  if (!call.expect_list(0) || !list_count(call, call[0], count)) return Value::error();
  if (!reserve_cells(call, count)) return Value::error();
  Patience patience(call);
  SeenValues seen(count);
  ListBuilder result(call.heap());
  for (Value rest = call[0]; rest.is_cons(); rest = rest.as_cons()->tail) {
    if (seen.add(rest.as_cons()->head)) result.add(rest.as_cons()->head);
    if (patience.is_over()) return Value::error();
  }
  return result.finish();
}

}  // namespace lithe::builtins
