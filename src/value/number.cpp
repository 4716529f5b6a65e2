// SPDX-License-Identifier: Apache-2.0
#include "value/number.hpp"

#include "base/literal_text.hpp"
#include "value/bigint.hpp"

namespace lithe::value {

namespace {

constexpr Ordering ordering(int sign) {
  return sign < 0 ? Ordering::less : sign > 0 ? Ordering::greater : Ordering::equal;
}

constexpr Ordering reversed(Ordering o) {
  if (o == Ordering::less) return Ordering::greater;
  if (o == Ordering::greater) return Ordering::less;
  return o;
}

Ordering compare_doubles(double a, double b) {
  if (a < b) return Ordering::less;
  if (a > b) return Ordering::greater;
  return a == b ? Ordering::equal : Ordering::unordered;
}

}  // namespace

Ordering compare_numbers(Value a, Value b) {
  if (a.is_integer() && b.is_integer()) {
    return ordering(a.as_integer() < b.as_integer() ? -1 : a.as_integer() > b.as_integer());
  }
  if (a.is_float()) {
    if (b.is_float()) return compare_doubles(a.as_float(), b.as_float());
    return reversed(compare_numbers(b, a));
  }
  if (b.is_float()) {
    // 48 bits fit a double.
    if (a.is_integer()) return compare_doubles(double(a.as_integer()), b.as_float());
    if (b.as_float() != b.as_float()) return Ordering::unordered;
    return ordering(compare(IntegerView(a), b.as_float()));
  }
  return ordering(compare(IntegerView(a), IntegerView(b)));
}

double to_double(Value v) {
  if (v.is_integer()) return double(v.as_integer());
  if (v.is_float()) return v.as_float();
  return to_double(IntegerView(v));
}

bool to_i64(Value v, i64& out) {
  if (v.is_integer()) {
    out = v.as_integer();
    return true;
  }
  if (!is_kind(v, Kind::bigint)) return false;
  const Object* o = v.as_object();
  bool negative = o->has_flag(Object::flag_negative);
  if (o->size() != 1 || o->words()[0] > (u64{1} << 63) - !negative) return false;
  out = i64(negative ? u64{0} - o->words()[0] : o->words()[0]);
  return true;
}

int sign(Value v) {
  if (v.is_integer()) return v.as_integer() < 0 ? -1 : v.as_integer() > 0;
  if (v.is_float()) return v.as_float() < 0 ? -1 : v.as_float() > 0;
  return v.as_object()->has_flag(Object::flag_negative) ? -1 : 1;
}

void print_number(Value v, std::string& out) {
  if (v.is_float()) return base::append_float(v.as_float(), out);
  print_integer(IntegerView(v), 10, out);
}

}  // namespace lithe::value
