// SPDX-License-Identifier: Apache-2.0
#include <gmp.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "value/bigint.hpp"

namespace lithe::value {

namespace {

constexpr u32 digit_value(char c) {
  if (c >= '0' && c <= '9') return u32(c - '0');
  if (c >= 'a' && c <= 'z') return u32(c - 'a' + 10);
  if (c >= 'A' && c <= 'Z') return u32(c - 'A' + 10);
  return 99;
}

constexpr char digit_characters[] = "0123456789abcdefghijklmnopqrstuvwxyz";

}  // namespace

bool parse_integer(std::string_view digits, u32 radix, Integer& out) {
  LITHE_ASSERT(radix >= 2 && radix <= 36);
  bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) digits.remove_prefix(1);
  double limit = double(max_limbs) * 64 / std::log2(double(radix));
  std::string values;  // one byte for each digit, leading zeros dropped
  bool any = false;
  for (char c : digits) {
    if (c == '_') continue;
    u32 value = digit_value(c);
    if (value >= radix) return false;
    any = true;
    if (values.empty() && value == 0) continue;
    if (double(values.size()) >= limit) return false;
    values.push_back(char(value));
  }
  if (!any) return false;
  if (values.empty()) return out.resize(0) && (out.set_negative(false), true);
  u64 bound = u64(double(values.size()) * std::log2(double(radix)) / 64) + 2;
  if (!out.resize(bound)) return false;
  mp_size_t size =
      mpn_set_str(reinterpret_cast<mp_limb_t*>(out.limbs()),
                  reinterpret_cast<const unsigned char*>(values.data()), values.size(), int(radix));
  if (!out.resize(u64(size))) return false;
  out.set_negative(negative);
  out.normalize();
  return true;
}

void print_integer(const IntegerView& a, u32 radix, std::string& out) {
  LITHE_ASSERT(radix >= 2 && radix <= 36);
  if (a.negative()) out += '-';
  if (a.size() <= 1) {
    char buffer[72];
    u64 magnitude = a.is_zero() ? 0 : a.limbs()[0];
    out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, magnitude, int(radix)).ptr);
    return;
  }
  // mpn_get_str destroys its operand and may need one limb more.
  std::string scratch(a.size() * 8 + 8, '\0');
  auto* limbs = reinterpret_cast<mp_limb_t*>(scratch.data());
  std::copy_n(a.limbs(), a.size(), limbs);
  u64 start = out.size();
  out.resize(start + u64(double(a.bit_length()) / std::log2(double(radix))) + 3);
  auto* digits = reinterpret_cast<unsigned char*>(out.data() + start);
  u64 count = mpn_get_str(digits, int(radix), limbs, mp_size_t(a.size()));
  u64 zeros = 0;
  while (zeros + 1 < count && digits[zeros] == 0) ++zeros;
  for (u64 i = zeros; i < count; ++i) out[start + i - zeros] = digit_characters[digits[i]];
  out.resize(start + count - zeros);
}

}  // namespace lithe::value
