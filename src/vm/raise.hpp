// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "bytecode/instruction.hpp"
#include "vm/machine.hpp"
#include "vm/native.hpp"

namespace lithe::vm {

using bytecode::Opcode;

/// Sets the process's failure to a new error. Its place comes when it starts to travel
/// (locate_failure). May collect.
void raise(Process& process, ErrorKind kind, std::string_view message);
/// The same for a value that the program threw.
void raise_value(Process& process, Value thrown);
/// A value as messages show it: its text, cut when it is long.
std::string shown(Process& process, Value v);
void raise_arity(Process& process, Value callee, u32 given);
/// Whether a function (not just anything) takes that many arguments; else the error is set.
bool check_arity(Process& process, Value function, u32 given);
/// Where a function is defined, as the location of an error; nil: in the library. May collect.
Value definition_place(Process& process, Value function);
void raise_not_callable(Process& process, Value callee);

/// Gives the failure its place, and an error value its location, unless they have one.
/// May collect.
void locate_failure(Process& process, const Code& code, u32 instruction);
/// The same for a process whose first call failed: it has no frame, but the callee's definition.
void locate_first_call(Process& process, Value callee);
/// The failure leaves a frame of `code` that stood at `instruction`.
void add_trace(Process& process, const Code& code, u32 instruction);
/// Ends the failure's way: the thrown value for the handler; an error gets its trace.
/// May collect.
Value take_failure(Process& process);

/// The primitive with the meaning of an opcode, on operands that the quick path did not take.
/// => its value, or Value::error(). May collect; leaves the process stack alone.
Value slow_operation(Process& process, Opcode opcode, Value operand);
Value slow_operation(Process& process, Opcode opcode, Value first, Value second);
Value slow_operation(Process& process, Opcode opcode, Value first, Value second, Value third);
/// The same without a saved position.
Value slow_operation(Process& process, Opcode opcode, Value first, Value second,
                     bytecode::OperandPlaces places);

}  // namespace lithe::vm
