// SPDX-License-Identifier: Apache-2.0
// What reads any collection.

#include <fmt/format.h>

#include "builtins/collections.hpp"

#include "builtins/bounds.hpp"
#include "builtins/buffers.hpp"
#include "builtins/building.hpp"
#include "builtins/lists.hpp"
#include "heap/table.hpp"
#include "value/number.hpp"
#include "value/text.hpp"
#include "value/tree.hpp"

namespace lithe::builtins {

using value::Kind;

namespace {

constexpr std::string_view collection = "a list, vector, map, set, table, buffer or string";

/// The number of elements; a list's is counted. False: no collection, or interrupted; the error
/// is set.
bool count_elements(NativeCall& call, u64& out) {
  Value v = call[0];
  if (v.is_list()) return list_count(call, v, out);
  if (v.is_object()) {
    switch (v.as_object()->kind()) {
      case Kind::string:
      case Kind::long_string:
        out = value::string_code_points(v.as_object());
        return true;
      case Kind::vector:
      case Kind::map:
      case Kind::set:
        out = value::entry_count(v.as_object());
        return true;
      case Kind::table:
        out = heap::table_size(v);
        return true;
      case Kind::buffer:
        out = value::off_heap_of(v.as_object())->length;
        return true;
      default:
        break;
    }
  }
  if (value::is_kind(call[0], Kind::record)) {
    call.fail(
        ErrorKind::type,
        fmt::format("argument 1 must be {}, got {}; a field of a record Name is (Name-field x)",
                    collection, call.describe(call[0])));
    return false;
  }
  call.wrong_type(0, collection);
  return false;
}

/// The element of an indexed collection that is not a list.
Value element_at(NativeCall& call, u64 index) {
  const value::Object* object = call[0].as_object();
  switch (object->kind()) {
    case Kind::vector:
      return value::vector_get(object, index);
    case Kind::buffer:
      return buffer_element(call, call[0], index);
    default: {
      u64 start = value::string_offset(object, index);
      u64 end = value::string_offset(object, index + 1);
      return give_string(call, value::text(object).substr(start, end - start));
    }
  }
}

}  // namespace

Value list_of_elements(NativeCall& call) {
  if (!reserve_cells(call, value::entry_count(call[0].as_object()))) return Value::error();
  Patience patience(call);
  ListBuilder list(call.heap());
  value::WordCursor cursor(call[0].as_object());
  for (Value element; cursor.next(element);) {
    list.add(element);
    if (patience.is_over()) return Value::error();
  }
  return list.finish();
}

Value get(NativeCall& call) {
  Value v = call[0];
  bool has_default = call.given(2);
  if (v.is_list()) return list_element(call, 1, has_default ? call[2] : Value::error());
  if (value::is_kind(v, Kind::map) || value::is_kind(v, Kind::table)) {
    return map_or_table_get(call, v, call[1], has_default ? call[2] : Value::nil());
  }
  if (value::is_kind(v, Kind::set)) {
    return set_element(call, has_default ? call[2] : Value::nil());
  }
  u64 length;
  if (!count_elements(call, length)) return Value::error();
  Value index = call[1];
  if (!value::is_integral(index)) return call.wrong_type(1, "an integer");
  if (index.is_integer() && u64(index.as_integer()) < length) {
    return element_at(call, u64(index.as_integer()));
  }
  return has_default ? call[2] : call.wrong_index(1, index, length);
}

Value length(NativeCall& call) {
  u64 count;
  return count_elements(call, count) ? Value::integer(i64(count)) : Value::error();
}

Value empty(NativeCall& call) {
  if (call[0].is_list()) return Value::boolean(call[0].is_empty_list());
  u64 count;
  return count_elements(call, count) ? Value::boolean(count == 0) : Value::error();
}

}  // namespace lithe::builtins
