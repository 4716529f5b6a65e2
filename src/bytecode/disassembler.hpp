// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/name_table.hpp"
#include "bytecode/function.hpp"

namespace lithe::bytecode {

/// A function's bytecode as text, a line per instruction:
///
///     INDEX |LIVE-TOP OPCODE OPERANDS
///
/// rN is a register, (N) a number of arguments or elements, `-> N` where a jump goes. Entries of
/// optional parameters, loop heads and handlers are marked behind; children and the ranges of
/// handlers follow. Without the instructions of the children.
std::string disassemble(const Function& function, const base::NameTable& names);

}  // namespace lithe::bytecode
