// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>

#include "base/assert.hpp"
#include "base/integers.hpp"

namespace lithe::value {

struct Object;
struct Cons;

/// One Lithe value in a 64-bit word (NaN boxing). The upper 16 bits are the tag:
///
///     0x0000 … 0xFFF8   a float: the bits of an IEEE double. The NaNs that occur are
///                       0x7FF8'0000'0000'0000 and x86's default NaN 0xFFF8'0000'0000'0000;
///                       every double that comes from outside is made canonical by
///                       Value::number, so nobody can forge a pointer. A raw machine address
///                       (a return address on the process stack) looks like a tiny float,
///                       so a collector that meets one leaves it alone.
///     0xFFF9            an atom of the language or a word of the heap; bits 47…40 are the Sub
///     0xFFFA / 0xFFFB   pointer to an Object (with a header) in a shared unit / in a process heap
///     0xFFFC / 0xFFFD   pointer to a Cons (without a header) in a shared unit / in a process heap
///     0xFFFE            pid: 24-bit slot, 24-bit generation
///     0xFFFF            integer of 48 bits, two's complement
///
/// A *local* pointer (lowest tag bit set) points into the process's own heap or into a message
/// fragment that it received: the collector moves it. A *shared* pointer is never moved.
class Value {
 public:
  enum class Tag : u16 {
    word = 0xFFF9,
    shared_object = 0xFFFA,
    local_object = 0xFFFB,
    shared_cons = 0xFFFC,
    local_cons = 0xFFFD,
    pid = 0xFFFE,
    integer = 0xFFFF,
  };

  /// Bits 47…40 of a 0xFFF9 word. Payload: bits 39…0.
  enum class Sub : u8 {
    special = 0,    ///< nil, false, true, (), and the words that no program sees (Special)
    symbol = 1,     ///< payload: NameTable id; with resolved_symbol, a top-level name of a module
    keyword = 2,    ///< payload: NameTable id
    gensym = 3,     ///< payload: number; has no table entry
    builtin = 4,    ///< payload: index in the table of primitives
    forwarded = 5,  ///< in the head of a moved Cons; its tail holds the new value
    header = 0x80,  ///< header of an Object, Sub 0x80…0xFF: the low 7 bits are header flags
  };

  enum class Special : u8 {
    nil = 0,
    false_ = 1,
    true_ = 2,
    empty_list = 3,
    // Never visible to a program:
    unbound = 8,  ///< a cell without a definition; a missing optional argument
    error = 9,    ///< a native function's answer: the error is in the process record
    wait = 10,    ///< a native function's answer: it has started something and waits
    hole = 11,    ///< free or deleted slot of a table
    call = 12,    ///< a native function's answer: make the call in the window at stack_top instead
  };

  static constexpr u64 tag_shift = 48;
  static constexpr u64 payload_mask = (u64{1} << 48) - 1;
  static constexpr u64 integer_tag = u64{0xFFFF} << tag_shift;
  static constexpr u64 word_tag = u64{0xFFF9} << tag_shift;
  static constexpr u64 canonical_nan = u64{0x7FF8} << tag_shift;
  static constexpr i64 integer_min = -(i64{1} << 47);
  static constexpr i64 integer_max = (i64{1} << 47) - 1;

  constexpr Value() : bits_(word(Sub::special, 0)) {}
  static constexpr Value from_bits(u64 bits) {
    Value v;
    v.bits_ = bits;
    return v;
  }

  static constexpr Value special(Special s) { return from_bits(word(Sub::special, u64(s))); }
  static constexpr Value nil() { return special(Special::nil); }
  static constexpr Value boolean(bool b) { return special(b ? Special::true_ : Special::false_); }
  static constexpr Value empty_list() { return special(Special::empty_list); }
  static constexpr Value unbound() { return special(Special::unbound); }
  static constexpr Value error() { return special(Special::error); }
  static constexpr Value wait() { return special(Special::wait); }
  static constexpr Value call() { return special(Special::call); }
  static constexpr Value hole() { return special(Special::hole); }

  /// Precondition: fits_integer(i). Larger ones are big integers (value/bigint.hpp).
  static constexpr Value integer(i64 i) {
    LITHE_ASSERT(fits_integer(i));
    return from_bits(integer_tag | (u64(i) & payload_mask));
  }
  static constexpr bool fits_integer(i64 i) { return i >= integer_min && i <= integer_max; }

  /// A float; any NaN becomes the canonical one.
  static constexpr Value number(double d) {
    return from_bits(d == d ? std::bit_cast<u64>(d) : canonical_nan);
  }
  /// Added to the payload of a symbol that stands for a top-level name whatever file it is read
  /// in. It prints as the symbol without, and is not the same.
  static constexpr u64 resolved_symbol = u64{1} << 32;
  static constexpr Value symbol(u32 name) { return from_bits(word(Sub::symbol, name)); }
  static constexpr Value keyword(u32 name) { return from_bits(word(Sub::keyword, name)); }
  static constexpr Value gensym(u64 number) { return from_bits(word(Sub::gensym, number)); }
  static constexpr Value builtin(u32 index) { return from_bits(word(Sub::builtin, index)); }
  static constexpr Value pid(u32 slot, u32 generation) {
    return from_bits((u64(Tag::pid) << tag_shift) | (u64(generation) << 24) | slot);
  }
  static Value object(const Object* o, bool shared) {
    return from_bits((u64(shared ? Tag::shared_object : Tag::local_object) << tag_shift) |
                     reinterpret_cast<u64>(o));
  }
  static Value cons(const Cons* c, bool shared) {
    return from_bits((u64(shared ? Tag::shared_cons : Tag::local_cons) << tag_shift) |
                     reinterpret_cast<u64>(c));
  }

  constexpr u64 bits() const { return bits_; }
  constexpr u16 tag() const { return u16(bits_ >> tag_shift); }

  constexpr bool is_integer() const { return bits_ >= integer_tag; }
  constexpr bool is_float() const { return bits_ < word_tag; }
  constexpr bool is_object() const { return (bits_ >> 49) == (u64(Tag::shared_object) >> 1); }
  constexpr bool is_cons() const { return (bits_ >> 49) == (u64(Tag::shared_cons) >> 1); }
  constexpr bool is_pid() const { return tag() == u16(Tag::pid); }
  constexpr bool is_symbol() const { return is_sub(Sub::symbol) || is_sub(Sub::gensym); }
  constexpr bool is_keyword() const { return is_sub(Sub::keyword); }
  constexpr bool is_builtin() const { return is_sub(Sub::builtin); }
  constexpr bool is_nil() const { return *this == nil(); }
  constexpr bool is_boolean() const { return is(Special::false_) || is(Special::true_); }
  constexpr bool is_empty_list() const { return is(Special::empty_list); }
  constexpr bool is_list() const { return is_cons() || is_empty_list(); }
  constexpr bool is(Special s) const { return bits_ == word(Sub::special, u64(s)); }
  constexpr bool is_sub(Sub s) const { return (bits_ >> 40) == ((word_tag >> 40) | u64(s)); }

  /// Only `false` and `nil` are false: they differ in the lowest bit alone.
  constexpr bool truthy() const { return (bits_ & ~u64{1}) != nil().bits_; }

  /// A pointer of either sort, to an Object or a Cons.
  constexpr bool is_pointer() const { return tag() - 0xFFFAu < 4u; }
  /// A pointer that a collection of the owning process may move.
  constexpr bool is_local_pointer() const { return is_pointer() && (tag() & 1); }
  constexpr bool is_shared_pointer() const { return is_pointer() && !(tag() & 1); }

  constexpr i64 as_integer() const { return i64(bits_ << 16) >> 16; }
  constexpr double as_float() const { return std::bit_cast<double>(bits_); }
  constexpr u64 payload() const { return bits_ & ((u64{1} << 40) - 1); }
  constexpr u32 name() const { return u32(payload()); }
  constexpr u32 pid_slot() const { return u32(bits_ & 0xFFFFFF); }
  constexpr u32 pid_generation() const { return u32((bits_ >> 24) & 0xFFFFFF); }
  u64 address() const { return bits_ & payload_mask; }
  Object* as_object() const { return reinterpret_cast<Object*>(address()); }
  Cons* as_cons() const { return reinterpret_cast<Cons*>(address()); }

  /// The same word: identity, not the language's `==`.
  friend constexpr bool operator==(Value a, Value b) { return a.bits_ == b.bits_; }

  static constexpr u64 word(Sub sub, u64 payload) { return word_tag | (u64(sub) << 40) | payload; }

 private:
  u64 bits_;
};

static_assert(sizeof(Value) == 8);

}  // namespace lithe::value
