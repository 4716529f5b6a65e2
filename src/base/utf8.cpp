// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"

#include <cstring>

#include "base/assert.hpp"

namespace lithe::base::utf8 {

namespace {

constexpr u64 high_bits = 0x8080808080808080;

u64 word_at(const char* p) {
  u64 word;
  std::memcpy(&word, p, 8);
  return word;
}

size_t continuations_in(u64 word) {
  // A continuation byte has bit 7 set and bit 6 clear.
  return size_t(__builtin_popcountll(word & ~(word << 1) & high_bits));
}

}  // namespace

Decoded decode(std::string_view bytes) {
  if (bytes.empty()) return {0, 0};
  u8 lead = u8(bytes[0]);
  if (lead < 0x80) return {lead, 1};
  u32 size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || bytes.size() < size) return {0, 0};
  u32 code_point = lead & (0x7F >> size);
  for (u32 i = 1; i < size; ++i) {
    if (!is_continuation(bytes[i])) return {0, 0};
    code_point = code_point << 6 | (u8(bytes[i]) & 0x3F);
  }
  constexpr u32 smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code_point < smallest[size] || !is_scalar(code_point)) return {0, 0};
  return {code_point, size};
}

u32 encode(u32 code_point, char* out) {
  LITHE_ASSERT(is_scalar(code_point));
  if (code_point < 0x80) {
    out[0] = char(code_point);
    return 1;
  }
  u32 size = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
  for (u32 i = size - 1; i > 0; --i) {
    out[i] = char(0x80 | (code_point & 0x3F));
    code_point >>= 6;
  }
  constexpr u8 lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
  out[0] = char(lead[size] | code_point);
  return size;
}

void append(std::string& out, u32 code_point) {
  char bytes[4];
  out.append(bytes, encode(code_point, bytes));
}

size_t validate(std::string_view bytes) {
  const char* p = bytes.data();
  const char* end = p + bytes.size();
  while (p < end) {
    if (end - p >= 8 && (word_at(p) & high_bits) == 0) {
      p += 8;
      continue;
    }
    Decoded d = decode({p, size_t(end - p)});
    if (d.size == 0) break;
    p += d.size;
  }
  return size_t(p - bytes.data());
}

std::string repaired(std::string_view bytes) {
  constexpr u32 replacement = 0xFFFD;
  std::string text;
  for (size_t valid; (valid = validate(bytes)) < bytes.size(); bytes.remove_prefix(valid + 1)) {
    text += bytes.substr(0, valid);
    append(text, replacement);
  }
  return text.append(bytes);
}

bool is_ascii(std::string_view bytes) {
  size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    if (word_at(bytes.data() + i) & high_bits) return false;
  }
  for (; i < bytes.size(); ++i) {
    if (u8(bytes[i]) & 0x80) return false;
  }
  return true;
}

size_t count_continuations(std::string_view bytes) {
  size_t found = 0;
  size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) found += continuations_in(word_at(bytes.data() + i));
  for (; i < bytes.size(); ++i) found += is_continuation(bytes[i]);
  return found;
}

size_t offset_of(std::string_view bytes, size_t index) {
  size_t at = 0;
  while (at + 8 <= bytes.size()) {
    size_t begun = 8 - continuations_in(word_at(bytes.data() + at));
    if (begun > index) break;
    index -= begun;
    at += 8;
  }
  for (; at < bytes.size(); ++at) {
    if (is_continuation(bytes[at])) continue;
    if (index == 0) return at;
    --index;
  }
  return at;
}

}  // namespace lithe::base::utf8
