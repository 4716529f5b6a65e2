// SPDX-License-Identifier: Apache-2.0
// Jumps, loops, throwing and receiving. The rules are in machine.hpp.

#include "vm/calls.hpp"
#include "vm/machine.hpp"
#include "vm/polling.hpp"
#include "vm/raise.hpp"
#include "vm/receive.hpp"
#include "vm/tiering.hpp"

namespace lithe::vm {

LITHE_OP(jump) { LITHE_DISPATCH(pc + 1 + pc->s()); }

LITHE_OP(jump_if) {
  if (!Value::from_bits(R[pc->a]).truthy()) LITHE_NEXT;
  LITHE_DISPATCH(pc + 1 + pc->s());
}

LITHE_OP(jump_unless) {
  if (Value::from_bits(R[pc->a]).truthy()) LITHE_NEXT;
  LITHE_DISPATCH(pc + 1 + pc->s());
}

LITHE_OP(unless_cons) {
  if (Value::from_bits(R[pc->a]).is_cons()) LITHE_NEXT;
  LITHE_DISPATCH(pc + 1 + pc->s());
}

/// A poll is due, or the loop is counted, or it has a compiled entry.
LITHE_OP(loop_slow) {
  Process& process = Process::of(x);
  const Instruction* head = pc + 1 - pc->s();
  save(process, R, head, code);
  x->stack_top = live_top(R, pc, code);
  if (reinterpret_cast<u64>(R) > x->stack_limit.load(std::memory_order_relaxed)) {
    Polled polled = serve_poll(process);
    if (polled.next == Polled::Next::leave) return polled.stop;
    R = frame(process);
    if (polled.next == Polled::Next::failed) LITHE_GO(op_unwind, head);
  }
  if (code->tier.load(std::memory_order_relaxed) == Tier::steady) LITHE_DISPATCH(head);
  CallStep step = enter_loop(process, code, pc->a, R);
  R = frame(process);
  switch (step.next) {
    case CallStep::Next::frame:
      if (!step.code) LITHE_DISPATCH(head);  // go on interpreted
      replace_frame(R, code, x->stack_top - step.count, step.count, step.code, step.closure.bits());
      LITHE_TAIL dispatch_table[step.entry->op](R, step.entry, x, step.code);
    case CallStep::Next::result:  // the compiled loop ran the rest of the function
      LITHE_GO(op_return_answer, head);
    case CallStep::Next::callee_error:
    case CallStep::Next::error:  // compiled code has dealt with the function's frame
      LITHE_GO(op_unwind_caller, head);
    case CallStep::Next::stop:
      break;
  }
  return step.stop;
}

LITHE_OP(loop) {
  if (reinterpret_cast<u64>(R) > x->stack_limit.load(std::memory_order_relaxed) ||
      code->tier.load(std::memory_order_relaxed) != Tier::steady) [[unlikely]] {
    LITHE_GO(op_loop_slow, pc);
  }
  LITHE_DISPATCH(pc + 1 - pc->s());
}

LITHE_OP(throw_value) {
  Process& process = Process::of(x);
  save(process, R, pc, code);
  x->stack_top = live_top(R, pc, code);
  raise_value(process, Value::from_bits(R[pc->a]));
  R = frame(process);
  LITHE_GO(op_unwind, pc);
}

LITHE_OP(receive_begin) {
  Process& process = Process::of(x);
  save(process, R, pc, code);
  x->stack_top = live_top(R, pc, code);
  if (!receive_begin(process, Value::from_bits(R[pc->a]))) LITHE_GO(op_unwind, pc);
  LITHE_NEXT;
}

LITHE_OP(receive_next) {
  Process& process = Process::of(x);
  save(process, R, pc, code);
  x->stack_top = live_top(R, pc, code);
  for (;;) {
    Received received = receive_next(process);
    switch (received.what) {
      case Received::What::message:
        R[pc->a] = received.message.bits();
        process.tested_slot = process.position.frame + pc->a + 1;
        LITHE_NEXT;
      case Received::What::timed_out:
        LITHE_DISPATCH(pc + 1 + pc->s());
      case Received::What::failed:
        LITHE_GO(op_unwind, pc);
      case Received::What::none: {
        if (process.no_wait > 0) {
          raise(process, ErrorKind::value,
                "receive: a macro must not wait, nor what a host function calls");
          LITHE_GO(op_unwind, pc);
        }
        if (std::optional<Stop> stop = suspend(process, Stop::waiting)) return *stop;
        R = frame(process);
        if (process.answer == Value::error()) LITHE_GO(op_unwind, pc);  // interrupted
        break;
      }
    }
  }
}

LITHE_OP(receive_skip) {
  Process& process = Process::of(x);
  process.tested_slot = 0;
  process.skip_message(true);
  LITHE_NEXT;
}

LITHE_OP(receive_pass) {
  Process& process = Process::of(x);
  process.tested_slot = 0;
  process.skip_message(false);
  LITHE_NEXT;
}

LITHE_OP(receive_accept) {
  receive_accept(Process::of(x));
  LITHE_NEXT;
}

}  // namespace lithe::vm
