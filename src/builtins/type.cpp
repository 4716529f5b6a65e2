// SPDX-License-Identifier: Apache-2.0
// What kind of value something is.

#include <fmt/format.h>

#include "builtins/building.hpp"
#include "value/number.hpp"
#include "value/print.hpp"

namespace lithe::builtins {

using value::Kind;

Value type_of(NativeCall& call) { return give_string(call, value::type_name(call[0])); }

Value type_is(NativeCall& call) {
  std::string_view name;
  if (!call.expect_string(1, name)) return Value::error();
  return Value::boolean(value::type_name(call[0]) == name);
}

Value type_assert(NativeCall& call) {
  std::string_view name;
  if (!call.expect_string(1, name)) return Value::error();
  std::string_view own = value::type_name(call[0]);
  if (own == name) return call[0];
  return call.fail(ErrorKind::type, fmt::format("expected a value of type {}, got {} of type {}",
                                                name, call.describe(call[0]), own));
}

#define LITHE_PREDICATE(identifier, condition) \
  Value identifier(NativeCall& call) {         \
    Value x = call[0];                         \
    return Value::boolean(condition);          \
  }

LITHE_PREDICATE(is_number, value::is_number(x))
LITHE_PREDICATE(is_integer, value::is_integral(x))
LITHE_PREDICATE(is_float, x.is_float())
LITHE_PREDICATE(is_string, value::is_string(x))
LITHE_PREDICATE(is_symbol, x.is_symbol())
LITHE_PREDICATE(is_keyword, x.is_keyword())
LITHE_PREDICATE(is_list, x.is_list())
LITHE_PREDICATE(is_vector, value::is_kind(x, Kind::vector))
LITHE_PREDICATE(is_map, value::is_kind(x, Kind::map))
LITHE_PREDICATE(is_set, value::is_kind(x, Kind::set))
LITHE_PREDICATE(is_table, value::is_kind(x, Kind::table))
LITHE_PREDICATE(is_buffer, value::is_kind(x, Kind::buffer))
LITHE_PREDICATE(is_function, value::is_function(x))
LITHE_PREDICATE(is_pid, x.is_pid())
LITHE_PREDICATE(is_nil, x.is_nil())
LITHE_PREDICATE(is_boolean, x.is_boolean())
LITHE_PREDICATE(internal_is_cons, x.is_cons())
LITHE_PREDICATE(internal_is_empty_list, x.is_empty_list())
#undef LITHE_PREDICATE

}  // namespace lithe::builtins
