// SPDX-License-Identifier: Apache-2.0
// The dispatch table, the ways into the loop and out of it. Rules: machine.hpp.

#include "base/assert.hpp"
#include "process/failure.hpp"
#include "vm/calls.hpp"
#include "vm/machine.hpp"
#include "vm/raise.hpp"
#include "vm/runtime_services.hpp"
#include "vm/tiering.hpp"

namespace lithe::vm {

using bytecode::Opcode;
using process::Position;

#define LITHE_OPCODE(name, format, flags, text) LITHE_OP(name);
#include "bytecode/opcodes.def"
#undef LITHE_OPCODE

const Handler dispatch_table[] = {
#define LITHE_OPCODE(name, format, flags, text) op_##name,
#include "bytecode/opcodes.def"
#undef LITHE_OPCODE
};

// The `a` of a stub's first instruction is 0: see caller_frame.
const Instruction entry_stub[2] = {Instruction::abc(Opcode::call),
                                   Instruction::abc(Opcode::leave_loop)};
const Instruction exit_stub[2] = {Instruction::abc(Opcode::call),
                                  Instruction::abc(Opcode::leave_loop)};

namespace {

/// Enters the loop at the saved position.
Stop enter(Process& process, Handler first) {
  return first(frame(process), saved_instruction(process), &process.exec, saved_code(process));
}

LITHE_OP(dispatch) { LITHE_DISPATCH(pc); }

bool is_stub(const Instruction* back) { return back == entry_stub + 1 || back == exit_stub + 1; }

/// The first frame of a loop that C++ enters: a call whose parameters are in place at `at`.
Position first_frame(Process& process, const CallStep& step, u64 at) {
  header(process.stack_begin + at, step.code) = {entry_stub + 1, nullptr, step.closure.bits()};
  return {step.entry, step.code, u32(at)};
}

}  // namespace

LITHE_OP(unwind) {
  Process& process = Process::of(x);
  u32 index = u32(pc - code->instructions);
  locate_failure(process, *code, index);
  for (const bytecode::Handler& handler : code->function.handlers) {
    if (index < handler.begin || index >= handler.end || process.failure->unstoppable) continue;
    x->stack_top = R + handler.reg;
    save(process, R, pc, code);
    // A handler below the message is around the receive, which the error has left.
    if (process.position.frame + handler.reg < process.tested_slot) process.tested_slot = 0;
    process.trim_stack();
    R = frame(process);
    R[handler.reg] = take_failure(process).bits();
    LITHE_DISPATCH(code->instructions + handler.handler);
  }
  add_trace(process, *code, index);
  LITHE_GO(op_unwind_caller, pc);
}

LITHE_OP(unwind_caller) {
  Header old = header(R, code);
  if (is_stub(old.return_address)) return Stop::failed;
  R = caller_frame(R, old.return_address);
  LITHE_TAIL op_unwind(R, old.return_address - 1, x, old.caller);
}

void Machine::start(Process& process, Value function, const Value* arguments, u32 count) {
  LITHE_CHECK(count + 1 <= Process::stack_slack);
  u64* base = process.stack_begin;
  base[0] = function.bits();
  for (u32 i = 0; i < count; i++) base[1 + i] = arguments[i].bits();
  process.exec.stack_top = base + 1 + count;
  process.exec.tail_arguments = count;
  process.owner = this;
  process.position = {};
  process.tested_slot = 0;
}

Stop Machine::resume(Process& process) {
  if (!process.position.instruction) {
    // Not started yet: the callee lies at the stack's bottom, its arguments behind it. A builtin
    // that waits is called anew when it goes on.
    u32 count = u32(process.exec.stack_top - process.stack_begin) - 1;
    Value callee = Value::from_bits(process.stack_begin[0]);
    if (process.answer == Value::error()) return Stop::failed;
    if (process.answer != Value::unbound()) return Stop::returned;
    CallStep step = make_call_of(process, callee, 1, count, false);
    if (step.next == CallStep::Next::result) return Stop::returned;
    if (step.next == CallStep::Next::error) {
      locate_first_call(process, Value::from_bits(process.stack_begin[0]));
      return Stop::failed;
    }
    if (step.next == CallStep::Next::callee_error) return Stop::failed;
    if (step.next == CallStep::Next::stop) return step.stop;
    process.position = first_frame(process, step, 1);
    return enter(process, op_dispatch);
  }
  if (process.answer == Value::error()) return enter(process, op_unwind);
  if (process.answer == Value::unbound()) return enter(process, op_dispatch);
  return enter(process, op_give_answer);
}

Outcome Machine::run_nested(Process& process, const Position& first) {
  Position outer = process.position;
  u64 outer_top = u64(process.exec.stack_top - process.stack_begin);
  u32 outer_tested = process.tested_slot;
  process.native_depth++;
  process.position = first;
  Stop stop = enter(process, op_dispatch);
  process.native_depth--;
  process.position = outer;
  process.tested_slot = outer_tested;
  u64* top = process.stack_begin + outer_top;
  u64* inner_top = process.exec.stack_top;
  process.exec.stack_top = top;
  switch (stop) {
    case Stop::returned:
      return {process.answer.bits(), Status::ok};
    case Stop::failed:
      return {0, Status::error};
    case Stop::tail_pending:
      // The arguments go to where the compiled caller's callers expect them.
      for (u64 i = 0; i < pending_words(process.exec); i++) top[i] = inner_top[i];
      return {0, Status::tail_pending};
    default:
      return {0, Status::exit};
  }
}

Outcome Machine::call(Process& process, Value callee, u32 count) {
  u64 at = u64(process.exec.stack_top - process.stack_begin);
  Position outer = process.position;
  process.native_depth++;
  CallStep step = make_call_of(process, callee, at, count, false);
  process.native_depth--;
  process.position = outer;
  process.exec.stack_top = process.stack_begin + at;
  switch (step.next) {
    case CallStep::Next::frame:
      return run_nested(process, first_frame(process, step, at));
    case CallStep::Next::result:
      return {process.answer.bits(), Status::ok};
    case CallStep::Next::error:
    case CallStep::Next::callee_error:
      return {0, Status::error};
    case CallStep::Next::stop:
      break;
  }
  return {0, Status::exit};
}

Outcome Machine::finish_pending(Process& process) {
  // From one compiled function to the next: as compiled callers make calls, with nothing to save.
  ExecState& x = process.exec;
  while (!(x.tail_arguments & pending_loop)) {
    Value callee = Value::from_bits(x.tail_callee);
    LITHE_ASSERT(
        value::is_kind(callee, value::Kind::closure));  // builtins are called where they are
    Code& code = *code_of(callee);
    if (code.exact_arguments.load(std::memory_order_relaxed) != x.tail_arguments) break;
    process::NativeEntry entry = code.native_entry.load(std::memory_order_acquire);
    if (!entry) break;
    Outcome outcome = entry(&x, code.native_constants.load(std::memory_order_acquire),
                            callee.bits(), x.stack_top);
    if (outcome.status == Status::boxed) return {outcome.value, Status::ok};
    if (outcome.status != Status::tail_pending) return outcome;
  }
  Position outer = process.position;
  process.native_depth++;
  Outcome outcome = enter_pending_loops(process, {0, Status::tail_pending});
  process.native_depth--;
  process.position = outer;
  if (outcome.status == Status::boxed) return {outcome.value, Status::ok};
  if (outcome.status != Status::tail_pending) return outcome;
  Value callee = Value::from_bits(x.tail_callee);
  return call(process, callee, u32(x.tail_arguments));
}

Outcome Machine::run_frame(Process& process, const CallStep& step) {
  return run_nested(process,
                    first_frame(process, step, u64(process.exec.stack_top - process.stack_begin)));
}

Outcome Machine::go_on(Process& process, const Position& innermost) {
  return run_nested(process, innermost);
}

std::optional<Stop> suspend(Process& process, Stop reason) {
  if (process.native_depth == 0) return reason;
  Machine::of(process).runtime.park(process, reason == Stop::yielded);
  if (process.requests.load(std::memory_order_acquire) & process::request::kill) {
    return Stop::exited;
  }
  return std::nullopt;
}

}  // namespace lithe::vm
