// SPDX-License-Identifier: Apache-2.0
// Strings: to and from lists, white space, numbers and symbols.

#include <fmt/format.h>

#include <vector>

#include "builtins/building.hpp"
#include "builtins/lists.hpp"
#include "builtins/strings.hpp"
#include "heap/numbers.hpp"
#include "syntax/number.hpp"
#include "value/print.hpp"

namespace lithe::builtins {

namespace {

struct Piece {
  u32 start;
  u32 size;
};

/// Room for the pieces' own bookkeeping too, so that a text of separators alone is refused
/// before it has eaten the memory.
bool has_room_for(NativeCall& call, u64 pieces) {
  constexpr u64 bytes_each = sizeof(Piece) + sizeof(value::Cons) + 3 * sizeof(u64);
  if (call.heap().has_room(pieces * bytes_each)) return true;
  call.out_of_memory();
  return false;
}

/// List of the pieces of the string that is argument 0.
Value list_of_pieces(NativeCall& call, const std::vector<Piece>& pieces) {
  Patience patience(call);
  heap::Root result(call.heap(), Value::empty_list());
  for (u64 i = pieces.size(); i-- > 0;) {
    std::string_view piece = value::text(call[0]).substr(pieces[i].start, pieces[i].size);
    Value string = call.heap().make_string(piece);
    if (string == Value::error()) return call.out_of_memory();
    result = call.heap().cons(string, result);
    if (patience.is_over()) return Value::error();
  }
  return result;
}

/// Unicode's White_Space.
bool is_space(u32 c) {
  return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

Value trim(NativeCall& call, bool start, bool end) {
  std::string_view text;
  if (!call.expect_string(0, text)) return Value::error();
  size_t whole = text.size();
  while (start && !text.empty()) {
    base::utf8::Decoded first = base::utf8::decode(text);
    if (!is_space(first.code_point)) break;
    text.remove_prefix(first.size);
  }
  while (end && !text.empty()) {
    size_t last = text.size() - 1;
    while (base::utf8::is_continuation(text[last])) last--;
    if (!is_space(base::utf8::decode(text.substr(last)).code_point)) break;
    text.remove_suffix(text.size() - last);
  }
  return text.size() == whole ? call[0] : give_string(call, text);
}

/// Bytes of all strings of the list that is argument 0, with `between` bytes between each two.
bool joined_bytes(NativeCall& call, u64 between, u64& bytes) {
  Patience patience(call);
  bytes = 0;
  u64 index = 0;
  for (Value rest = call[0]; rest.is_cons(); rest = rest.as_cons()->tail, index++) {
    Value element = rest.as_cons()->head;
    if (!value::is_string(element)) {
      call.fail(ErrorKind::type,
                fmt::format("argument 1 must be a list of strings, got {} at index {}",
                            call.describe(element), index));
      return false;
    }
    bytes += value::string_bytes(element.as_object()) + (index > 0 ? between : 0);
    if (bytes >> 40) {  // before the sum can overflow
      call.out_of_memory();
      return false;
    }
    if (patience.is_over()) return false;
  }
  return true;
}

}  // namespace

Value list_of_characters(NativeCall& call, u32 position) {
  constexpr u64 words_each = 3;
  u64 count = value::string_code_points(call[position].as_object());
  if (!reserve_cells(call, count, count * words_each)) return Value::error();
  Patience patience(call);
  ListBuilder result(call.heap());
  std::string_view text = value::text(call[position]);
  for (size_t at = 0; at < text.size();) {
    u32 size = base::utf8::decode(text.substr(at)).size;
    result.add(call.heap().make_string(text.substr(at, size)));
    at += size;
    if (patience.is_over()) return Value::error();
  }
  return result.finish();
}

Value string_chars(NativeCall& call) {
  return expect_strings(call) ? list_of_characters(call, 0) : Value::error();
}

Value string_split(NativeCall& call) {
  if (!expect_strings(call)) return Value::error();
  std::string_view text = value::text(call[0]);
  std::string_view separator = value::text(call[1]);
  if (separator.empty()) return list_of_characters(call, 0);
  u64 count = 1;
  for (size_t at = find_text(text, separator); at != not_found;
       at = find_text(text, separator, at + separator.size())) {
    count++;
  }
  if (!has_room_for(call, count)) return Value::error();
  text = value::text(call[0]);
  separator = value::text(call[1]);
  std::vector<Piece> pieces;
  pieces.reserve(count);
  size_t start = 0;
  for (u64 i = 1; i < count; i++) {
    size_t at = find_text(text, separator, start);
    pieces.push_back({u32(start), u32(at - start)});
    start = at + separator.size();
  }
  pieces.push_back({u32(start), u32(text.size() - start)});
  return list_of_pieces(call, pieces);
}

Value string_lines(NativeCall& call) {
  if (!expect_strings(call)) return Value::error();
  std::string_view text = value::text(call[0]);
  u64 count = 1;
  for (char c : text) count += c == '\n';
  if (!has_room_for(call, count)) return Value::error();
  text = value::text(call[0]);
  std::vector<Piece> pieces;
  pieces.reserve(count);
  for (size_t start = 0; start < text.size();) {
    size_t end = text.find('\n', start);
    size_t next = end == not_found ? text.size() : end + 1;
    if (end == not_found) {
      end = text.size();
    } else if (end > start && text[end - 1] == '\r') {
      end--;
    }
    pieces.push_back({u32(start), u32(end - start)});
    start = next;
  }
  return list_of_pieces(call, pieces);
}

Value string_join(NativeCall& call) {
  if (!call.expect_list(0) || !expect_strings(call, 1)) return Value::error();
  auto separator = [&] { return call.given(1) ? value::text(call[1]) : std::string_view(); };
  u64 bytes;
  if (!joined_bytes(call, separator().size(), bytes)) return Value::error();
  TextWriter result(call);
  if (!result.reserve(bytes)) return Value::error();
  for (Value rest = call[0]; rest.is_cons(); rest = rest.as_cons()->tail) {
    if (!(rest == call[0])) result.put(separator());
    result.put(value::text(rest.as_cons()->head));
  }
  return result.finish();
}

Value string_trim(NativeCall& call) { return trim(call, true, true); }
Value string_trim_start(NativeCall& call) { return trim(call, true, false); }
Value string_trim_end(NativeCall& call) { return trim(call, false, true); }

Value string_to_number(NativeCall& call) {
  std::string_view text;
  if (!call.expect_string(0, text)) return Value::error();
  base::Result<syntax::Number, syntax::NumberError> number = syntax::read_number(text);
  if (!number) return Value::nil();
  switch (number->kind) {
    case syntax::Number::Kind::integer:
      return call.heap().make_integer(number->integer);
    case syntax::Number::Kind::float_:
      return Value::number(number->value);
    case syntax::Number::Kind::big_integer:
      return or_out_of_memory(call,
                              heap::parse_integer(call.heap(), number->digits, number->radix));
  }
  LITHE_UNREACHABLE();
}

Value string_to_symbol(NativeCall& call) {
  std::string_view text;
  if (!call.expect_string(0, text)) return Value::error();
  if (auto known = call.runtime.names().find(text)) return Value::symbol(*known);
  if (!call.runtime.has_room_for_names(text.size())) {
    return call.fail(ErrorKind::limit, "the program's names take all the memory that they may");
  }
  return Value::symbol(call.runtime.names().intern(text));
}

Value symbol_name(NativeCall& call) {
  if (!call[0].is_symbol()) return call.wrong_type(0, "a symbol");
  if (call[0].is_sub(Value::Sub::symbol)) {
    return give_string(call, call.heap().names().text(call[0].name()));
  }
  std::string text;
  value::print(call[0], call.heap().names(), nullptr, text);
  return give_string(call, text);
}

Value keyword_name(NativeCall& call) {
  if (!call[0].is_keyword()) return call.wrong_type(0, "a keyword");
  return give_string(call, call.heap().names().text(call[0].name()));
}

}  // namespace lithe::builtins
