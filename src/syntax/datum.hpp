// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>
#include <utility>

#include "base/arena_pool.hpp"
#include "base/integers.hpp"
#include "base/name_table.hpp"
#include "syntax/span.hpp"

namespace lithe::syntax {

enum class DatumKind : u8 {
  integer,      ///< fits 64 bits
  big_integer,  ///< does not; digits as text, see Datum::digits
  float_,
  string,   ///< UTF-8, escapes decoded
  symbol,   ///< a name, or a gensym
  keyword,  ///< name without its colon
  boolean,
  nil,
  list,
  vector,
  map,      ///< children: key, value, key, value, …
  comment,  ///< only when the reader was asked to keep comments; its text as written
};

/// A node of program text as data. Nodes, their texts and their child arrays live in the arena of
/// a Form and are immutable; nothing in them needs destruction.
struct Datum {
  static constexpr u64 gensym_bit = u64{1} << 63;
  /// In a symbol that the expander made: the builtin or special form of that name is meant,
  /// whatever the program has bound the name to.
  static constexpr u64 builtin_bit = u64{1} << 62;
  /// In a symbol that a macro of a module made: the top-level name, whatever file it stands in.
  static constexpr u64 resolved_bit = u64{1} << 60;

  DatumKind kind = DatumKind::nil;
  u8 radix = 10;             ///< of a big integer: 2, 10 or 16
  bool abbreviated = false;  ///< a list that was written 'x `x ,x or ,@x
  u32 size = 0;              ///< number of children, or bytes of text
  Span span;
  union {
    i64 integer;
    double number;
    bool truth;
    u64 name;  ///< symbol: a NameTable id, or a number with gensym_bit; keyword: an id
    const char* bytes;
    const Datum* const* items;
  };

  Datum() : integer(0) {}

  bool is(DatumKind k) const { return kind == k; }
  bool is_symbol() const { return kind == DatumKind::symbol; }
  bool is_symbol(u32 id) const { return kind == DatumKind::symbol && name == id; }
  bool is_keyword(u32 id) const { return kind == DatumKind::keyword && name == id; }
  bool is_gensym() const { return kind == DatumKind::symbol && (name & gensym_bit) != 0; }
  bool is_list() const { return kind == DatumKind::list; }
  bool is_sequence() const { return kind >= DatumKind::list && kind <= DatumKind::map; }
  /// A list whose first element is that symbol.
  bool is_call_of(u32 id) const { return is_list() && size > 0 && items[0]->is_symbol(id); }

  /// Children of a list, vector or map.
  std::span<const Datum* const> children() const {
    LITHE_ASSERT(is_sequence());
    return {items, size};
  }
  const Datum& operator[](u32 i) const {
    LITHE_ASSERT(is_sequence() && i < size);
    return *items[i];
  }
  /// Text of a string or comment.
  std::string_view text() const {
    LITHE_ASSERT(is(DatumKind::string) || is(DatumKind::comment));
    return {bytes, size};
  }
  /// Digits of a big integer in its radix: an optional `-`, then lower-case digits without
  /// prefix, underscores or leading zeros.
  std::string_view digits() const {
    LITHE_ASSERT(is(DatumKind::big_integer));
    return {bytes, size};
  }
};

static_assert(sizeof(Datum) == 32);
static_assert(std::is_trivially_copyable_v<Datum>);

/// Makes nodes in an arena, which must outlive them. Texts and child arrays are copied into it.
class DatumBuilder {
 public:
  explicit DatumBuilder(base::Arena& arena) : arena_(arena) {}

  const Datum* integer(i64 value, Span span) {
    Datum* datum = node(DatumKind::integer, span);
    datum->integer = value;
    return datum;
  }
  const Datum* big_integer(std::string_view digits, u8 radix, Span span);
  const Datum* number(double value, Span span);
  const Datum* string(std::string_view text, Span span);
  const Datum* symbol(u64 name, Span span) {
    Datum* datum = node(DatumKind::symbol, span);
    datum->name = name;
    return datum;
  }
  const Datum* gensym(u64 number, Span span) { return symbol(number | Datum::gensym_bit, span); }
  const Datum* keyword(u32 name, Span span);
  const Datum* boolean(bool value, Span span);
  const Datum* nil(Span span);
  const Datum* comment(std::string_view text, Span span);
  /// `kind`: list, vector or map.
  const Datum* sequence(DatumKind kind, std::span<const Datum* const> items, Span span);
  const Datum* list(std::span<const Datum* const> items, Span span) {
    return sequence(DatumKind::list, items, span);
  }
  const Datum* list(std::initializer_list<const Datum*> items, Span span) {
    return sequence(DatumKind::list, {items.begin(), items.size()}, span);
  }
  /// The list (head datum), marked as abbreviated; `head` is base::name::quote or its like.
  const Datum* abbreviation(u32 head, const Datum* datum, Span head_span, Span span);
  /// A deep copy.
  const Datum* copy(const Datum& datum);

  base::Arena& arena() { return arena_; }

 private:
  Datum* node(DatumKind kind, Span span) {
    auto* datum = ::new (arena_.allocate(sizeof(Datum), alignof(Datum))) Datum;
    datum->kind = kind;
    datum->span = span;
    return datum;
  }
  const Datum* with_text(DatumKind kind, std::string_view text, Span span);

  base::Arena& arena_;
};

/// One top-level datum and the arena that holds it. Whoever has the Form owns the tree; pointers
/// into it are valid as long as the arena, wherever the Form is moved.
struct Form {
  const Datum* root = nullptr;
  base::PooledArena arena;
  u32 module = 0;  ///< that it stands in (expand/modules.hpp)
};

/// The same kinds, values and names, in the same order, all the way down; places and `abbreviated`
/// do not count. Floats are compared by their bits.
bool equal(const Datum& a, const Datum& b);

}  // namespace lithe::syntax
