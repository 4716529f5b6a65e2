// SPDX-License-Identifier: Apache-2.0
// Strings: length, parts, and putting together.

#include <string>

#include "builtins/bounds.hpp"
#include "builtins/building.hpp"
#include "builtins/strings.hpp"
#include "value/print.hpp"

namespace lithe::builtins {

bool expect_strings(NativeCall& call, u32 first) {
  for (u32 i = first; i < call.count(); i++) {
    if (value::is_string(call[i])) continue;
    call.wrong_type(i, "a string");
    return false;
  }
  return true;
}

bool expect_path(NativeCall& call, u32 i, std::string_view& out) {
  if (!call.expect_string(i, out)) return false;
  if (out.find('\0') == std::string_view::npos) return true;
  call.wrong_type(i, "a path, which has no character of code 0");
  return false;
}

namespace {

u64 length_of(Value string) { return value::string_code_points(string.as_object()); }

/// The code points from one index up to another.
std::string_view part_of(Value string, u64 from, u64 to) {
  u64 start = value::string_offset(string.as_object(), from);
  u64 end = value::string_offset(string.as_object(), to);
  return value::text(string).substr(start, end - start);
}

/// All arguments are strings.
Value concatenate(NativeCall& call) {
  if (call.count() == 1) return call[0];
  u64 bytes = 0;
  for (u32 i = 0; i < call.count(); i++) bytes += value::string_bytes(call[i].as_object());
  TextWriter result(call);
  if (!result.reserve(bytes)) return Value::error();
  for (u32 i = 0; i < call.count(); i++) result.put(value::text(call[i]));
  return result.finish();
}

/// Argument 0 with as many code points of the fill, argument 2, as bring it to the length that
/// is argument 1.
Value pad(NativeCall& call, bool in_front) {
  u64 wanted;
  if (!value::is_string(call[0])) return call.wrong_type(0, "a string");
  if (!call.expect_count(1, wanted) || !expect_strings(call, 2)) return Value::error();
  u64 length = length_of(call[0]);
  if (wanted <= length) return call[0];
  u64 missing = wanted - length;
  u64 unit = call.given(2) ? length_of(call[2]) : 1;
  if (unit == 0) return call.fail(ErrorKind::value, "argument 3 must not be empty");
  auto fill = [&] { return call.given(2) ? value::text(call[2]) : std::string_view(" "); };
  u64 rest = call.given(2) ? value::string_offset(call[2].as_object(), missing % unit) : 0;
  unsigned __int128 bytes = (unsigned __int128)(missing / unit) * fill().size() + rest +
                            value::string_bytes(call[0].as_object());
  TextWriter result(call);
  if (bytes > ~u64{0}) return call.out_of_memory();
  if (!result.reserve(u64(bytes))) return Value::error();
  if (!in_front) result.put(value::text(call[0]));
  for (u64 i = missing / unit; i > 0; i--) result.put(fill());
  result.put(fill().substr(0, rest));
  if (in_front) result.put(value::text(call[0]));
  return result.finish();
}

}  // namespace

Value str(NativeCall& call) {
  bool all_strings = call.count() > 0;
  for (u32 i = 0; i < call.count(); i++) all_strings = all_strings && value::is_string(call[i]);
  if (all_strings) return concatenate(call);
  u64 budget = text_budget(call);
  CallWatcher watcher(call);
  std::string text;
  for (u32 i = 0; i < call.count(); i++) {
    value::print(call[i], call.heap().names(), &call.runtime.namer(), text,
                 {.display = true, .max_bytes = budget, .watcher = &watcher});
    if (call.interrupted()) return Value::error();
    if (text.size() > budget) return call.out_of_memory();
  }
  return give_string(call, text);
}

Value string_length(NativeCall& call) {
  return expect_strings(call) ? Value::integer(i64(length_of(call[0]))) : Value::error();
}

Value string_concat(NativeCall& call) {
  if (call.count() == 0) return give_string(call, "");
  return expect_strings(call) ? concatenate(call) : Value::error();
}

Value string_slice(NativeCall& call) {
  std::string_view text;
  if (!call.expect_string(0, text)) return Value::error();
  u64 length = length_of(call[0]);
  u64 from;
  u64 to = length;
  if (!expect_bound(call, 1, 0, length, from)) return Value::error();
  if (call.given(2) && !expect_bound(call, 2, from, length, to)) return Value::error();
  if (from == 0 && to == length) return call[0];
  return give_string(call, part_of(call[0], from, to));
}

Value string_char_at(NativeCall& call) {
  std::string_view text;
  u64 index;
  if (!call.expect_string(0, text)) return Value::error();
  if (!expect_index(call, 1, length_of(call[0]), index)) return Value::error();
  return give_string(call, part_of(call[0], index, index + 1));
}

Value string_char_code(NativeCall& call) {
  std::string_view text;
  if (!call.expect_string(0, text)) return Value::error();
  u64 index = 0;
  if (call.given(1)) {
    if (!expect_index(call, 1, length_of(call[0]), index)) return Value::error();
  } else if (text.empty()) {
    return call.wrong_type(0, "a string that is not empty");
  }
  u64 offset = value::string_offset(call[0].as_object(), index);
  return Value::integer(base::utf8::decode(text.substr(offset)).code_point);
}

Value string_from_char_code(NativeCall& call) {
  for (u32 i = 0; i < call.count(); i++) {
    Value code = call[i];
    if (!code.is_integer() || code.as_integer() < 0 ||
        code.as_integer() > base::utf8::max_code_point ||
        !base::utf8::is_scalar(u32(code.as_integer()))) {
      return call.wrong_type(i, "a Unicode code point");
    }
  }
  std::string text;
  for (u32 i = 0; i < call.count(); i++) base::utf8::append(text, u32(call[i].as_integer()));
  return give_string(call, text);
}

Value string_repeat(NativeCall& call) {
  std::string_view text;
  u64 count;
  if (!call.expect_string(0, text) || !call.expect_count(1, count)) return Value::error();
  u64 bytes;
  if (text.empty()) count = 0;
  if (__builtin_mul_overflow(text.size(), count, &bytes)) return call.out_of_memory();
  TextWriter result(call);
  if (!result.reserve(bytes)) return Value::error();
  text = value::text(call[0]);
  for (; count > 0; count--) result.put(text);
  return result.finish();
}

Value string_pad_start(NativeCall& call) { return pad(call, true); }
Value string_pad_end(NativeCall& call) { return pad(call, false); }

Value string_reverse(NativeCall& call) {
  std::string_view text;
  if (!call.expect_string(0, text)) return Value::error();
  TextWriter result(call);
  if (!result.reserve(text.size())) return Value::error();
  text = value::text(call[0]);
  for (size_t end = text.size(); end > 0;) {
    size_t start = end - 1;
    while (base::utf8::is_continuation(text[start])) start--;
    result.put(text.substr(start, end - start));
    end = start;
  }
  return result.finish();
}

}  // namespace lithe::builtins
