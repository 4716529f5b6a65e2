// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "vm/machine.hpp"

namespace lithe::vm {

/// What a call that is not quick comes to.
struct CallStep {
  enum class Next : u8 {
    frame,         ///< an interpreted callee: its parameters, `count` words, stand in the window
    result,        ///< done: the result is in process.answer
    error,         ///< process.failure is set: the call could not be made, or a builtin failed
    callee_error,  ///< the same by a function that had been entered: a tail call's frame is gone
    stop,          ///< leave the loop with `stop`
  } next;
  Stop stop = Stop::returned;
  u32 count = 0;
  const Instruction* entry = nullptr;  ///< where the callee starts
  Code* code = nullptr;
  Value closure = {};
};

/// Makes the call of the instruction at the saved position, whose window is at register
/// `window`, with `count` arguments. May do anything a program can: collect, wait, move the
/// stack (frame() finds it again). For a tail call in a frame that a guard exit rebuilt, a
/// compiled callee is left to the compiled caller (Stop::tail_pending).
CallStep make_call(Process& process, u32 window, u32 count, bool tail);

/// The same for a callee that is given, with its arguments at `arguments` (index in the process
/// stack). `tail_of_exit`: see make_call.
CallStep make_call_of(Process& process, Value callee, u64 arguments, u32 count, bool tail_of_exit);

/// Runs primitive `index` once, on `count` arguments at `arguments` (index in the process stack).
/// => its answer: the result in most cases, else for after_primitive(). Apart from that, so that
/// what most calls give comes in a register: copying a CallStep costs as much as a short builtin.
Value ask_primitive(Process& process, u64 arguments, u32 count, u16 index);
inline bool is_result(Value answer) {
  return !answer.is_sub(Value::Sub::special) || answer.payload() < u64(Value::Special::unbound);
}
/// Goes on from an answer that is no result: an error, a wait, a call in its place. Next::frame:
/// a call of an interpreted function (apply, eval), whose parameters stand at `arguments`.
CallStep after_primitive(Process& process, Value answer, u64 arguments, u32 count, u16 index);

/// Parks or stops a process that must wait; the position is saved. => nullopt: it was parked on
/// this stack and goes on now; else what to leave the loop with.
std::optional<Stop> suspend(Process& process, Stop reason);

}  // namespace lithe::vm
