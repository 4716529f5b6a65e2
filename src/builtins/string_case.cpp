// SPDX-License-Identifier: Apache-2.0
// Upper and lower case. What is ASCII needs no tables of Unicode.

#include <string>

#include "builtins/building.hpp"
#include "builtins/text_plugin.hpp"

namespace lithe::builtins {

namespace {

char changed(char c, bool upper) {
  char first = upper ? 'a' : 'A';
  return c >= first && c <= first + 25 ? char(c ^ 0x20) : c;
}

Value change_ascii(NativeCall& call, bool upper) {
  TextWriter result(call);
  if (!result.reserve(value::text(call[0]).size())) return Value::error();
  Patience patience(call);
  for (char c : value::text(call[0])) {
    result.put_byte(changed(c, upper));
    if (patience.is_over()) return Value::error();
  }
  return result.finish();
}

Value change_case(NativeCall& call, bool upper) {
  std::string_view text;
  if (!call.expect_string(0, text)) return Value::error();
  if (value::is_ascii_string(call[0].as_object())) return change_ascii(call, upper);
  const text::Plugin* plugin = text_plugin(call);
  if (!plugin) return Value::error();
  constexpr u64 most_growth = 3;  // U+0390, 2 bytes, becomes 6
  if (!call.heap().has_room(text.size() * most_growth)) return call.out_of_memory();
  text = value::text(call[0]);
  CallWatcher watcher(call);
  std::string result;
  result.reserve(text.size());
  if (!plugin->change_case(text, upper, watcher, result)) return Value::error();
  return give_string(call, result);
}

}  // namespace

Value string_upper(NativeCall& call) { return change_case(call, true); }
Value string_lower(NativeCall& call) { return change_case(call, false); }

}  // namespace lithe::builtins
