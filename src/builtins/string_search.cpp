// SPDX-License-Identifier: Apache-2.0
// Strings: finding and replacing.

#include <vector>

#include "builtins/bounds.hpp"
#include "builtins/building.hpp"
#include "builtins/strings.hpp"

namespace lithe::builtins {

namespace {

/// Offset of the last place; linear, where rfind would not be (Knuth, Morris and Pratt, from the
/// back).
size_t find_last(std::string_view text, std::string_view part) {
  constexpr u64 quick = 1'000'000;
  if (part.size() > text.size()) return not_found;
  if (u64(text.size()) * part.size() <= quick || part.size() < 8) return text.rfind(part);
  auto wanted = [&](size_t i) { return part[part.size() - 1 - i]; };
  std::vector<u32> border(part.size(), 0);
  for (size_t i = 1, k = 0; i < part.size(); i++) {
    while (k > 0 && wanted(i) != wanted(k)) k = border[k - 1];
    if (wanted(i) == wanted(k)) k++;
    border[i] = u32(k);
  }
  size_t matched = 0;
  for (size_t i = text.size(); i-- > 0;) {
    while (matched > 0 && text[i] != wanted(matched)) matched = border[matched - 1];
    if (text[i] == wanted(matched)) matched++;
    if (matched == part.size()) return i;
  }
  return not_found;
}

Value replace(NativeCall& call, bool all) {
  if (!expect_strings(call)) return Value::error();
  std::string_view part = value::text(call[1]);
  if (part.empty()) return call.fail(ErrorKind::value, "argument 2 must not be empty");
  std::string_view text = value::text(call[0]);
  Patience patience(call);
  u64 places = 0;
  for (size_t at = find_text(text, part); at != not_found && (all || places == 0);
       at = find_text(text, part, at + part.size())) {
    places++;
    if (patience.is_over()) return Value::error();
  }
  if (places == 0) return call[0];
  u64 bytes = text.size() - places * part.size() + places * value::text(call[2]).size();
  TextWriter result(call);
  if (!result.reserve(bytes)) return Value::error();
  text = value::text(call[0]);
  part = value::text(call[1]);
  std::string_view by = value::text(call[2]);
  size_t done = 0;
  for (; places > 0; places--) {
    size_t at = find_text(text, part, done);
    result.put(text.substr(done, at - done));
    result.put(by);
    done = at + part.size();
    if (patience.is_over()) return Value::error();
  }
  result.put(text.substr(done));
  return result.finish();
}

}  // namespace

Value string_index_of(NativeCall& call) {
  std::string_view text, part;
  if (!call.expect_string(0, text) || !call.expect_string(1, part)) return Value::error();
  u64 start = 0;
  u64 length = value::string_code_points(call[0].as_object());
  if (call.given(2) && !expect_bound(call, 2, 0, length, start)) return Value::error();
  size_t at = find_text(text, part, value::string_offset(call[0].as_object(), start));
  return at == not_found ? Value::nil() : Value::integer(i64(index_at(call[0], at)));
}

Value string_last_index_of(NativeCall& call) {
  if (!expect_strings(call)) return Value::error();
  size_t at = find_last(value::text(call[0]), value::text(call[1]));
  return at == not_found ? Value::nil() : Value::integer(i64(index_at(call[0], at)));
}

Value string_includes(NativeCall& call) {
  if (!expect_strings(call)) return Value::error();
  return Value::boolean(find_text(value::text(call[0]), value::text(call[1])) != not_found);
}

Value string_starts_with(NativeCall& call) {
  if (!expect_strings(call)) return Value::error();
  return Value::boolean(value::text(call[0]).starts_with(value::text(call[1])));
}

Value string_ends_with(NativeCall& call) {
  if (!expect_strings(call)) return Value::error();
  return Value::boolean(value::text(call[0]).ends_with(value::text(call[1])));
}

Value string_replace(NativeCall& call) { return replace(call, false); }
Value string_replace_all(NativeCall& call) { return replace(call, true); }

}  // namespace lithe::builtins
