// SPDX-License-Identifier: Apache-2.0
// Comparison and logic. A chain stops at the first pair that does not hold, as compiled code
// does: what follows is not looked at.

#include "builtins/numbers.hpp"
#include "value/equal.hpp"
#include "value/text.hpp"

namespace lithe::builtins {

namespace {

using value::Ordering;

bool comparable(NativeCall& call, u32 i) {
  if (value::is_number(call[i]) || value::is_string(call[i])) return true;
  call.wrong_type(i, "a number or a string");
  return false;
}

/// Of the arguments i and i + 1, the first of which is comparable. False: the error is set.
bool compare(NativeCall& call, u32 i, Ordering& out) {
  Value a = call[i];
  Value b = call[i + 1];
  if (value::is_number(a)) {
    if (value::is_number(b)) {
      out = value::compare_numbers(a, b);
      return true;
    }
    call.wrong_type(i + 1, "a number, as the one before it");
    return false;
  }
  if (!value::is_string(b)) {
    call.wrong_type(i + 1, "a string, as the one before it");
    return false;
  }
  // The order of UTF-8 bytes is that of the code points.
  int order = value::text(a).compare(value::text(b));
  out = order < 0 ? Ordering::less : order > 0 ? Ordering::greater : Ordering::equal;
  return true;
}

constexpr u32 bit(Ordering ordering) { return 1u << u32(ordering); }

/// Whether the order of each two neighbours is in the set `holds`.
Value chain(NativeCall& call, u32 holds) {
  if (!comparable(call, 0)) return Value::error();
  for (u32 i = 0; i + 1 < call.count(); i++) {
    Ordering ordering;
    if (!compare(call, i, ordering)) return Value::error();
    if (!(holds & bit(ordering))) return Value::boolean(false);
  }
  return Value::boolean(true);
}

}  // namespace

Value less(NativeCall& call) { return chain(call, bit(Ordering::less)); }
Value greater(NativeCall& call) { return chain(call, bit(Ordering::greater)); }
Value less_equal(NativeCall& call) {
  return chain(call, bit(Ordering::less) | bit(Ordering::equal));
}
Value greater_equal(NativeCall& call) {
  return chain(call, bit(Ordering::greater) | bit(Ordering::equal));
}

Value equal(NativeCall& call) {
  for (u32 i = 0; i + 1 < call.count(); i++) {
    if (!value::equal(call[i], call[i + 1])) return Value::boolean(false);
  }
  return Value::boolean(true);
}

Value not_equal(NativeCall& call) { return Value::boolean(!value::equal(call[0], call[1])); }

Value logical_not(NativeCall& call) { return Value::boolean(!call[0].truthy()); }

Value identical(NativeCall& call) { return Value::boolean(call[0] == call[1]); }

}  // namespace lithe::builtins
