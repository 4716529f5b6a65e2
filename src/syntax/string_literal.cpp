// SPDX-License-Identifier: Apache-2.0
#include "syntax/string_literal.hpp"

#include <algorithm>
#include <charconv>

#include "base/assert.hpp"
#include "base/utf8.hpp"
#include "syntax/diagnostic.hpp"

namespace lithe::syntax {

namespace {

namespace utf8 = base::utf8;

Span place_in(std::string_view raw, size_t offset, size_t bytes, Span begin) {
  std::string_view before = raw.substr(0, offset);
  Span place = begin;
  place.length = u32(utf8::count(raw.substr(offset, bytes)));
  size_t line_end = before.rfind('\n');
  if (line_end == std::string_view::npos) {
    place.column += 1 + u32(utf8::count(before));
  } else {
    place.line += u32(std::count(before.begin(), before.end(), '\n'));
    place.column = 1 + u32(utf8::count(before.substr(line_end + 1)));
  }
  return place;
}

/// What one escape gives; `message` is set when it is none.
struct Escape {
  size_t bytes;  // of the escape, backslash included
  u32 code_point = 0;
  std::string message = {};
};

/// `text` begins with `\u`.
Escape unicode_escape(std::string_view text) {
  constexpr size_t most_digits = 8;
  size_t close = text.substr(0, most_digits + 4).find('}');
  if (text.size() < 3 || text[2] != '{' || close == std::string_view::npos) {
    return {2, 0, "\\u needs a code point in braces, as in \\u{1F600}"};
  }
  std::string_view digits = text.substr(3, close - 3);
  u32 code_point = 0;
  auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), code_point, 16);
  std::string shown = "\\u{" + excerpt_for_message(digits) + "}";
  if (digits.empty() || parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) {
    return {close + 1, 0, shown + " is not a code point in hexadecimal digits"};
  }
  if (code_point > utf8::max_code_point) {
    return {close + 1, 0, shown + " is above 10FFFF, the last code point"};
  }
  if (!utf8::is_scalar(code_point)) {
    return {close + 1, 0, shown + " is a surrogate, not a character"};
  }
  return {close + 1, code_point};
}

/// `text` begins with a backslash and has a character after it.
Escape read_escape(std::string_view text) {
  switch (text[1]) {
    case 'n':
      return {2, '\n'};
    case 't':
      return {2, '\t'};
    case 'r':
      return {2, '\r'};
    case '\\':
      return {2, '\\'};
    case '"':
      return {2, '"'};
    case '0':
      return {2, 0};
    case 'u':
      return unicode_escape(text);
    case '\n':
    case '\r':
      return {1, 0, "a backslash at the end of a line means nothing in a string"};
    default: {
      u32 size = std::max(utf8::decode(text.substr(1)).size, u32{1});
      return {1 + size_t(size), 0,
              "unknown escape \\" + excerpt_for_message(text.substr(1, size)) + " in a string"};
    }
  }
}

}  // namespace

std::optional<EscapeError> decode_string(std::string_view raw, Span begin, std::string& out) {
  for (size_t at = 0; at < raw.size();) {
    size_t next = std::min(raw.find('\\', at), raw.size());
    out += raw.substr(at, next - at);
    at = next;
    if (at == raw.size()) break;
    LITHE_ASSERT(at + 1 < raw.size());
    Escape escape = read_escape(raw.substr(at));
    if (!escape.message.empty()) {
      return EscapeError{place_in(raw, at, escape.bytes, begin), std::move(escape.message)};
    }
    utf8::append(out, escape.code_point);
    at += escape.bytes;
  }
  return std::nullopt;
}

}  // namespace lithe::syntax
