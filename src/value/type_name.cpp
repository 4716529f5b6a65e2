// SPDX-License-Identifier: Apache-2.0
#include "value/print.hpp"
#include "value/text.hpp"

namespace lithe::value {

std::string_view type_name(Value v) {
  if (v.is_integer() || v.is_float()) return "NUMBER";
  if (is_kind(v, Kind::record)) return text(v.as_object()->get(0).as_object()->get(0));
  if (v.is_object()) {
    std::string_view name = v.as_object()->info().type_name;
    return name.empty() ? "INTERNAL" : name;
  }
  if (v.is_list()) return "LIST";
  if (v.is_symbol()) return "SYMBOL";
  if (v.is_keyword()) return "KEYWORD";
  if (v.is_boolean()) return "BOOLEAN";
  if (v.is_nil()) return "NIL";
  if (v.is_pid()) return "PID";
  if (v.is_builtin()) return "FUNCTION";
  return "INTERNAL";
}

}  // namespace lithe::value
