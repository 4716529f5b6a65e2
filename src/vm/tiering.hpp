// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vm/calls.hpp"
#include "vm/machine.hpp"

namespace lithe::vm {

struct ExitInfo;

/// What turns hot functions into machine code: the runtime's compile queue. Thread-safe.
class Compiler {
 public:
  /// How often a guess fails before it is doubted.
  static constexpr u32 doubts_after = 10;
  virtual ~Compiler() = default;
  /// Asks for `code` (loop < 0: its entry; else that loop head) to be compiled; it is
  /// installed when done. With the eager or a fixed threshold policy the work is done before
  /// the call returns.
  virtual void request(Process& process, Code& code, i32 loop) = 0;
  /// Compiled code has left by a guard because a guess of its was wrong, as often as it takes to
  /// doubt the guess.
  virtual void guess_failed(Process& process, NativeCode& native, const ExitInfo& exit) = 0;
  /// Some code that was loaded just now assigns the variable. Under the publication lock.
  virtual void unsettled(Cell& cell) = 0;
  /// The Code of a top-level form is about to go.
  virtual void forget(Code& code) = 0;
};

/// Counts a call of an interpreted function and records its arguments' types; asks for
/// compilation when it has become hot. Called while Tier::counting.
void count_call(Process& process, Code& code, const u64* arguments);

// In a frame that a guard exit rebuilt, compiled callers wait further down the native stack.
// Entering a compiled loop from there, to leave it by a guard again, would make that stack grow
// with every turn; so the frame is given back to them with Status::tail_pending, as a tail call
// is, and whoever called the compiled code enters the loop: exec.tail_callee is the frame's
// Code*, exec.tail_arguments has the flag `pending_loop`, the loop in bits 32 to 62, and the words
// of the frame, which lie at exec.stack_top.

inline constexpr u64 pending_loop = u64{1} << 63;
/// Words at exec.stack_top that belong to what is pending.
inline u64 pending_words(const ExecState& x) { return x.tail_arguments & 0xFFFF'FFFF; }

/// Runs the loops that are pending, one after the other on the same native stack.
/// => the outcome; tail_pending if it leaves a call.
Outcome enter_pending_loops(Process& process, Outcome outcome);

/// At a loop head (position saved there): counts, or enters the compiled loop.
/// Next::frame: go on interpreted; Next::result: the rest of the function has run;
/// Next::stop: also to leave a pending loop to the compiled callers.
CallStep enter_loop(Process& process, Code* code, u32 loop, u64* R);

}  // namespace lithe::vm
