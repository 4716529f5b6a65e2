// SPDX-License-Identifier: Apache-2.0
// Vectors.

#include "heap/vector.hpp"

#include "builtins/bounds.hpp"
#include "builtins/building.hpp"
#include "builtins/collections.hpp"
#include "builtins/lists.hpp"
#include "heap/tree_builder.hpp"
#include "value/equal.hpp"
#include "value/number.hpp"

namespace lithe::builtins {

using value::Kind;

namespace {

using Builder = heap::TreeBuilder<heap::Heap, false>;

constexpr std::string_view not_empty = "a vector that is not empty";

bool expect_vector(NativeCall& call, u32 i) {
  if (value::is_kind(call[i], Kind::vector)) return true;
  call.wrong_type(i, "a vector");
  return false;
}

u64 length_of(Value vector) { return value::entry_count(vector.as_object()); }

bool expect_elements(NativeCall& call) {
  if (value::is_kind(call[0], Kind::vector) && length_of(call[0]) > 0) return true;
  call.wrong_type(0, not_empty);
  return false;
}

/// Room for a vector of so many elements. False: refused, and the error is set. May collect.
bool reserve_vector(NativeCall& call, u64 count) {
  if (call.heap().try_reserve(heap::tree_room(count, 1))) return true;
  call.out_of_memory();
  return false;
}

Value from_list(NativeCall& call) {
  u64 count;
  if (!call.expect_list(0) || !list_count(call, call[0], count)) return Value::error();
  if (!reserve_vector(call, count)) return Value::error();
  return Builder(call.heap()).vector(count, [rest = call[0]]() mutable {
    const value::Cons* cell = rest.as_cons();
    rest = cell->tail;
    return cell->head;
  });
}

/// Index of the first element equal to argument 1; -1: none; -2: interrupted.
i64 find(NativeCall& call) {
  Patience patience(call);
  value::WordCursor cursor(call[0].as_object());
  Value element;
  for (i64 i = 0; cursor.next(element); i++) {
    if (value::equal(element, call[1])) return i;
    if (patience.is_over()) return -2;
  }
  return -1;
}

}  // namespace

Value vector_of(NativeCall& call) {
  return or_out_of_memory(call, call.heap().make_vector(call.arguments()));
}

Value vector_get(NativeCall& call) {
  if (!expect_vector(call, 0)) return Value::error();
  u64 length = length_of(call[0]);
  Value index = call[1];
  if (call.given(2) && value::is_integral(index) &&
      !(index.is_integer() && u64(index.as_integer()) < length)) {
    return call[2];
  }
  u64 at;
  if (!expect_index(call, 1, length, at)) return Value::error();
  return value::vector_get(call[0].as_object(), at);
}

Value vector_put(NativeCall& call) {
  u64 index;
  if (!expect_vector(call, 0) || !expect_index(call, 1, length_of(call[0]), index)) {
    return Value::error();
  }
  return or_out_of_memory(call, heap::vector_put(call.heap(), call[0], index, call[2]));
}

Value vector_push(NativeCall& call) {
  if (!expect_vector(call, 0)) return Value::error();
  return or_out_of_memory(call, heap::vector_push(call.heap(), call[0], call[1]));
}

Value vector_pop(NativeCall& call) {
  if (!expect_elements(call)) return Value::error();
  return or_out_of_memory(call, heap::vector_pop(call.heap(), call[0]));
}

Value vector_last(NativeCall& call) {
  if (!expect_elements(call)) return Value::error();
  return value::vector_get(call[0].as_object(), length_of(call[0]) - 1);
}

Value vector_length(NativeCall& call) {
  if (!expect_vector(call, 0)) return Value::error();
  return Value::integer(i64(length_of(call[0])));
}

Value vector_slice(NativeCall& call) {
  if (!expect_vector(call, 0)) return Value::error();
  u64 from;
  u64 to = length_of(call[0]);
  if (!expect_bound(call, 1, 0, to, from)) return Value::error();
  if (call.given(2) && !expect_bound(call, 2, from, to, to)) return Value::error();
  return or_out_of_memory(call, heap::vector_slice(call.heap(), call[0], from, to));
}

Value vector_concat(NativeCall& call) {
  for (u32 i = 0; i < call.count(); i++) {
    if (!expect_vector(call, i)) return Value::error();
  }
  if (call.count() == 0) return vector_of(call);
  heap::Root made(call.heap(), call[0]);
  for (u32 i = 1; i < call.count(); i++) {
    made = heap::vector_concat(call.heap(), made, call[i]);
    if (made.get() == Value::error()) return call.out_of_memory();
    if (call.interrupted()) return Value::error();
  }
  return made;
}

Value vector_reverse(NativeCall& call) {
  if (!expect_vector(call, 0)) return Value::error();
  u64 left = length_of(call[0]);
  if (!reserve_vector(call, left)) return Value::error();
  const value::Object* vector = call[0].as_object();
  return Builder(call.heap()).vector(left, [vector, &left] {
    return value::vector_get(vector, --left);
  });
}

Value vector_repeat(NativeCall& call) {
  u64 count;
  if (!call.expect_count(1, count) || !reserve_vector(call, count)) return Value::error();
  return Builder(call.heap()).vector(count, [element = call[0]] { return element; });
}

Value vector_includes(NativeCall& call) {
  if (!expect_vector(call, 0)) return Value::error();
  i64 index = find(call);
  return index == -2 ? Value::error() : Value::boolean(index >= 0);
}

Value vector_index_of(NativeCall& call) {
  if (!expect_vector(call, 0)) return Value::error();
  i64 index = find(call);
  return index == -2 ? Value::error() : index < 0 ? Value::nil() : Value::integer(index);
}

Value vector_to_list(NativeCall& call) {
  return expect_vector(call, 0) ? list_of_elements(call) : Value::error();
}

Value vector_from_list(NativeCall& call) { return from_list(call); }
Value internal_list_to_vector(NativeCall& call) { return from_list(call); }

Value internal_is_vector_of_length(NativeCall& call) {
  u64 wanted;
  if (!call.expect_count(1, wanted)) return Value::error();
  return Value::boolean(value::is_kind(call[0], Kind::vector) && length_of(call[0]) == wanted);
}

Value internal_vector_get(NativeCall& call) {
  u64 index;
  if (!expect_vector(call, 0) || !expect_index(call, 1, length_of(call[0]), index)) {
    return Value::error();
  }
  return value::vector_get(call[0].as_object(), index);
}

}  // namespace lithe::builtins
