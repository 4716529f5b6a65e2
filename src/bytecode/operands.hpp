// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bytecode/instruction.hpp"

namespace lithe::bytecode {

/// The registers that an instruction reads and writes. A make_closure also reads what its
/// child's captures list.
struct RegisterUse {
  u16 reads[3] = {};  ///< single registers
  u8 read_count = 0;
  bool writes = false;  ///< R[a]; on the way below, not when it jumps
  u16 range = 0;        ///< R[range] … R[range + range_count - 1] are read, too
  u32 range_count = 0;
};

constexpr RegisterUse register_use(Instruction instruction) {
  const OpcodeInfo& info = opcode_table[instruction.op];
  RegisterUse use;
  auto read = [&](u16 reg) { use.reads[use.read_count++] = reg; };
  auto range = [&](u16 first, u32 count) {
    use.range = first;
    use.range_count = count;
  };
  switch (instruction.opcode()) {
    case Opcode::jump:
    case Opcode::loop:
      return use;
    case Opcode::get_capture:
    case Opcode::get_self:
      use.writes = true;
      return use;
    case Opcode::return_value:
      read(instruction.a);
      return use;
    case Opcode::make_list:
    case Opcode::make_vector:
    case Opcode::make_map:
      use.writes = true;
      range(instruction.b, u32(instruction.c) * (instruction.opcode() == Opcode::make_map ? 2 : 1));
      return use;
    case Opcode::call:
    case Opcode::tail_call:
      read(instruction.c);
      [[fallthrough]];
    case Opcode::call_global:
    case Opcode::call_self:
    case Opcode::tail_call_global:
    case Opcode::tail_call_self:
    case Opcode::call_primitive:
    case Opcode::tail_call_primitive:
      range(instruction.a, instruction.b);
      use.writes = (info.flags & opcode_flag::end) == 0;
      return use;
    default:
      break;
  }
  if (info.format == Format::none) return use;
  if (info.flags & opcode_flag::use) {
    read(instruction.a);
  } else {
    use.writes = true;
  }
  Format format = info.format;
  if (format == Format::ab || format == Format::abc || format == Format::abi ||
      format == Format::abj) {
    read(instruction.b);
  }
  if (format == Format::abc) read(instruction.c);
  return use;
}

/// How far an instruction with the jump flag jumps, counted from the next instruction.
constexpr i32 jump_distance(Instruction instruction) {
  switch (opcode_table[instruction.op].format) {
    case Format::abj:
    case Format::aij:
      return instruction.signed_c();
    default:
      return instruction.opcode() == Opcode::loop ? -instruction.s() : instruction.s();
  }
}

}  // namespace lithe::bytecode
