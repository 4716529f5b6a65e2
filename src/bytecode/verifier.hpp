// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "bytecode/function.hpp"

namespace lithe::bytecode {

/// Checks what the interpreter, the collector and the optimizer rely on:
/// - operands and indices are in range, jumps meet instructions, only `loop` goes back, nothing
///   runs off the end, every instruction can be reached;
/// - on each path, when an instruction runs, all registers below its live top were written since
///   they last were above one; it reads only those, and writes one of those or the next;
/// - the header is live everywhere, and so is what a handler finds at each instruction of its
///   range; ranges nest, inner ones first.
/// `captures`: number of captured values of the function's closure.
/// => the first fault found, empty if there is none. Takes time linear in the function's size.
std::string verify(const Function& function, u32 captures);

}  // namespace lithe::bytecode
