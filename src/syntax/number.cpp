// SPDX-License-Identifier: Apache-2.0
#include "syntax/number.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>
#include <optional>

#include "base/literal_text.hpp"

namespace lithe::syntax {

namespace {

using base::failure;
using NumberResult = base::Result<Number, NumberError>;

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr int digit_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 99;
}

/// End of a run of digits with single underscores between them; `from` when there is none.
size_t skip_digits(std::string_view text, size_t from, int radix) {
  size_t at = from;
  while (at < text.size()) {
    if (digit_value(text[at]) < radix) {
      ++at;
    } else if (text[at] == '_' && at > from && at + 1 < text.size() &&
               digit_value(text[at + 1]) < radix) {
      at += 2;
    } else {
      break;
    }
  }
  return at;
}

std::string big_digits(std::string_view digits, bool negative) {
  std::string out;
  out.reserve(digits.size() + 1);
  if (negative) out += '-';
  size_t first = digits.find_first_not_of("0_");
  for (char c : digits.substr(first)) {
    if (c != '_') out += c >= 'A' && c <= 'F' ? char(c - 'A' + 'a') : c;
  }
  return out;
}

/// `digits`: valid in the radix, underscores allowed.
Number integer_of(std::string_view digits, u8 radix, bool negative) {
  Number number;
  u64 magnitude = 0;
  bool overflow = false;
  for (char c : digits) {
    if (c == '_') continue;
    overflow = __builtin_mul_overflow(magnitude, u64(radix), &magnitude) ||
               __builtin_add_overflow(magnitude, u64(digit_value(c)), &magnitude);
    if (overflow) break;
  }
  constexpr u64 limit = u64{1} << 63;
  if (overflow || magnitude > limit - !negative) {
    number.kind = Number::Kind::big_integer;
    number.radix = radix;
    number.digits = big_digits(digits, negative);
    return number;
  }
  number.integer = i64(negative ? u64{0} - magnitude : magnitude);
  return number;
}

/// Whether a float that is out of a double's range is so because it is too small. `text`: valid,
/// without sign and underscores.
bool is_tiny(std::string_view text) {
  size_t e = text.find_first_of("eE");
  std::string_view mantissa = text.substr(0, e);
  i64 exponent = 0;
  if (e != std::string_view::npos) {
    std::string_view digits = text.substr(e + 1 + (text[e + 1] == '+'));
    auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    if (parsed.ec == std::errc::result_out_of_range) return digits[0] == '-';
  }
  size_t first = mantissa.find_first_not_of("0.");
  if (first == std::string_view::npos) return true;
  size_t point = std::min(mantissa.find('.'), mantissa.size());
  i64 magnitude = i64(point) - i64(first);
  return exponent < -magnitude;
}

NumberResult float_of(std::string_view text, bool negative) {
  std::string without;
  if (text.find('_') != std::string_view::npos) {
    without.reserve(text.size());
    std::copy_if(text.begin(), text.end(), std::back_inserter(without),
                 [](char c) { return c != '_'; });
    text = without;
  }
  double value = 0;
  auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status == std::errc::result_out_of_range) {
    if (!is_tiny(text)) return failure(NumberError::too_large);
    value = 0;
  } else if (status != std::errc() || end != text.data() + text.size()) {
    return failure(NumberError::syntax);
  }
  if (std::isinf(value)) return failure(NumberError::too_large);
  Number number;
  number.kind = Number::Kind::float_;
  number.value = negative ? -value : value;
  return number;
}

/// The floats that have no digits, as Scheme writes them.
std::optional<double> special_float(std::string_view text) {
  if (text == "+inf.0") return std::numeric_limits<double>::infinity();
  if (text == "-inf.0") return -std::numeric_limits<double>::infinity();
  if (text == "+nan.0") return std::numeric_limits<double>::quiet_NaN();
  return std::nullopt;
}

}  // namespace

bool looks_like_number(std::string_view text) {
  if (special_float(text)) return true;
  size_t at = 0;
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
  if (at < text.size() && text[at] == '.') ++at;
  return at < text.size() && is_digit(text[at]);
}

NumberResult read_number(std::string_view text) {
  if (!looks_like_number(text)) return failure(NumberError::syntax);
  if (auto special = special_float(text)) {
    Number number;
    number.kind = Number::Kind::float_;
    number.value = *special;
    return number;
  }
  bool negative = text[0] == '-';
  if (negative || text[0] == '+') text.remove_prefix(1);

  if (text.starts_with("0x") || text.starts_with("0b")) {
    u8 radix = text[1] == 'x' ? 16 : 2;
    std::string_view digits = text.substr(2);
    if (digits.empty() || skip_digits(digits, 0, radix) != digits.size()) {
      return failure(NumberError::syntax);
    }
    return integer_of(digits, radix, negative);
  }

  size_t whole_end = skip_digits(text, 0, 10);
  if (whole_end == text.size()) return integer_of(text, 10, negative);
  size_t at = whole_end;
  if (text[at] == '.') {
    at = skip_digits(text, at + 1, 10);
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    size_t digits = at + 1;
    if (digits < text.size() && (text[digits] == '+' || text[digits] == '-')) ++digits;
    size_t exponent_end = skip_digits(text, digits, 10);
    if (exponent_end == digits) return failure(NumberError::syntax);
    at = exponent_end;
  }
  if (at != text.size()) return failure(NumberError::syntax);
  return float_of(text, negative);
}

std::string format_float(double value) {
  std::string out;
  base::append_float(value, out);
  return out;
}

}  // namespace lithe::syntax
