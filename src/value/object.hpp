// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

#include "value/value.hpp"

namespace lithe::value {

enum class Kind : u8 {
#define LITHE_KIND(name, layout, type_name) name,
#include "value/kinds.def"
#undef LITHE_KIND
};

enum class Layout : u8 { values, raw, first_raw, off_heap };

struct KindInfo {
  std::string_view name;
  Layout layout;
  std::string_view type_name;
};

inline constexpr auto kind_table = std::to_array<KindInfo>({
#define LITHE_KIND(name, layout, type_name) {#name, Layout::layout, type_name},
#include "value/kinds.def"
#undef LITHE_KIND
});

/// A heap object: a header word, then `size` words whose meaning kinds.def gives.
///
///     63       48 47 46      40 39   32 31            0
///     [ 0xFFF9  ][1 | flags    ][ kind  ][ size in words ]
///
/// While a collection runs, the header of a moved object is replaced by its new address
/// (upper 16 bits zero). An Object in a shared unit is preceded by a word that points to its
/// unit (heap/shared_unit.hpp); so is a Cons there.
struct Object {
  u64 header;

  static constexpr u8 flag_negative = 1;    ///< bigint: below zero
  static constexpr u8 flag_remembered = 2;  ///< in the remembered set of its old generation
  static constexpr u8 flag_frozen = 4;      ///< buffer: immutable, shared when sent
  static constexpr u8 flag_tree = 8;        ///< vector, map, set: a tree (value/tree.hpp)

  static constexpr u64 make_header(Kind kind, u32 size, u8 flags = 0) {
    return Value::word_tag | (u64(0x80 | flags) << 40) | (u64(kind) << 32) | size;
  }
  static constexpr bool is_header(u64 word) { return (word >> 47) == (Value::word_tag >> 47 | 1); }

  Kind kind() const { return Kind((header >> 32) & 0xFF); }
  u32 size() const { return u32(header); }
  u8 flags() const { return u8((header >> 40) & 0x7F); }
  void set_flag(u8 flag) { header |= u64(flag) << 40; }
  void clear_flag(u8 flag) { header &= ~(u64(flag) << 40); }
  bool has_flag(u8 flag) const { return (header >> 40) & flag; }
  const KindInfo& info() const { return kind_table[u8(kind())]; }

  u64* words() { return &header + 1; }
  const u64* words() const { return &header + 1; }
  Value get(u32 i) const { return Value::from_bits(words()[i]); }
  /// Plain store, for an object that is being filled. A store into one that a program can see
  /// goes through Heap::store, which keeps the remembered set.
  void init(u32 i, Value v) { words()[i] = v.bits(); }
};

/// A list cell. It has no header: in a heap it is told from an Object by its first word.
struct Cons {
  Value head;
  Value tail;
};

inline bool is_kind(Value v, Kind kind) { return v.is_object() && v.as_object()->kind() == kind; }
inline bool is_string(Value v) {
  return v.is_object() &&
         (v.as_object()->kind() == Kind::string || v.as_object()->kind() == Kind::long_string);
}
inline bool is_number(Value v) {
  return v.is_integer() || v.is_float() || is_kind(v, Kind::bigint);
}
inline bool is_function(Value v) { return v.is_builtin() || is_kind(v, Kind::closure); }

}  // namespace lithe::value
