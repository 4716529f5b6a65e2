// SPDX-License-Identifier: Apache-2.0
// When a function is worth compiling. The estimate of design section 6: its interpreted time so
// far (calls or turns, times instructions) against half of what compiling it will take.

#include "vm/tiering.hpp"

#include <algorithm>

#include "value/object.hpp"

namespace lithe::vm {

namespace {

// In nanoseconds of processor time, with the release build: an interpreted instruction, from fib
// under --jit=off; what the compiler takes for a function and for each of its instructions, from a
// hundred functions under --jit=eager: those of 8, 53 and 203 instructions took 5.1, 9.2 and
// 20.4 ms each.
constexpr u64 instruction_ns = 1;
constexpr u64 compile_base_ns = 4'500'000;
constexpr u64 compile_instruction_ns = 80'000;

u32 threshold(const JitPolicy& jit, const Code& code) {
  if (jit.eager) return 1;
  if (jit.fixed_threshold) return jit.fixed_threshold;
  u64 size = std::max<u64>(code.function.code.size(), 1);
  u64 worth = (compile_base_ns + compile_instruction_ns * size) / 2;
  return u32(std::clamp<u64>(worth / (size * instruction_ns), 10, 1'000'000));
}

u8 type_bits(Value v) {
  if (v.is_integer()) return seen::integer;
  if (v.is_float()) return seen::floating;
  if (value::is_kind(v, value::Kind::bigint)) return seen::bigint;
  return seen::other;
}

}  // namespace

void count_call(Process& process, Code& code, const u64* arguments) {
  Machine& machine = Machine::of(process);
  u32 parameters = std::min<u32>(code.header, std::size(code.parameter_types));
  for (u32 i = 0; i < parameters; i++) {
    u8 bits = type_bits(Value::from_bits(arguments[i]));
    std::atomic<u8>& record = code.parameter_types[i];
    if ((record.load(std::memory_order_relaxed) & bits) != bits)
      record.fetch_or(bits, std::memory_order_relaxed);
  }
  u32 calls = code.calls.load(std::memory_order_relaxed);
  if (calls == ~u32{0}) return;
  calls++;
  code.calls.store(calls, std::memory_order_relaxed);
  if (calls < threshold(machine.jit, code)) return;
  code.calls.store(~u32{0}, std::memory_order_relaxed);
  machine.compiler->request(process, code, -1);
}

Outcome enter_pending_loops(Process& process, Outcome outcome) {
  ExecState& x = process.exec;
  u64 at = u64(x.stack_top - process.stack_begin);
  while (outcome.status == Status::tail_pending && (x.tail_arguments & pending_loop)) {
    auto* code = reinterpret_cast<Code*>(x.tail_callee);
    u32 loop = u32((x.tail_arguments & ~pending_loop) >> 32);
    u64* R = process.stack_begin + at;
    x.stack_top = R + pending_words(x);
    process::NativeEntry entry = code->loop_entries[loop].load(std::memory_order_acquire);
    LITHE_ASSERT(entry);  // nothing has run since enter_loop() saw it
    outcome = entry(&x, code->native_constants.load(std::memory_order_acquire),
                    header(R, code).closure, R);
    // What it leaves takes the frame's place.
    u64* left = x.stack_top;
    x.stack_top = process.stack_begin + at;
    if (outcome.status != Status::tail_pending) break;
    for (u64 i = 0; i < pending_words(x); i++) x.stack_top[i] = left[i];
  }
  return outcome;
}

CallStep enter_loop(Process& process, Code* code, u32 loop, u64* R) {
  Machine& machine = Machine::of(process);
  CallStep interpret{.next = CallStep::Next::frame};
  process::NativeEntry entry = code->loop_entries[loop].load(std::memory_order_acquire);
  if (!entry) {
    u32 turns = code->loop_counts[loop].load(std::memory_order_relaxed);
    if (turns == ~u32{0}) return interpret;
    code->loop_counts[loop].store(++turns, std::memory_order_relaxed);
    if (turns < threshold(machine.jit, *code)) return interpret;
    code->loop_counts[loop].store(~u32{0}, std::memory_order_relaxed);
    machine.compiler->request(process, *code, i32(loop));
    entry = code->loop_entries[loop].load(std::memory_order_acquire);
    if (!entry) return interpret;
    R = frame(process);
  }
  if (header(R, code).return_address == exit_stub + 1) {
    u64 words = u64(process.exec.stack_top - R);
    process.exec.stack_top = R;
    process.exec.tail_callee = reinterpret_cast<u64>(code);
    process.exec.tail_arguments = pending_loop | u64{loop} << 32 | words;
    return {.next = CallStep::Next::stop, .stop = Stop::tail_pending};
  }
  Outcome outcome = entry(&process.exec, code->native_constants.load(std::memory_order_acquire),
                          header(R, code).closure, R);
  outcome = enter_pending_loops(process, outcome);
  switch (outcome.status) {
    case Status::ok:
    case Status::boxed:
      process.answer = Value::from_bits(outcome.value);
      return {.next = CallStep::Next::result};
    case Status::error:
      return {.next = CallStep::Next::error};
    case Status::exit:
      return {.next = CallStep::Next::stop, .stop = Stop::exited};
    case Status::tail_pending:
      break;
  }
  // The loop's function made a tail call: its arguments lie above this frame, which it replaces.
  u64 at = u64(process.exec.stack_top - process.stack_begin);
  return make_call_of(process, Value::from_bits(process.exec.tail_callee), at,
                      u32(process.exec.tail_arguments), false);
}

}  // namespace lithe::vm
