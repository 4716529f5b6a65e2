// SPDX-License-Identifier: Apache-2.0
// (json/parse text), RFC 8259: objects are maps with strings as keys, arrays vectors, null nil;
// integers are exact whatever their size. Iterative, so the nesting needs no stack.

#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/utf8.hpp"
#include "builtins/building.hpp"
#include "builtins/numbers.hpp"
#include "heap/map.hpp"
#include "heap/numbers.hpp"
#include "syntax/number.hpp"

namespace lithe::builtins {

namespace {

constexpr size_t deepest = 10'000;  // as for the reader

bool is_digit(char c) { return c >= '0' && c <= '9'; }

class JsonReader {
 public:
  explicit JsonReader(NativeCall& call) : call_(call), values_(call.heap()), patience_(call) {
    std::string_view text = value::text(call[0]);
    // A short text moves with the heap; a long one lies beside it.
    if (text.size() <= value::inline_string_bytes) text = short_text_ = text;
    text_ = text;
  }

  Value run() {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;  // a byte order mark, which RFC 8259 lets pass
    while (expected_ != Expected::end) {
      skip_blanks();
      if (!step() || patience_.is_over()) return Value::error();
    }
    return values_[0];
  }

 private:
  enum class Expected : u8 { value, value_or_end, key, key_or_end, more, end };
  struct Open {
    bool object;
    u64 start;  ///< of its values among values_
  };

  char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_blanks() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t')) {
      at_++;
    }
  }
  bool take(char c) {
    if (here() != c || at_ == text_.size()) return false;
    at_++;
    return true;
  }

  bool step() {
    switch (expected_) {
      case Expected::value_or_end:
        return take(']') ? close() : value();
      case Expected::value:
        return value();
      case Expected::key_or_end:
        return take('}') ? close() : key();
      case Expected::key:
        return key();
      case Expected::more:
        return more();
      case Expected::end:
        break;
    }
    LITHE_UNREACHABLE();
  }

  bool value() {
    switch (here()) {
      case '{':
        return open(true);
      case '[':
        return open(false);
      case '"':
        at_++;
        return string() && value_done();
      case 't':
        return literal("true", Value::boolean(true));
      case 'f':
        return literal("false", Value::boolean(false));
      case 'n':
        return literal("null", Value::nil());
      default:
        return here() == '-' || is_digit(here()) ? number() : refuse("expected a value");
    }
  }

  bool key() {
    if (!take('"')) return refuse("expected a key, which is a string");
    if (!string()) return false;
    skip_blanks();
    if (!take(':')) return refuse("expected : behind the key");
    expected_ = Expected::value;
    return true;
  }

  bool more() {
    if (open_.empty()) {
      if (at_ < text_.size()) return refuse("expected nothing more");
      expected_ = Expected::end;
      return true;
    }
    bool object = open_.back().object;
    if (take(',')) {
      expected_ = object ? Expected::key : Expected::value;
      return true;
    }
    if (take(object ? '}' : ']')) return close();
    return refuse(object ? "expected , or }" : "expected , or ]");
  }

  bool open(bool object) {
    if (open_.size() == deepest) {
      return refuse(fmt::format("it is nested deeper than {}", deepest));
    }
    at_++;
    open_.push_back({object, values_.size()});
    expected_ = object ? Expected::key_or_end : Expected::value_or_end;
    return true;
  }

  bool close() {
    Open closed = open_.back();
    open_.pop_back();
    std::span<Value> inside = values_.span().subspan(closed.start);
    Value made = closed.object
                     ? heap::make_map(call_.heap(), inside, heap::Duplicates::last_wins).map
                     : call_.heap().make_vector(inside);
    values_.resize(closed.start);
    return push(made) && value_done();
  }

  /// False: it was refused for memory, and the error is set.
  bool push(Value v) {
    constexpr u64 step = 4096;
    bool room = v != Value::error();
    if (room) values_.push_back(v);
    if (values_.size() % step == 0)
      room = room && call_.heap().has_room(values_.size() * sizeof(Value));
    if (!room) call_.out_of_memory();
    return room;
  }
  bool value_done() {
    expected_ = Expected::more;
    return true;
  }

  bool literal(std::string_view word, Value v) {
    if (!text_.substr(at_).starts_with(word)) return refuse("expected a value");
    at_ += word.size();
    return push(v) && value_done();
  }

  // ---- Numbers ----

  bool digits() {
    if (!is_digit(here())) return refuse("expected a digit");
    while (is_digit(here())) at_++;
    return true;
  }

  bool number() {
    size_t start = at_;
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (here() == 'e' || here() == 'E') {
      at_++;
      if (here() == '+' || here() == '-') at_++;
      if (!digits()) return false;
    }
    auto read = syntax::read_number(text_.substr(start, at_ - start));
    if (!read) {
      at_ = start;
      return refuse("the number is too large for a float");
    }
    Value made;
    switch (read->kind) {
      case syntax::Number::Kind::integer:
        made = call_.heap().make_integer(read->integer);
        break;
      case syntax::Number::Kind::float_:
        made = Value::number(read->value);
        break;
      case syntax::Number::Kind::big_integer:
        made = heap::parse_integer(call_.heap(), read->digits, read->radix);
        break;
    }
    return push(made) && value_done();
  }

  // ---- Strings ----

  /// Pushes the string whose first quote was taken.
  bool string() {
    constexpr size_t piece = 1 << 16;
    size_t start = at_;
    bool changed = false;
    unescaped_.clear();
    for (size_t from = start;;) {
      size_t end = std::min(text_.size(), at_ + piece);
      while (at_ < end && text_[at_] != '"' && text_[at_] != '\\' && u8(text_[at_]) >= ' ') at_++;
      if (at_ == text_.size()) return refuse("the string has no end");
      if (at_ == end) {
        if (call_.interrupted()) return false;
        continue;
      }
      if (text_[at_] != '"' && text_[at_] != '\\') {
        return refuse("a control character must be written with an escape");
      }
      std::string_view plain = text_.substr(from, at_ - from);
      if (text_[at_++] == '"') {
        if (!changed) return push(call_.heap().make_string(plain));
        unescaped_ += plain;
        return push(call_.heap().make_string(unescaped_));
      }
      changed = true;
      unescaped_ += plain;
      if (!escape()) return false;
      from = at_;
    }
  }

  bool escape() {
    constexpr std::string_view letters = "\"\\/bfnrt";
    constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    size_t which = letters.find(here());
    if (at_ < text_.size() && which != std::string_view::npos) {
      at_++;
      unescaped_ += meanings[which];
      return true;
    }
    u32 unit;
    if (!take('u')) return refuse("no such escape");
    if (!hexadecimal(unit)) return false;
    if (unit >= 0xD800 && unit <= 0xDBFF) {
      u32 low = 0;
      if (text_.substr(at_).starts_with("\\u")) {
        at_ += 2;
        if (!hexadecimal(low)) return false;
      }
      if (low < 0xDC00 || low > 0xDFFF) return refuse("half of a surrogate pair is missing");
      unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    } else if (!base::utf8::is_scalar(unit)) {
      return refuse("half of a surrogate pair is missing");
    }
    base::utf8::append(unescaped_, unit);
    return true;
  }

  bool hexadecimal(u32& out) {
    out = 0;
    for (u32 i = 0; i < 4; i++, at_++) {
      char c = here();
      u32 digit = is_digit(c)            ? u32(c - '0')
                  : c >= 'a' && c <= 'f' ? u32(c - 'a' + 10)
                  : c >= 'A' && c <= 'F' ? u32(c - 'A' + 10)
                                         : 16;
      if (digit == 16) return refuse("expected four hexadecimal digits behind \\u");
      out = out << 4 | digit;
    }
    return true;
  }

  // ---- Errors ----

  /// The text goes wrong where it was read up to. False.
  bool refuse(std::string_view why) {
    std::string_view before = text_.substr(0, at_);
    u64 line = 1;
    for (char c : before) line += c == '\n';
    size_t line_start = before.rfind('\n') + 1;  // npos + 1: the first line's
    u64 column = base::utf8::count(before.substr(line_start)) + 1;
    std::string found = "the end of the text";
    if (at_ < text_.size()) {
      // Inside of a code point nothing goes wrong.
      found = text_.substr(at_, base::utf8::decode(text_.substr(at_)).size);
      if (u8(found[0]) < ' ') found = fmt::format("the control character {}", u8(found[0]));
    }
    std::string message =
        fmt::format("line {}, column {} of argument 1: {}, found {}", line, column, why, found);
    call_.fail(ErrorKind::syntax, message, place(line, column));
    return false;
  }

  /// The error's data. May collect.
  Value place(u64 line, u64 column) {
    heap::RootVector pairs(call_.heap());
    auto add = [&](std::string_view key, u64 n) {
      pairs.push_back(Value::keyword(call_.runtime.names().intern(key)));
      pairs.push_back(call_.heap().make_unsigned(n));
    };
    add("byte", at_);
    add("line", line);
    add("column", column);
    Value map = heap::make_map(call_.heap(), pairs.span(), heap::Duplicates::refuse).map;
    return map == Value::error() ? Value::nil() : map;
  }

  NativeCall& call_;
  std::string short_text_;
  std::string_view text_;
  size_t at_ = 0;
  Expected expected_ = Expected::value;
  heap::RootVector values_;  ///< what has been read and is not yet in a vector or map
  std::vector<Open> open_;
  std::string unescaped_;
  Patience patience_;
};

}  // namespace

Value json_parse(NativeCall& call) {
  std::string_view text;
  if (!call.expect_string(0, text)) return Value::error();
  return JsonReader(call).run();
}

}  // namespace lithe::builtins
