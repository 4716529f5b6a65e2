// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "vm/machine.hpp"

namespace lithe::vm {

/// Where compiled code had a word of an interpreter frame when it left by a guard.
struct ExitValue {
  enum class Kind : u8 {
    nothing,   ///< not live: gets nil
    boxed,     ///< values[index] is a Value
    integer,   ///< values[index] is a 64-bit integer
    floating,  ///< values[index] is the bits of a double
    boolean,   ///< values[index] is 0 or 1
    constant,  ///< slot `index` of NativeCode::constants is a Value
  } kind = Kind::nothing;
  u32 index = 0;
};

struct ExitFrame {
  Code* code;
  u32 instruction;  ///< outer frames: the call that the next frame stands for
  ExitValue closure;
  std::vector<ExitValue> registers;  ///< up to the live top
};

/// The interpreter frames that a place in compiled code stands for, outermost first.
struct ExitInfo {
  std::vector<ExitFrame> frames;
  /// True: the innermost frame's instruction (a call) is done, and its result is among the
  /// registers, where the call puts it; false: the interpreter executes it (again).
  bool answered = false;
  /// A guess about the instruction, or about these parameters of the function, was wrong.
  bool is_guess = false;
  u8 parameters = 0;
  u32 taken = 0;  ///< how often, as far as somebody counts
};

/// Machine code of one function or loop, with all that belongs to it. It lives in a shared unit
/// of its own, which processes that run it keep alive by a Value in its root frame, and which is
/// retired when nobody may enter the code any more.
struct NativeCode {
  std::atomic<u64> valid{1};  ///< 0 once a name that it rests on was redefined
  std::vector<ExitInfo> exits;
  Code* code = nullptr;  ///< that it is made for; null when that is gone
  heap::SharedUnit* unit = nullptr;
};

/// The helpers of vm/abi.hpp.
extern const process::HelperTable helper_table;

}  // namespace lithe::vm
