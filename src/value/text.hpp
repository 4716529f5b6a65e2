// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "value/object.hpp"
#include "value/off_heap.hpp"

namespace lithe::value {

/// Strings of up to this many bytes lie in the heap, longer ones outside.
constexpr u32 inline_string_bytes = 64;

inline OffHeap* off_heap_of(const Object* o) { return reinterpret_cast<OffHeap*>(o->words()[0]); }

/// The word that both kinds of string carry: bytes | code points << 32.
inline u64 string_lengths(const Object* o) {
  return o->kind() == Kind::string ? o->words()[0] : o->words()[2];
}
inline u32 string_bytes(const Object* o) { return u32(string_lengths(o)); }
/// Length as the language counts it.
inline u32 string_code_points(const Object* o) { return u32(string_lengths(o) >> 32); }
/// Byte offsets are code point indices.
inline bool is_ascii_string(const Object* o) { return string_bytes(o) == string_code_points(o); }

/// The UTF-8 of a string. Dies at the next collection if the string is a short one.
inline std::string_view text(const Object* o) {
  if (o->kind() == Kind::string) {
    return {reinterpret_cast<const char*>(o->words() + 1), string_bytes(o)};
  }
  return {off_heap_of(o)->data(), string_bytes(o)};
}
/// Precondition: is_string(v).
inline std::string_view text(Value v) { return text(v.as_object()); }

/// Byte offset of the code point with that index (0-based), or the size in bytes when there are
/// fewer. Constant time for ASCII.
u64 string_offset(const Object* o, u64 index);

}  // namespace lithe::value
