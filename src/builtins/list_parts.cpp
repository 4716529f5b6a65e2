// SPDX-License-Identifier: Apache-2.0
// Lists: taking apart, and questions about them.

#include <fmt/format.h>

#include "builtins/building.hpp"
#include "builtins/lists.hpp"
#include "builtins/numbers.hpp"
#include "heap/numbers.hpp"
#include "value/equal.hpp"

namespace lithe::builtins {

bool list_count(NativeCall& call, Value list, u64& out) {
  Patience patience(call);
  u64 count = 0;
  for (; list.is_cons(); list = list.as_cons()->tail) {
    count++;
    if (patience.is_over()) return false;
  }
  out = count;
  return true;
}

namespace {

constexpr std::string_view not_empty = "a list that is not empty";

/// Index of the first element equal to argument 1, in the list that is argument 0; -1: none;
/// -2: interrupted.
i64 find(NativeCall& call) {
  Patience patience(call);
  Value wanted = call[1];
  i64 index = 0;
  for (Value rest = call[0]; rest.is_cons(); rest = rest.as_cons()->tail, index++) {
    if (value::equal(rest.as_cons()->head, wanted)) return index;
    if (patience.is_over()) return -2;
  }
  return -1;
}

}  // namespace

Value head(NativeCall& call) {
  return call[0].is_cons() ? call[0].as_cons()->head : call.wrong_type(0, not_empty);
}

Value tail(NativeCall& call) {
  return call[0].is_cons() ? call[0].as_cons()->tail : call.wrong_type(0, not_empty);
}

Value list_last(NativeCall& call) {
  if (!call[0].is_cons()) return call.wrong_type(0, not_empty);
  Patience patience(call);
  Value rest = call[0];
  while (rest.as_cons()->tail.is_cons()) {
    rest = rest.as_cons()->tail;
    if (patience.is_over()) return Value::error();
  }
  return rest.as_cons()->head;
}

Value list_length(NativeCall& call) {
  u64 count;
  if (!call.expect_list(0) || !list_count(call, call[0], count)) return Value::error();
  return Value::integer(i64(count));
}

Value list_element(NativeCall& call, u32 position, Value missing) {
  Value index = call[position];
  if (!value::is_integral(index)) return call.wrong_type(position, "an integer");
  Patience patience(call);
  if (index.is_integer() && index.as_integer() >= 0) {
    i64 left = index.as_integer();
    for (Value rest = call[0]; rest.is_cons(); rest = rest.as_cons()->tail) {
      if (left-- == 0) return rest.as_cons()->head;
      if (patience.is_over()) return Value::error();
    }
  }
  if (missing != Value::error()) return missing;
  u64 count;
  if (!list_count(call, call[0], count)) return Value::error();
  return call.wrong_index(position, index, count);
}

Value list_nth(NativeCall& call) {
  return call.expect_list(0) ? list_element(call, 1, Value::error()) : Value::error();
}

Value list_drop(NativeCall& call) {
  u64 count;
  if (!call.expect_list(0) || !call.expect_count(1, count)) return Value::error();
  Patience patience(call);
  Value rest = call[0];
  for (; count > 0 && rest.is_cons(); count--) {
    rest = rest.as_cons()->tail;
    if (patience.is_over()) return Value::error();
  }
  return rest;
}

Value list_take(NativeCall& call) {
  u64 count;
  if (!call.expect_list(0) || !call.expect_count(1, count)) return Value::error();
  Patience patience(call);
  u64 there = 0;
  Value rest = call[0];
  for (; there < count && rest.is_cons(); there++) {
    rest = rest.as_cons()->tail;
    if (patience.is_over()) return Value::error();
  }
  if (!rest.is_cons()) return call[0];
  if (!reserve_cells(call, there)) return Value::error();
  ListBuilder result(call.heap());
  rest = call[0];
  for (; there > 0; there--, rest = rest.as_cons()->tail) result.add(rest.as_cons()->head);
  return result.finish();
}

Value list_includes(NativeCall& call) {
  if (!call.expect_list(0)) return Value::error();
  i64 index = find(call);
  return index == -2 ? Value::error() : Value::boolean(index >= 0);
}

Value list_index_of(NativeCall& call) {
  if (!call.expect_list(0)) return Value::error();
  i64 index = find(call);
  if (index == -2) return Value::error();
  return index < 0 ? Value::nil() : Value::integer(index);
}

Value list_sum(NativeCall& call) {
  if (!call.expect_list(0)) return Value::error();
  Patience patience(call);
  heap::Root sum(call.heap(), Value::integer(0));
  // The argument's slot is the place in the list: adding may collect.
  for (u64 index = 0; call[0].is_cons(); index++) {
    Value element = call[0].as_cons()->head;
    if (!value::is_number(element)) {
      return call.fail(ErrorKind::type,
                       fmt::format("argument 1 must be a list of numbers, got {} at index {}",
                                   call.describe(element), index));
    }
    sum = heap::add(call.heap(), sum, element);
    if (sum.get() == Value::error()) return give_number(call, sum);
    call.set(0, call[0].as_cons()->tail);
    if (patience.is_over()) return Value::error();
  }
  return sum;
}

}  // namespace lithe::builtins
