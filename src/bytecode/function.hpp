// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <vector>

#include "bytecode/instruction.hpp"
#include "bytecode/seen.hpp"
#include "syntax/span.hpp"

namespace lithe::core {
struct Node;
}
namespace lithe::syntax {
struct Datum;
}

namespace lithe::bytecode {

/// Where a closure's captured value comes from when the closure is made.
struct Capture {
  enum class From : u8 { reg, capture, self } from;
  u16 index;  ///< register or capture of the *enclosing* function
};

/// A range of instructions whose errors continue at `handler`, with the thrown value in
/// register `reg`. Inner ranges come before outer ones.
struct Handler {
  u32 begin, end;  ///< instruction indices, end excluded
  u32 handler;
  u16 reg;
};

/// A nested lambda, not compiled yet: bytecode is made at a function's first call.
struct Child {
  const core::Node* lambda;
  std::vector<Capture> captures;
};

/// Where the two operands of an arithmetic instruction stand in the source, for its errors.
struct OperandPlaces {
  u32 instruction = 0;
  /// The other way round: (> a b) is `less b a`. An error is one of the mirrored builtin.
  bool swapped = false;
  u16 before = 0;  ///< arguments to the left of both: the second addition of (+ a b c) has one
};

/// A top-level name that code uses. `library`: what the library has by it is meant, whatever the
/// program defines.
struct UsedName {
  u32 id = 0;  ///< in the NameTable
  bool library = false;
  friend bool operator==(const UsedName&, const UsedName&) = default;
};

/// What the compiler makes of one Lambda (or of one top-level form, a function of no
/// arguments): instructions and the tables they index. Knows no heap: constants are still
/// data and globals still names; vm/loader turns it into a vm::Code.
struct Function {
  std::vector<Instruction> code;
  std::vector<const syntax::Datum*> constants;  ///< owned by the CoreUnit
  std::vector<UsedName> names;                  ///< of the globals used
  /// Names by which builtins were called, each once: a definition of one of them in the same
  /// name space makes this code wrong.
  std::vector<u32> primitive_names;
  std::vector<Child> children;
  std::vector<Handler> handlers;
  std::vector<syntax::Span> spans;  ///< per instruction
  /// Per instruction: registers below this one hold initialised values when it runs; those at
  /// or above it are dead. What a collection, a guard exit and a stack copy go by.
  std::vector<u16> live_tops;
  std::vector<OperandPlaces> operand_places;  ///< ascending; of others they are first and second
  /// Instruction at which to start when k of the optional parameters were given: size = number
  /// of optional parameters + 1; entries[last] skips all defaults.
  std::vector<u32> entries;
  std::vector<u32> loop_heads;  ///< instruction index of each loop head
  u16 required = 0, optional = 0;
  bool rest = false;  ///< the register after the parameters gets a list
  u16 registers = 0;  ///< frame size in words: header and call windows' arguments included

  /// Number of parameters, the rest list included: the frame's header is behind them.
  u16 parameters() const { return u16(required + optional + (rest ? 1 : 0)); }

  OperandPlaces operand_places_at(u32 instruction) const {
    auto found =
        std::ranges::lower_bound(operand_places, instruction, {}, &OperandPlaces::instruction);
    bool known = found != operand_places.end() && found->instruction == instruction;
    return known ? *found : OperandPlaces{instruction};
  }

  /// Empties it; the tables keep their memory.
  void clear() {
    code.clear();
    constants.clear();
    names.clear();
    primitive_names.clear();
    children.clear();
    handlers.clear();
    spans.clear();
    live_tops.clear();
    operand_places.clear();
    entries.clear();
    loop_heads.clear();
    required = optional = registers = 0;
    rest = false;
  }
};

}  // namespace lithe::bytecode
