// SPDX-License-Identifier: Apache-2.0
// Sets.

#include "builtins/building.hpp"
#include "builtins/collections.hpp"
#include "builtins/lists.hpp"
#include "heap/map.hpp"

namespace lithe::builtins {

using value::Kind;

namespace {

/// Up to this part of the first set, the elements of the others are put into it one by one.
constexpr u64 put_part = 16;

bool expect_set(NativeCall& call, u32 i) {
  if (value::is_kind(call[i], Kind::set)) return true;
  call.wrong_type(i, "a set");
  return false;
}

bool expect_sets(NativeCall& call) {
  for (u32 i = 0; i < call.count(); i++) {
    if (!expect_set(call, i)) return false;
  }
  return true;
}

u64 size_of(Value set) { return value::entry_count(set.as_object()); }

bool has(NativeCall& call, Value set, Value element) {
  return heap::has_entry(set, element, call.heap().names());
}

Value put_all(NativeCall& call) {
  heap::Root made(call.heap(), call[0]);
  for (u32 i = 1; i < call.count(); i++) {
    heap::RootVector more(call.heap());
    heap::append_words(call[i], more);
    for (u64 k = 0; k < more.size(); k++) {
      made = heap::set_put(call.heap(), made, more[k]);
      if (made.get() == Value::error()) return call.out_of_memory();
    }
  }
  return made;
}

/// The elements of argument 0 for which `keep` holds.
template <class Keep>
Value filtered(NativeCall& call, Keep&& keep) {
  heap::RootVector kept(call.heap());
  Patience patience(call);
  value::WordCursor cursor(call[0].as_object());
  for (Value element; cursor.next(element);) {
    if (keep(element)) kept.push_back(element);
    if (patience.is_over()) return Value::error();
  }
  if (kept.size() == size_of(call[0])) return call[0];
  return or_out_of_memory(call, heap::make_sorted(call.heap(), Kind::set, kept.span()));
}

}  // namespace

Value set_element(NativeCall& call, Value missing) {
  const u64* found = value::find_entry(call[0].as_object(), call[1], call.heap().names());
  return found == nullptr ? missing : Value::from_bits(*found);
}

Value set_of(NativeCall& call) {
  return or_out_of_memory(call, heap::make_set(call.heap(), call.arguments()));
}

Value set_get(NativeCall& call) {
  if (!expect_set(call, 0)) return Value::error();
  return set_element(call, call.given(2) ? call[2] : Value::nil());
}

Value set_has(NativeCall& call) {
  return expect_set(call, 0) ? Value::boolean(has(call, call[0], call[1])) : Value::error();
}

Value set_put(NativeCall& call) {
  if (!expect_set(call, 0)) return Value::error();
  return or_out_of_memory(call, heap::set_put(call.heap(), call[0], call[1]));
}

Value set_remove(NativeCall& call) {
  if (!expect_set(call, 0)) return Value::error();
  return or_out_of_memory(call, heap::remove_entry(call.heap(), call[0], call[1]));
}

Value set_length(NativeCall& call) {
  return expect_set(call, 0) ? Value::integer(i64(size_of(call[0]))) : Value::error();
}

Value set_union(NativeCall& call) {
  if (!expect_sets(call)) return Value::error();
  u64 more = 0;
  for (u32 i = 1; i < call.count(); i++) more += size_of(call[i]);
  if (call.count() > 0 && more <= size_of(call[0]) / put_part) return put_all(call);
  heap::RootVector elements(call.heap());
  for (u32 i = 0; i < call.count(); i++) heap::append_words(call[i], elements);
  return or_out_of_memory(call, heap::make_set(call.heap(), elements.span()));
}

Value set_intersection(NativeCall& call) {
  if (!expect_sets(call)) return Value::error();
  return filtered(call, [&call](Value element) {
    for (u32 i = 1; i < call.count(); i++) {
      if (!has(call, call[i], element)) return false;
    }
    return true;
  });
}

Value set_difference(NativeCall& call) {
  if (!expect_sets(call)) return Value::error();
  return filtered(call, [&call](Value element) {
    for (u32 i = 1; i < call.count(); i++) {
      if (has(call, call[i], element)) return false;
    }
    return true;
  });
}

Value set_is_subset(NativeCall& call) {
  if (!expect_sets(call)) return Value::error();
  if (size_of(call[0]) > size_of(call[1])) return Value::boolean(false);
  Patience patience(call);
  value::WordCursor cursor(call[0].as_object());
  for (Value element; cursor.next(element);) {
    if (!has(call, call[1], element)) return Value::boolean(false);
    if (patience.is_over()) return Value::error();
  }
  return Value::boolean(true);
}

Value set_to_list(NativeCall& call) {
  return expect_set(call, 0) ? list_of_elements(call) : Value::error();
}

Value set_from_list(NativeCall& call) {
  u64 count;
  if (!call.expect_list(0) || !list_count(call, call[0], count)) return Value::error();
  heap::RootVector elements(call.heap());
  for (Value rest = call[0]; rest.is_cons(); rest = rest.as_cons()->tail) {
    elements.push_back(rest.as_cons()->head);
  }
  return or_out_of_memory(call, heap::make_set(call.heap(), elements.span()));
}

}  // namespace lithe::builtins
