// SPDX-License-Identifier: Apache-2.0
// (string/format pattern x …). A placeholder is
//   { index : fill align sign 0 width .precision type }
// with every part optional: index from 0; align < > or ^; sign +; type one of x X o b e f.

#include <fmt/format.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/utf8.hpp"
#include "builtins/building.hpp"
#include "value/bigint.hpp"
#include "value/number.hpp"

namespace lithe::builtins {

namespace {

/// Beyond it digits of a double say nothing, and patterns are mistaken.
constexpr u64 most_precision = 1000;
constexpr i64 not_given = -1;

struct Placeholder {
  i64 index = not_given;
  std::string_view fill = " ";  ///< a code point
  char align = 0;               ///< < > ^, or 0: numbers to the right, all else to the left
  bool plus = false;
  bool zeros = false;  ///< between sign and digits
  u64 width = 0;
  i64 precision = not_given;
  char type = 0;
};

bool is_align(char c) { return c == '<' || c == '>' || c == '^'; }

/// Reads what stands between { and }.
class PlaceholderReader {
 public:
  explicit PlaceholderReader(std::string_view text) : text_(text) {}

  /// False: it is none.
  bool read(Placeholder& out) {
    u64 number;
    if (read_number(number)) out.index = i64(number);
    if (text_.empty()) return true;
    return take(':') && read_layout(out) && text_.empty();
  }

 private:
  bool read_layout(Placeholder& out) {
    u32 fill = base::utf8::decode(text_).size;
    if (text_.size() > fill && is_align(text_[fill])) {
      out.fill = text_.substr(0, fill);
      text_.remove_prefix(fill);
    }
    if (!text_.empty() && is_align(text_[0])) out.align = take_any();
    out.plus = take('+');
    out.zeros = take('0');
    read_number(out.width);
    u64 precision;
    if (take('.')) {
      if (!read_number(precision) || precision > most_precision) return false;
      out.precision = i64(precision);
    }
    constexpr std::string_view types = "xXobef";
    if (!text_.empty() && types.find(text_[0]) != std::string_view::npos) out.type = take_any();
    return true;
  }
  bool take(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }
  char take_any() {
    char c = text_[0];
    text_.remove_prefix(1);
    return c;
  }
  bool read_number(u64& out) {
    constexpr u32 most_digits = 9;
    u32 digits = 0;
    u64 number = 0;
    while (digits < text_.size() && text_[digits] >= '0' && text_[digits] <= '9') {
      number = number * 10 + u64(text_[digits++] - '0');
      if (digits > most_digits) return false;
    }
    if (digits == 0) return false;
    text_.remove_prefix(digits);
    out = number;
    return true;
  }

  std::string_view text_;
};

u32 radix_of(char type) {
  return type == 'x' || type == 'X' ? 16 : type == 'o' ? 8 : type == 'b' ? 2 : 0;
}

/// Builds the result; the pattern and the arguments are read through the call, which nothing
/// here makes collect before it fails.
class Formatter {
 public:
  explicit Formatter(NativeCall& call)
      : call_(call), budget_(text_budget(call)), used_(call.count()) {}

  /// False: the error is set.
  bool run(std::string_view pattern) {
    whole_ = pattern;
    Patience patience(call_);
    for (size_t at = 0; at < pattern.size();) {
      size_t next = pattern.find_first_of("{}", at);
      if (next == std::string_view::npos) next = pattern.size();
      out_ += pattern.substr(at, next - at);
      at = next;
      if (at < pattern.size() && !brace(at)) return false;
      if (out_.size() > budget_) return refuse_size();
      if (patience.is_over()) return false;
    }
    return all_used();
  }
  const std::string& result() const { return out_; }

 private:
  bool refuse_size() {
    call_.out_of_memory();
    return false;
  }
  bool refuse(size_t at, std::string_view why) {
    u64 index = base::utf8::count(whole_.substr(0, at));
    call_.fail(ErrorKind::value, fmt::format("argument 1, at index {}: {}", index, why));
    return false;
  }

  /// A brace stands at `at`, which moves behind what it begins.
  bool brace(size_t& at) {
    char c = whole_[at];
    if (at + 1 < whole_.size() && whole_[at + 1] == c) {
      out_ += c;
      at += 2;
      return true;
    }
    if (c == '}') return refuse(at, "a } without its {; }} stands for the character");
    size_t end = whole_.find('}', at);
    if (end == std::string_view::npos) {
      return refuse(at, "a { without its }; {{ stands for the character");
    }
    Placeholder placeholder;
    if (!PlaceholderReader(whole_.substr(at + 1, end - at - 1)).read(placeholder)) {
      return refuse(at, fmt::format("{} is no placeholder", whole_.substr(at, end + 1 - at)));
    }
    u32 argument;
    if (!choose(at, placeholder, argument) || !put(placeholder, argument)) return false;
    at = end + 1;
    return true;
  }

  bool choose(size_t at, const Placeholder& placeholder, u32& argument) {
    bool numbered = placeholder.index != not_given;
    (numbered ? some_numbered_ : some_in_turn_) = true;
    if (some_numbered_ && some_in_turn_) {
      return refuse(at, "placeholders with and without a number do not mix");
    }
    u64 index = numbered ? u64(placeholder.index) : next_++;
    if (index + 1 >= call_.count()) {
      return refuse(at, fmt::format("there is no argument for placeholder {}", index));
    }
    argument = u32(index) + 1;
    used_[argument] = true;
    return true;
  }

  bool all_used() {
    for (u32 i = 1; i < call_.count(); i++) {
      if (used_[i]) continue;
      call_.fail(ErrorKind::value, fmt::format("argument {} has no placeholder", i + 1));
      return false;
    }
    return true;
  }

  bool put(const Placeholder& placeholder, u32 i) {
    std::string text;
    bool number = value::is_number(call_[i]);
    if (!show(placeholder, i, text)) return false;
    if (placeholder.plus && number && !text.starts_with('-')) text.insert(0, 1, '+');
    u64 length = base::utf8::count(text);
    u64 missing = placeholder.width > length ? placeholder.width - length : 0;
    if (text.size() + missing * placeholder.fill.size() >
        budget_ - std::min(budget_, out_.size())) {
      return refuse_size();
    }
    if (placeholder.zeros && number && !placeholder.align) {
      size_t sign = text[0] == '-' || text[0] == '+' ? 1 : 0;
      text.insert(sign, missing, '0');
      missing = 0;
    }
    char align = placeholder.align ? placeholder.align : number ? '>' : '<';
    u64 in_front = align == '>' ? missing : align == '^' ? missing / 2 : 0;
    for (u64 k = 0; k < in_front; k++) out_ += placeholder.fill;
    out_ += text;
    for (u64 k = in_front; k < missing; k++) out_ += placeholder.fill;
    return true;
  }

  /// Argument i without its surroundings.
  bool show(const Placeholder& placeholder, u32 i, std::string& text) {
    Value v = call_[i];
    if (u32 radix = radix_of(placeholder.type)) {
      if (!value::is_integral(v)) {
        call_.wrong_type(i, fmt::format("an integer for {}", placeholder.type));
        return false;
      }
      value::print_integer(value::IntegerView(v), radix, text);
      if (placeholder.type == 'X') {
        for (char& c : text) c = c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c;
      }
      return true;
    }
    bool number = value::is_number(v);
    if (placeholder.type && !number) {
      call_.wrong_type(i, fmt::format("a number for {}", placeholder.type));
      return false;
    }
    if (number && (placeholder.type || placeholder.precision != not_given)) {
      double real = value::to_double(v);
      if (std::isfinite(real)) {
        constexpr i64 usual_precision = 6;
        i64 digits = placeholder.precision == not_given ? usual_precision : placeholder.precision;
        text = placeholder.type == 'e' ? fmt::format("{:.{}e}", real, digits)
                                       : fmt::format("{:.{}f}", real, digits);
        return true;
      }
    }
    return show_as_said(placeholder, i, text);
  }

  bool show_as_said(const Placeholder& placeholder, u32 i, std::string& text) {
    CallWatcher watcher(call_);
    u64 room = budget_ - std::min(budget_, out_.size());
    value::print(call_[i], call_.heap().names(), &call_.runtime.namer(), text,
                 {.display = true, .max_bytes = room, .watcher = &watcher});
    if (call_.interrupted()) return false;
    if (text.size() > room) return refuse_size();
    if (placeholder.precision != not_given && !value::is_number(call_[i])) {
      text.resize(base::utf8::offset_of(text, size_t(placeholder.precision)));
    }
    return true;
  }

  NativeCall& call_;
  u64 budget_;
  std::string_view whole_;
  std::string out_;
  std::vector<bool> used_;
  u64 next_ = 0;
  bool some_numbered_ = false;
  bool some_in_turn_ = false;
};

}  // namespace

Value string_format(NativeCall& call) {
  std::string_view pattern;
  if (!call.expect_string(0, pattern)) return Value::error();
  Formatter formatter(call);
  if (!formatter.run(pattern)) return Value::error();
  return give_string(call, formatter.result());
}

}  // namespace lithe::builtins
