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

/// At a loop head (position saved there): counts, or enters the compiled loop.
/// Next::frame: go on interpreted; Next::result: the rest of the function has run.
CallStep enter_loop(Process& process, Code* code, u32 loop, u64* R);

}  // namespace lithe::vm
