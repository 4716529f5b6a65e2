// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/integers.hpp"

namespace lithe::base::utf8 {

constexpr u32 max_code_point = 0x10FFFF;

constexpr bool is_continuation(char c) { return (u8(c) & 0xC0) == 0x80; }
/// A Unicode scalar value: in range and not a surrogate.
constexpr bool is_scalar(u32 code_point) {
  return code_point < 0xD800 || (code_point > 0xDFFF && code_point <= max_code_point);
}

/// One decoded code point. `size` 0: the bytes there are not UTF-8.
struct Decoded {
  u32 code_point;
  u32 size;  ///< bytes, 1 to 4
};

/// Decodes the code point at the start of `bytes`. Overlong forms, surrogates, values over
/// max_code_point and cut sequences give size 0, as does empty input.
Decoded decode(std::string_view bytes);

/// Appends the encoding of a scalar value. Precondition: is_scalar(code_point).
void append(std::string& out, u32 code_point);
/// Writes it to `out`, which has room for 4 bytes; answers how many were written.
u32 encode(u32 code_point, char* out);

/// Offset of the first byte that is not part of valid UTF-8, or bytes.size() if all is valid.
size_t validate(std::string_view bytes);
inline bool is_valid(std::string_view bytes) { return validate(bytes) == bytes.size(); }
bool is_ascii(std::string_view bytes);
/// The text with U+FFFD for each byte that is not part of valid UTF-8: for words of the system and
/// of hosts, which have to be shown whatever they are.
std::string repaired(std::string_view bytes);

/// Number of continuation bytes.
size_t count_continuations(std::string_view bytes);
/// Number of code points in valid UTF-8: bytes that continue nothing count as one each.
inline size_t count(std::string_view bytes) { return bytes.size() - count_continuations(bytes); }

/// Byte offset of the code point with that index (0-based); bytes.size() when there are fewer.
size_t offset_of(std::string_view bytes, size_t index);

}  // namespace lithe::base::utf8
