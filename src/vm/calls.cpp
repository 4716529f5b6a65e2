// SPDX-License-Identifier: Apache-2.0

#include "vm/calls.hpp"

#include <algorithm>
#include <cstring>

#include "primitives/primitives.hpp"
#include "value/object.hpp"
#include "vm/globals.hpp"
#include "vm/loader.hpp"
#include "vm/native.hpp"
#include "vm/polling.hpp"
#include "vm/raise.hpp"
#include "vm/runtime_services.hpp"
#include "vm/tiering.hpp"

namespace lithe::vm {

using bytecode::header_words;
using bytecode::Opcode;
using Next = CallStep::Next;

namespace {

constexpr CallStep failed{.next = Next::error};
constexpr CallStep stopped(Stop stop) { return {.next = Next::stop, .stop = stop}; }

/// From a primitive's answer on, until it has a result. => Next::frame: it left a callee in
/// exec.tail_callee and `count` arguments in place of its own.
CallStep run_primitive(Process& process, Value answer, u64 arguments, u32 count, u16 index) {
  for (;; answer = ask_primitive(process, arguments, count, index)) {
    if (is_result(answer)) {
      process.answer = answer;
      return {.next = Next::result};
    }
    if (answer == Value::error()) {
      return process.asked(process::request::kill) ? stopped(Stop::exited) : failed;
    }
    if (answer == Value::call())
      return {.next = Next::frame, .count = u32(process.exec.tail_arguments)};
    LITHE_ASSERT(answer == Value::wait());
    if (process.no_wait > 0) {
      Machine::of(process).runtime.cancel_wait(process);
      raise(process, ErrorKind::value,
            std::string(primitives::table[index].name) +
                ": a macro must not wait, nor what a host function calls");
      return failed;
    }
    if (std::optional<Stop> stop = suspend(process, Stop::waiting)) return stopped(*stop);
    if (process.answer == Value::error()) return failed;
    if (process.answer != Value::unbound()) return {.next = Next::result};
  }
}

/// Completes the arguments of a closure's call: missing optional ones, the rest list.
/// => false: wrong number. May collect.
bool arrange_arguments(Process& process, Value& callee, const Code& code, u64 at, u32& count) {
  const bytecode::Function& function = code.function;
  u32 maximum = code.maximum();
  if (count < code.required() || (count > maximum && !function.rest)) {
    raise_arity(process, callee, count);
    return false;
  }
  u64* arguments = process.stack_begin + at;
  for (u32 i = count; i < maximum; i++) arguments[i] = Value::nil().bits();
  if (function.rest) {
    u32 extra = count > maximum ? count - maximum : 0;
    process.exec.stack_top = arguments + std::max(count, maximum);
    heap::Root rooted(process.heap, callee);
    arguments[maximum] = rest_list(process, arguments + maximum, extra).bits();
    callee = rooted;
    count = maximum + 1;
  } else {
    count = maximum;
  }
  return true;
}

/// Runs a compiled callee; a pending tail call's arguments come in place of these.
CallStep run_native(Process& process, Value callee, Code& code, process::NativeEntry entry,
                    u64 at) {
  process.exec.stack_top = process.stack_begin + at;
  Outcome outcome = entry(&process.exec, code.native_constants.load(std::memory_order_acquire),
                          callee.bits(), process.stack_begin + at);
  outcome = enter_pending_loops(process, outcome);
  switch (outcome.status) {
    case Status::ok:
    case Status::boxed:
      process.answer = Value::from_bits(outcome.value);
      return {.next = Next::result};
    case Status::error:
      return {.next = Next::callee_error};
    case Status::exit:
      return stopped(Stop::exited);
    case Status::tail_pending:
      break;
  }
  return {.next = Next::frame, .count = u32(process.exec.tail_arguments)};
}

/// Where an interpreted call with `given` arguments starts.
const Instruction* entry_point(const Code& code, u32 given) {
  const bytecode::Function& function = code.function;
  if (function.optional == 0) return code.instructions;
  u32 optional = std::min<u32>(given, code.maximum()) - function.required;
  return code.instructions + function.entries[optional];
}

/// True if the running frame was rebuilt by a guard exit and has compiled callers waiting.
bool in_exit_frame(Process& process) {
  return header(frame(process), saved_code(process)).return_address == exit_stub + 1;
}

/// The callee of the call instruction at the saved position. May collect.
Value callee_of(Process& process, u32 window, u32 count) {
  u64* R = frame(process);
  const Instruction* pc = saved_instruction(process);
  Code* code = saved_code(process);
  switch (pc->opcode()) {
    case Opcode::call_global:
    case Opcode::tail_call_global:
      process.exec.stack_top = R + window + count;
      return read_global(process, *code->cells[pc->c], code->library);
    case Opcode::call_self:
    case Opcode::tail_call_self:
      return Value::from_bits(header(R, code).closure);
    case Opcode::tail_call_primitive:
      return Value::builtin(pc->c);
    default:
      return Value::from_bits(R[pc->c]);
  }
}

}  // namespace

CallStep make_call(Process& process, u32 window, u32 count, bool tail) {
  u64 arguments = process.position.frame + window;
  process.exec.stack_top = process.stack_begin + arguments + count;
  Polled polled = serve_poll(process);
  if (polled.next == Polled::Next::leave) return stopped(polled.stop);
  if (polled.next == Polled::Next::failed) return failed;
  Value callee = callee_of(process, window, count);
  if (callee == Value::error()) return failed;
  return make_call_of(process, callee, arguments, count, tail && in_exit_frame(process));
}

CallStep make_call_of(Process& process, Value callee, u64 at, u32 count, bool tail_of_exit) {
  for (;;) {
    process.exec.stack_top = process.stack_begin + at + count;
    if (callee.is_builtin()) {
      u16 index = u16(callee.payload());
      if (!primitives::table[index].takes(count)) {
        raise_arity(process, callee, count);
        return failed;
      }
      Value answer = ask_primitive(process, at, count, index);
      CallStep step = run_primitive(process, answer, at, count, index);
      if (step.next != Next::frame) return step;
      count = step.count;
      callee = Value::from_bits(process.exec.tail_callee);
      continue;
    }
    if (!value::is_kind(callee, value::Kind::closure)) {
      raise_not_callable(process, callee);
      return failed;
    }
    Code* code = current(code_of(callee));
    if (!code->instructions) {
      heap::Root rooted(process.heap, callee);
      if (!prepare(process, *code)) return failed;
      callee = rooted;
    }
    u32 room = std::max<u32>(code->registers, count + header_words);
    if (process.stack_begin + at + room > process.stack_end) {
      heap::Root rooted(process.heap, callee);  // growing may collect
      if (!reserve_stack(process, process.stack_begin + at, room)) return failed;
      callee = rooted;
    }
    u32 given = count;
    // Left to the compiled caller as it was made: it arranges the arguments then.
    bool complete = given >= code->maximum() && (given == code->maximum() || code->function.rest);
    if (tail_of_exit && complete && code->native_entry.load(std::memory_order_acquire)) {
      process.exec.stack_top = process.stack_begin + at;
      process.exec.tail_callee = callee.bits();
      process.exec.tail_arguments = count;
      return stopped(Stop::tail_pending);
    }
    if (!arrange_arguments(process, callee, *code, at, count)) return failed;
    process.exec.stack_top = process.stack_begin + at + count;
    if (code->tier.load(std::memory_order_acquire) == Tier::counting) {
      heap::Root rooted(process.heap, callee);
      count_call(process, *code, process.stack_begin + at);
      callee = rooted;
    }
    bool enters = given >= code->maximum() && !tail_of_exit;
    process::NativeEntry entry =
        enters ? code->native_entry.load(std::memory_order_acquire) : nullptr;
    if (!entry) {
      return {.next = Next::frame,
              .count = count,
              .entry = entry_point(*code, given),
              .code = code,
              .closure = callee};
    }
    CallStep step = run_native(process, callee, *code, entry, at);
    if (step.next != Next::frame) return step;
    count = step.count;
    callee = Value::from_bits(process.exec.tail_callee);
  }
}

Value ask_primitive(Process& process, u64 arguments, u32 count, u16 index) {
  Machine& machine = Machine::of(process);
  process.exec.stack_top = process.stack_begin + arguments + count;
  process.answer = Value::unbound();
  NativeCall call(process, machine.runtime, process.stack_begin + arguments, count, index);
  return machine.natives[index](call);
}

CallStep after_primitive(Process& process, Value answer, u64 at, u32 count, u16 index) {
  CallStep step = run_primitive(process, answer, at, count, index);
  if (step.next != Next::frame) return step;
  return make_call_of(process, Value::from_bits(process.exec.tail_callee), at, step.count, false);
}

}  // namespace lithe::vm
