// SPDX-License-Identifier: Apache-2.0
// (list/range …). Elements are floats when the start or the step is one, each computed from its
// index, so that errors do not add up.

#include <algorithm>
#include <cmath>

#include "builtins/building.hpp"
#include "builtins/numbers.hpp"
#include "heap/numbers.hpp"
#include "value/number.hpp"

namespace lithe::builtins {

namespace {

constexpr i64 most_elements = i64{1} << 40;

Value float_range(NativeCall& call, double from, double to, double step) {
  double estimate = std::ceil((to - from) / step);
  if (!(estimate > 0)) return Value::empty_list();
  if (estimate > double(most_elements)) return call.out_of_memory();
  u64 count = u64(estimate);
  auto before_end = [&](u64 i) {
    double element = from + double(i) * step;
    return step > 0 ? element < to : element > to;
  };
  while (count > 0 && !before_end(count - 1)) count--;
  while (before_end(count)) count++;
  if (!reserve_cells(call, count)) return Value::error();
  Patience patience(call);
  ListBuilder result(call.heap());
  for (u64 i = 0; i < count; i++) {
    result.add(Value::number(from + double(i) * step));
    if (patience.is_over()) return Value::error();
  }
  return result.finish();
}

Value integer_range(NativeCall& call, i64 from, i64 to, i64 step) {
  __int128 distance = __int128(to) - from;
  if (step > 0 ? distance <= 0 : distance >= 0) return Value::empty_list();
  __int128 count = (distance + step - (step > 0 ? 1 : -1)) / step;
  if (count > most_elements) return call.out_of_memory();
  constexpr u64 words_of_big_one = 2;
  bool small = Value::fits_integer(from) && Value::fits_integer(to);
  if (!reserve_cells(call, u64(count), small ? 0 : u64(count) * words_of_big_one)) {
    return Value::error();
  }
  Patience patience(call);
  ListBuilder result(call.heap());
  u64 element = u64(from);
  for (i64 left = i64(count); left > 0; left--, element += u64(step)) {
    result.add(call.heap().make_integer(i64(element)));
    if (patience.is_over()) return Value::error();
  }
  return result.finish();
}

/// Words of the integer in the heap, header included; a small one may become one of a limb.
u64 words_of(Value integer) {
  return value::is_kind(integer, value::Kind::bigint) ? integer.as_object()->size() + 1 : 2;
}

/// Integers of any size.
Value big_range(NativeCall& call, const heap::Root& from, const heap::Root& to,
                const heap::Root& step) {
  heap::Heap& heap = call.heap();
  heap::Root distance(heap, heap::subtract(heap, to, from));
  if (distance.get() == Value::error()) return give_number(call, distance);
  if (value::sign(distance) * value::sign(step) <= 0) return Value::empty_list();
  heap::Root whole(heap, heap::quotient(heap, distance, step));
  if (whole.get() == Value::error()) return give_number(call, whole);
  heap::Root part(heap, heap::remainder(heap, distance, step));
  if (part.get() == Value::error()) return give_number(call, part);
  i64 count;
  if (!value::to_i64(whole, count) || count > most_elements) return call.out_of_memory();
  if (value::sign(part) != 0) count++;
  u64 words = std::max(words_of(from), words_of(to));
  if (words > u64(most_elements) / u64(count)) return call.out_of_memory();
  if (!reserve_cells(call, u64(count), u64(count) * words)) return Value::error();
  // From the last element to the first.
  heap::Root element(heap, heap::multiply(heap, step, Value::integer(count - 1)));
  if (element.get() != Value::error()) element = heap::add(heap, from, element);
  heap::Root result(heap, Value::empty_list());
  Patience patience(call);
  for (; count > 0; count--) {
    if (element.get() == Value::error()) return give_number(call, element);
    if (!heap.try_reserve(2)) return call.out_of_memory();
    result = heap.cons(element, result);
    element = heap::subtract(heap, element, step);
    if (patience.is_over()) return Value::error();
  }
  return result;
}

/// An end that is a float, between integers.
bool whole_end(NativeCall& call, heap::Root& to, int direction) {
  if (!to.get().is_float()) return true;
  auto how = direction > 0 ? heap::ToInteger::ceil : heap::ToInteger::floor;
  to = heap::to_integer(call.heap(), to, how);
  if (to.get() != Value::error()) return true;
  give_number(call, to);
  return false;
}

}  // namespace

Value list_range(NativeCall& call) {
  if (!expect_numbers(call)) return Value::error();
  u32 count = call.count();
  bool floats = false;
  for (u32 i = 0; i < count; i++) {
    if (!call[i].is_float()) continue;
    if (!std::isfinite(call[i].as_float())) return call.wrong_type(i, "a finite number");
    if (count > 1 && i != 1) floats = true;
  }
  heap::Root from(call.heap(), count > 1 ? call[0] : Value::integer(0));
  heap::Root to(call.heap(), count > 1 ? call[1] : call[0]);
  heap::Root step(call.heap(), count > 2 ? call[2] : Value::integer(1));
  int direction = value::sign(step);
  if (direction == 0) return call.fail(ErrorKind::value, "argument 3, the step, must not be 0");
  if (floats) {
    return float_range(call, value::to_double(from), value::to_double(to), value::to_double(step));
  }
  if (!whole_end(call, to, direction)) return Value::error();
  i64 first, end, by;
  if (value::to_i64(from, first) && value::to_i64(to, end) && value::to_i64(step, by)) {
    return integer_range(call, first, end, by);
  }
  return big_range(call, from, to, step);
}

}  // namespace lithe::builtins
