// SPDX-License-Identifier: Apache-2.0
// Calls and returns. The rules are in machine.hpp; frames and windows in bytecode/opcodes.def.
//
// A call is quick when the callee is a closure whose Code says that this number of arguments
// needs nothing (Code::quick_arguments) and the new frame ends below the stack limit. All else
// (first calls, counting, compiled callees, builtins, optional arguments, polls, errors) is
// slow_call, which resolves the callee in the caller's frame, so that errors name the call.

#include "value/object.hpp"
#include "vm/calls.hpp"
#include "vm/globals.hpp"
#include "vm/machine.hpp"
#include "vm/raise.hpp"

namespace lithe::vm {

using bytecode::Opcode;

namespace {

constexpr bool is_tail(Opcode op) {
  return op == Opcode::tail_call || op == Opcode::tail_call_global ||
         op == Opcode::tail_call_self || op == Opcode::tail_call_primitive;
}

inline bool quick(const Code* callee, u32 count, const u64* R, const ExecState* x) {
  return callee->quick_arguments.load(std::memory_order_acquire) == count &&
         reinterpret_cast<u64>(R + callee->registers) <=
             x->stack_limit.load(std::memory_order_relaxed);
}

}  // namespace

#define LITHE_ENTER(window, callee, closure)                        \
  do {                                                              \
    header(window, callee) = {pc + 1, code, closure};               \
    const Instruction* entry = (callee)->instructions;              \
    LITHE_TAIL dispatch_table[entry->op](window, entry, x, callee); \
  } while (false)

#define LITHE_REPLACE(arguments, callee, closure)              \
  do {                                                         \
    replace_frame(R, code, arguments, pc->b, callee, closure); \
    const Instruction* entry = (callee)->instructions;         \
    LITHE_TAIL dispatch_table[entry->op](R, entry, x, callee); \
  } while (false)

LITHE_OP(call) {
  Value callee = Value::from_bits(R[pc->c]);
  if (value::is_kind(callee, value::Kind::closure)) {
    Code* target = code_of(callee);
    u64* window = R + pc->a;
    if (quick(target, pc->b, window, x)) LITHE_ENTER(window, target, callee.bits());
  }
  LITHE_GO(op_slow_call, pc);
}

LITHE_OP(call_global) {
  const Cell* cell = code->cells[pc->c];
  Code* target = cell->code.load(std::memory_order_acquire);
  u64* window = R + pc->a;
  if (target && quick(target, pc->b, window, x)) [[likely]] {
    LITHE_ENTER(window, target, cell->value.load(std::memory_order_relaxed));
  }
  LITHE_GO(op_slow_call, pc);
}

LITHE_OP(call_self) {
  u64* window = R + pc->a;
  if (quick(code, pc->b, window, x)) [[likely]]
    LITHE_ENTER(window, code, header(R, code).closure);
  LITHE_GO(op_slow_call, pc);
}

LITHE_OP(tail_call) {
  Value callee = Value::from_bits(R[pc->c]);
  if (value::is_kind(callee, value::Kind::closure)) {
    Code* target = code_of(callee);
    if (quick(target, pc->b, R, x)) LITHE_REPLACE(R + pc->a, target, callee.bits());
  }
  LITHE_GO(op_slow_call, pc);
}

LITHE_OP(tail_call_global) {
  const Cell* cell = code->cells[pc->c];
  Code* target = cell->code.load(std::memory_order_acquire);
  if (target && quick(target, pc->b, R, x)) [[likely]] {
    LITHE_REPLACE(R + pc->a, target, cell->value.load(std::memory_order_relaxed));
  }
  LITHE_GO(op_slow_call, pc);
}

LITHE_OP(tail_call_self) {
  if (quick(code, pc->b, R, x)) [[likely]] {
    LITHE_REPLACE(R + pc->a, code, header(R, code).closure);
  }
  LITHE_GO(op_slow_call, pc);
}

LITHE_OP(return_value) {
  const Header& frame_header = *reinterpret_cast<const Header*>(R + pc->b);
  const Instruction* back = frame_header.return_address;
  code = frame_header.caller;
  R[0] = R[pc->a];
  R = caller_frame(R, back);
  LITHE_DISPATCH(back);
}

LITHE_OP(leave_loop) {
  Process::of(x).answer = Value::from_bits(R[0]);
  return Stop::returned;
}

LITHE_OP(slow_call) {
  Process& process = Process::of(x);
  save(process, R, pc, code);
  bool tail = is_tail(pc->opcode());
  CallStep step = make_call(process, pc->a, pc->b, tail);
  R = frame(process);
  switch (step.next) {
    case CallStep::Next::frame: {
      u64* window = R + pc->a;
      if (tail) {
        replace_frame(R, code, window, step.count, step.code, step.closure.bits());
        LITHE_TAIL dispatch_table[step.entry->op](R, step.entry, x, step.code);
      }
      header(window, step.code) = {pc + 1, code, step.closure.bits()};
      LITHE_TAIL dispatch_table[step.entry->op](window, step.entry, x, step.code);
    }
    case CallStep::Next::result:
      LITHE_GO(op_give_answer, pc);
    case CallStep::Next::callee_error:
      if (tail) LITHE_GO(op_unwind_caller, pc);
      [[fallthrough]];
    case CallStep::Next::error:
      LITHE_GO(op_unwind, pc);
    case CallStep::Next::stop:
      break;
  }
  return step.stop;
}

LITHE_OP(call_primitive) {
  Process& process = Process::of(x);
  save(process, R, pc, code);
  u64 at = process.position.frame + pc->a;
  Value answer = ask_primitive(process, at, pc->b, pc->c);
  if (is_result(answer)) [[likely]] {
    R = frame(process);
    R[pc->a] = answer.bits();
    LITHE_NEXT;
  }
  CallStep step = after_primitive(process, answer, at, pc->b, pc->c);
  R = frame(process);
  u64* window = R + pc->a;
  switch (step.next) {
    case CallStep::Next::result:
      *window = process.answer.bits();
      LITHE_NEXT;
    case CallStep::Next::frame:
      header(window, step.code) = {pc + 1, code, step.closure.bits()};
      LITHE_TAIL dispatch_table[step.entry->op](window, step.entry, x, step.code);
    case CallStep::Next::stop:
      return step.stop;
    case CallStep::Next::error:
    case CallStep::Next::callee_error:
      break;
  }
  LITHE_GO(op_unwind, pc);
}

LITHE_OP(tail_call_primitive) { LITHE_GO(op_slow_call, pc); }

LITHE_OP(return_answer) {
  Header old = header(R, code);
  R[0] = Process::of(x).answer.bits();
  R = caller_frame(R, old.return_address);
  code = old.caller;
  LITHE_DISPATCH(old.return_address);
}

LITHE_OP(give_answer) {
  if (is_tail(pc->opcode())) LITHE_GO(op_return_answer, pc);
  R[pc->a] = Process::of(x).answer.bits();
  LITHE_NEXT;
}

}  // namespace lithe::vm
