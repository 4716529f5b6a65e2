// SPDX-License-Identifier: Apache-2.0
// The sorting of numbers or strings. Long lists are cut into runs by lib/list.lt, which merges
// them: no builtin holds the processor for long.

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "builtins/building.hpp"
#include "builtins/failing.hpp"
#include "builtins/lists.hpp"
#include "value/number.hpp"

namespace lithe::builtins {

namespace {

/// What all elements are, so that the comparison is chosen once.
enum class Elements : u8 { integers, numbers, strings };

bool classify(NativeCall& call, const std::vector<Value>& elements, Elements& out) {
  bool strings = value::is_string(elements[0]);
  bool integers = true;
  for (Value v : elements) {
    bool nan = v.is_float() && v.as_float() != v.as_float();
    if (nan || !(strings ? value::is_string(v) : value::is_number(v))) {
      call.fail(ErrorKind::type,
                fmt::format("the elements must be all numbers, none a NaN, or all strings, got {}",
                            call.describe(v)));
      return false;
    }
    integers = integers && v.is_integer();
  }
  out = strings ? Elements::strings : integers ? Elements::integers : Elements::numbers;
  return true;
}

/// Stable.
template <class Less>
void sort_by(std::vector<Value>& elements, Less less) {
  struct Placed {
    Value element;
    u64 index;
  };
  std::vector<Placed> placed;
  placed.reserve(elements.size());
  for (Value v : elements) placed.push_back({v, placed.size()});
  std::sort(placed.begin(), placed.end(), [&](const Placed& a, const Placed& b) {
    if (less(a.element, b.element)) return true;
    return a.index < b.index && !less(b.element, a.element);
  });
  for (u64 i = 0; i < placed.size(); i++) elements[i] = placed[i].element;
}

void sort(std::vector<Value>& elements, Elements kind) {
  switch (kind) {
    case Elements::integers:
      // Equal ones are the same word: any sort is stable.
      std::sort(elements.begin(), elements.end(),
                [](Value a, Value b) { return a.as_integer() < b.as_integer(); });
      break;
    case Elements::numbers:
      sort_by(elements, [](Value a, Value b) {
        return value::compare_numbers(a, b) == value::Ordering::less;
      });
      break;
    case Elements::strings:
      sort_by(elements, [](Value a, Value b) { return value::text(a) < value::text(b); });
      break;
  }
}

}  // namespace

Value internal_list_sort(NativeCall& call) {
  u64 count;
  if (!call.expect_list(0) || !call.expect_count(1, count)) return Value::error();
  if (!reserve_cells(call, count)) return Value::error();
  // Raw values: nothing collects before the new list stands.
  std::vector<Value> elements;
  elements.reserve(count);
  for (Value rest = call[0]; rest.is_cons() && elements.size() < count;
       rest = rest.as_cons()->tail) {
    elements.push_back(rest.as_cons()->head);
  }
  if (elements.empty()) return Value::empty_list();
  Elements kind;
  if (!classify(call, elements, kind)) return Value::error();
  sort(elements, kind);
  if (call[2].truthy()) std::ranges::reverse(elements);
  ListBuilder result(call.heap());
  for (Value v : elements) result.add(v);
  return result.finish();
}

namespace {

/// Whether b comes before a in the order of (list/sort xs). False also if they do not compare.
bool comes_before(Value b, Value a, bool& comparable) {
  if (a.is_integer() && b.is_integer()) return b.as_integer() < a.as_integer();
  if (value::is_number(a) && value::is_number(b)) {
    return value::compare_numbers(b, a) == value::Ordering::less;
  }
  comparable = value::is_string(a) && value::is_string(b);
  return comparable && value::text(b) < value::text(a);
}

}  // namespace

Value internal_list_merge(NativeCall& call) {
  constexpr u32 most_at_once = 10'000;
  constexpr u64 cells_of_result = 3;
  for (u32 i = 0; i < 3; i++) {
    if (!call.expect_list(i)) return Value::error();
  }
  if (!reserve_cells(call, most_at_once + cells_of_result)) return Value::error();
  Value xs = call[0], ys = call[1], done = call[2];
  bool down = call[3].truthy();
  for (u32 left = most_at_once; left > 0 && xs.is_cons() && ys.is_cons(); left--) {
    bool comparable = true;
    bool second = comes_before(ys.as_cons()->head, xs.as_cons()->head, comparable) != down;
    if (!comparable) {
      return fail_as(
          call, "list/sort", ErrorKind::type,
          fmt::format("the elements must be all numbers or all strings, got {} and {}",
                      call.describe(xs.as_cons()->head), call.describe(ys.as_cons()->head)));
    }
    Value& from = second ? ys : xs;
    value::Cons* cell = call.heap().allocate_cons();
    cell->head = from.as_cons()->head;
    cell->tail = done;
    done = Value::cons(cell, false);
    from = from.as_cons()->tail;
  }
  ListBuilder result(call.heap());
  result.add(xs);
  result.add(ys);
  result.add(done);
  return result.finish();
}

}  // namespace lithe::builtins
