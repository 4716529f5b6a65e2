// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

#include "base/integers.hpp"

namespace lithe::bytecode {

/// The instructions; opcodes.def says what each does.
enum class Opcode : u16 {
#define LITHE_OPCODE(name, format, flags, text) name,
#include "bytecode/opcodes.def"
#undef LITHE_OPCODE
};

/// Elements that make_vector may have: more are no single object (value::tree_width, which this
/// folder does not know).
inline constexpr u32 most_flat_elements = 32;

enum class Format : u8 { none, a, ab, abc, abi, abj, aij, as, au };

namespace opcode_flag {
constexpr u16 jump = 1, end = 2, call = 4, alloc = 8, effect = 16, arith = 32, use = 64;
}

struct OpcodeInfo {
  std::string_view name;
  Format format;
  u16 flags;
  std::string_view text;
};

inline constexpr auto opcode_table = [] {
  using namespace opcode_flag;
  return std::to_array<OpcodeInfo>({
#define LITHE_OPCODE(name, format, flags, text) {#name, Format::format, flags, text},
#include "bytecode/opcodes.def"
#undef LITHE_OPCODE
  });
}();

constexpr u16 opcode_count = u16(opcode_table.size());

/// One instruction, 64 bits.
struct Instruction {
  u16 op;
  u16 a;
  u16 b;
  u16 c;

  static constexpr Instruction abc(Opcode op, u16 a = 0, u16 b = 0, u16 c = 0) {
    return {u16(op), a, b, c};
  }
  static constexpr Instruction as(Opcode op, u16 a, i32 s) {
    return {u16(op), a, u16(u32(s)), u16(u32(s) >> 16)};
  }
  constexpr Opcode opcode() const { return Opcode(op); }
  constexpr i32 s() const { return i32(u32(b) | (u32(c) << 16)); }
  constexpr i16 signed_b() const { return i16(b); }
  constexpr i16 signed_c() const { return i16(c); }
};
static_assert(sizeof(Instruction) == 8);

/// Words of a frame's header, behind its parameters (opcodes.def).
constexpr u16 header_words = 3;

}  // namespace lithe::bytecode
