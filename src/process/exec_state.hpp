// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

#include "base/integers.hpp"

namespace lithe::process {

struct HelperTable;  // vm/abi.hpp

/// Values that a compiled frame keeps across a call, on its native stack. Linked after every
/// slot is initialised, unlinked before a tail call. The slots hold Values and nothing else.
struct RootFrame {
  RootFrame* previous;
  u64 count;
  u64 slots[1];
};

/// The part of a process that compiled code knows; the process register points to it, and the
/// process's Heap (whose first words are `top` and `limit`) follows it directly.
///
/// Limits: one check at function entry and at loop heads serves preemption and stack overflow.
/// Who asks for something sets Process::requests first and lowers both limits after; who
/// resets a limit reads the requests again afterwards.
struct ExecState {
  std::atomic<u64> native_limit{0};  ///< compiled code polls when its stack pointer is below
  std::atomic<u64> stack_limit{0};   ///< the interpreter polls when a frame would end above
  RootFrame* root_frames = nullptr;  ///< innermost compiled frame with roots
  /// First word of the process stack above everything live, whenever code other than the
  /// interpreter loop runs. A compiled caller builds its call window here.
  u64* stack_top = nullptr;
  const HelperTable* helpers = nullptr;
  u64 tail_callee = 0;     ///< with Status::tail_pending: the callee; its arguments lie
  u64 tail_arguments = 0;  ///<   at stack_top, this many. Or a loop: see vm/tiering.hpp
  u64 slice_limit = 0;     ///< lowest stack pointer for compiled frames on the slice in use
};
static_assert(sizeof(ExecState) == 64);

/// The second word that compiled code and its helpers return.
enum class Status : u64 {
  ok = 0,
  error = 1,         ///< the error is in the process record
  exit = 2,          ///< the process is ending; no catch and no finally sees it
  tail_pending = 3,  ///< the caller makes the call that ExecState describes
  boxed = 4,         ///< ok, but the value is boxed although raw bits were promised
};

/// {value or raw bits, status}: two registers.
struct Outcome {
  u64 value;
  Status status;
};

}  // namespace lithe::process
