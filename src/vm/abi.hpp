// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "process/exec_state.hpp"

// The contract between compiled code and the rest of the runtime.
//
// Boxed entry (C calling convention; what the interpreter and call helpers use):
//     Outcome entry(ExecState*, const u64* constants, u64 closure, const u64* arguments)
// `arguments` are the callee's R[0]… on the process stack, exactly as many as the function takes
// (no optional ones missing, rest already a list); the entry reads them all before anything
// else can run: exec->stack_top is at or below them. Compiled code finds its constants by itself:
// they lie behind it, and the parameter is for code of other makes.
//
// Compiled code holds no absolute address: helpers come through exec->helpers, and everything
// else through the constant vector of its NativeCode, whose slots the installer fills from the
// symbolic list that came with the code. Slot 0 is its own NativeCode, which knows its exits by
// number: the interpreter frames that a place in the code stands for.
//
// Every helper may run other processes, collect, and move the process stack and every local
// object, unless its row says `leaf`. A helper that returns Outcome never gives Status::boxed
// or tail_pending unless its row says so.

namespace lithe::process {

using NativeEntry = Outcome (*)(ExecState*, const u64* constants, u64 closure,
                                const u64* arguments);

// LITHE_HELPER(name, return type, parameters after ExecState*, "contract")
#define LITHE_HELPERS(LITHE_HELPER)                                                                \
  LITHE_HELPER(poll, Status, (),                                                                   \
               "a limit was met at a loop head, or at an entry for preemption: yields, collects, " \
               "ends; ok, error (interrupted) or exit")                                            \
  LITHE_HELPER(entry_poll, Outcome,                                                                \
               (NativeEntry thunk, const u64* constants, u64 closure, u64* arguments, u64 count),  \
               "a limit was met at a function's entry. value 0: go on; value 1: the thunk was "    \
               "run with these arguments on a further stack slice and its outcome stands in "      \
               "exec->tail_callee (value) and exec->tail_arguments (status), give that back")      \
  LITHE_HELPER(call, Outcome, (u64 callee, u64 count),                                             \
               "calls callee with the count arguments at stack_top; ok, error or exit")            \
  LITHE_HELPER(settle, Outcome, (const u64* constants, u64 exit, u64 value, u64 status),           \
               "after a call, or a poll, whose status is not ok: makes the call left by "          \
               "tail_pending; an error passes the frames that the exit describes (see unwound). "  \
               "ok (then the value is boxed), error or exit")                                      \
  LITHE_HELPER(guard_exit, Outcome, (const u64* constants, u64 exit, const u64* values),           \
               "rebuilds the interpreter frames that the exit describes and runs them to the end " \
               "of the outermost; boxed, error, exit or tail_pending")                             \
  LITHE_HELPER(primitive, Outcome, (u64 index, u64 count),                                         \
               "native function index on the arguments at stack_top; may wait; ok, error or exit") \
  LITHE_HELPER(unwound, void, (const u64* constants, u64 exit),                                    \
               "an error passes the frames that the exit describes: completes its place and its "  \
               "trace; may collect")                                                               \
  LITHE_HELPER(                                                                                    \
      allocate, u64*, (u64 words),                                                                 \
      "room for a small object at the old heap top, which it has moved past it; may collect")      \
  LITHE_HELPER(box_integer, u64, (i64 number), "a Value for any 64-bit integer; may collect")      \
  LITHE_HELPER(arithmetic, u64, (u64 what, u64 left, u64 right),                                   \
               "slow path of an arithmetic opcode (its operands' OperandPlaces: before in bits "   \
               "16 to 31, swapped in bit 32): Value, or Value::error() with the error set; may "   \
               "collect")                                                                          \
  LITHE_HELPER(equal, u64, (u64 left, u64 right), "leaf: language equality, 0 or 1")               \
  LITHE_HELPER(global, u64, (const void* cell, u64 library),                                       \
               "value of a cell that is not plain: overlay, thawed copy, unbound "                 \
               "(Value::error()); may collect")                                                    \
  LITHE_HELPER(store_box, void, (u64 box, u64 value), "leaf: stores with the write barrier")       \
  LITHE_HELPER(vector_element, u64, (u64 vector, u64 index),                                       \
               "leaf: element of a vector; Value::error() where there is none")                    \
  LITHE_HELPER(char_code, i64, (u64 string, i64 index),                                            \
               "leaf: code point of a string; -1 where there is none, or for what is no string")

/// One function pointer for each helper, C calling convention, ExecState* first.
struct HelperTable {
#define LITHE_HELPER(name, result, parameters, text) \
  result(*name) LITHE_HELPER_PARAMETERS parameters;
#define LITHE_HELPER_PARAMETERS(...) (ExecState * __VA_OPT__(, ) __VA_ARGS__)
  LITHE_HELPERS(LITHE_HELPER)
#undef LITHE_HELPER_PARAMETERS
#undef LITHE_HELPER
};

}  // namespace lithe::process
