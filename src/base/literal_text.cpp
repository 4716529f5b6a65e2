// SPDX-License-Identifier: Apache-2.0
#include "base/literal_text.hpp"

#include <charconv>
#include <cmath>

#include "base/integers.hpp"

namespace lithe::base {

namespace {

/// Lays out decimal digits (d.ddd… times ten to the exponent) without an exponent.
void append_plain(std::string_view digits, int exponent, std::string& out) {
  int count = int(digits.size());
  if (exponent < 0) {
    out += "0.";
    out.append(size_t(-exponent - 1), '0');
    out += digits;
  } else if (count <= exponent + 1) {
    out += digits;
    out.append(size_t(exponent + 1 - count), '0');
    out += ".0";
  } else {
    out += digits.substr(0, size_t(exponent) + 1);
    out += '.';
    out += digits.substr(size_t(exponent) + 1);
  }
}

void append_escaped(u8 c, std::string& out) {
  switch (c) {
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\0':
      out += "\\0";
      return;
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    default:
      break;
  }
  // Only control characters are left: two digits are enough.
  constexpr std::string_view digits = "0123456789abcdef";
  out += "\\u{";
  if (c >= 0x10) out += digits[c >> 4];
  out += digits[c & 0xF];
  out += '}';
}

}  // namespace

void append_float(double value, std::string& out) {
  if (std::isnan(value)) {
    out += "+nan.0";
    return;
  }
  if (std::isinf(value)) {
    out += value < 0 ? "-inf.0" : "+inf.0";
    return;
  }
  if (std::signbit(value)) out += '-';
  value = std::fabs(value);
  if (value == 0) {
    out += "0.0";
    return;
  }
  char buffer[40];  // d.ddde±xx
  auto done = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  std::string_view text(buffer, size_t(done.ptr - buffer));
  size_t e = text.find('e');
  int exponent = 0;
  const char* exponent_text = text.data() + e + 1;
  std::from_chars(exponent_text + (*exponent_text == '+'), done.ptr, exponent);
  char digits[24];
  size_t count = 0;
  for (char c : text.substr(0, e)) {
    if (c != '.') digits[count++] = c;
  }
  std::string_view all(digits, count);
  if (value >= 1e-6 && value < 1e21) return append_plain(all, exponent, out);
  out += all[0];
  if (count > 1) (out += '.') += all.substr(1);
  out += 'e';
  out += std::to_string(exponent);
}

void append_string_literal(std::string_view text, std::string& out) {
  out += '"';
  size_t plain = 0;  // start of the run not yet written
  for (size_t i = 0; i < text.size(); ++i) {
    u8 c = u8(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7F) continue;
    out += text.substr(plain, i - plain);
    plain = i + 1;
    append_escaped(c, out);
  }
  out += text.substr(plain);
  out += '"';
}

}  // namespace lithe::base
