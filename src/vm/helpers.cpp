// SPDX-License-Identifier: Apache-2.0
// What compiled code calls: one function for each row of vm/abi.hpp. They run on native slices
// under compiled frames, so they count in native_depth and hold nothing in C++ locals over a
// wait but plain numbers.

#include <algorithm>
#include <vector>

#include "base/utf8.hpp"
#include "heap/numbers.hpp"
#include "primitives/primitives.hpp"
#include "value/equal.hpp"
#include "value/object.hpp"
#include "value/text.hpp"
#include "value/tree.hpp"
#include "vm/calls.hpp"
#include "vm/globals.hpp"
#include "vm/native_code.hpp"
#include "vm/polling.hpp"
#include "vm/raise.hpp"
#include "vm/runtime_services.hpp"
#include "vm/tiering.hpp"

namespace lithe::vm {

using process::NativeEntry;

namespace {

Process& of(ExecState* x) { return Process::of(x); }

/// Counts as a compiled frame, with the interpreter's position kept.
class Trampoline {
 public:
  explicit Trampoline(Process& process)
      : process_(process),
        outer_(process.position),
        top_(u64(process.exec.stack_top - process.stack_begin)) {
    process_.native_depth++;
  }
  ~Trampoline() {
    process_.native_depth--;
    process_.position = outer_;
    process_.exec.stack_top = process_.stack_begin + top_;
  }

 private:
  Process& process_;
  process::Position outer_;
  u64 top_;
};

Status help_poll(ExecState* x) {
  Process& process = of(x);
  Trampoline trampoline(process);
  Polled::Next next = serve_poll(process).next;
  return next == Polled::Next::go_on    ? Status::ok
         : next == Polled::Next::failed ? Status::error
                                        : Status::exit;
}

/// What a thunk needs on its further slice.
struct FurtherCall {
  ExecState* x;
  NativeEntry thunk;
  const u64* constants;
  u64 closure;
  u64* arguments;
  Outcome outcome;
};

void run_thunk(void* argument) {
  auto* call = static_cast<FurtherCall*>(argument);
  call->outcome = call->thunk(call->x, call->constants, call->closure, call->arguments);
}

Outcome help_entry_poll(ExecState* x, NativeEntry thunk, const u64* constants, u64 closure,
                        u64* arguments, u64 count) {
  Process& process = of(x);
  Runtime& runtime = Machine::of(process).runtime;
  // The arguments are roots while the process may be elsewhere: they go onto its stack.
  u64* top = x->stack_top;
  u64 at = u64(top - process.stack_begin);
  for (u64 i = 0; i < count; i++) top[i] = arguments[i];
  top[count] = closure;
  Outcome result{0, Status::ok};
  {
    Trampoline trampoline(process);
    x->stack_top = top + count + 1;
    Polled::Next next = serve_poll(process).next;
    if (next == Polled::Next::leave) return {0, Status::exit};
    if (next == Polled::Next::failed) return {0, Status::error};
    if (runtime.needs_further_slice(process)) {
      FurtherCall call{
          x, thunk, constants, process.stack_begin[at + count], process.stack_begin + at, {}};
      x->stack_top = process.stack_begin + at;
      process.native_depth--;
      bool ran = runtime.call_on_further_slice(process, run_thunk, &call);
      process.native_depth++;
      if (!ran) {
        raise(process, ErrorKind::stack_overflow,
              "the recursion is deeper than the process's memory limit allows");
        call.outcome = {0, Status::error};
      }
      // The registers of a pending tail call are about to be used for the outcome.
      if (call.outcome.status == Status::tail_pending)
        call.outcome = Machine::of(process).finish_pending(process);
      x->tail_callee = call.outcome.value;
      x->tail_arguments = u64(call.outcome.status);
      result.value = 1;
    }
  }
  for (u64 i = 0; i < count && result.value == 0; i++) arguments[i] = process.stack_begin[at + i];
  return result;
}

Outcome help_call(ExecState* x, u64 callee, u64 count) {
  Process& process = of(x);
  return Machine::of(process).call(process, Value::from_bits(callee), u32(count));
}

Outcome help_primitive(ExecState* x, u64 index, u64 count) {
  Process& process = of(x);
  u64 at = u64(x->stack_top - process.stack_begin);
  Trampoline trampoline(process);
  Value answer = ask_primitive(process, at, u32(count), u16(index));
  if (is_result(answer)) return {answer.bits(), Status::ok};
  CallStep step = after_primitive(process, answer, at, u32(count), u16(index));
  switch (step.next) {
    case CallStep::Next::result:
      return {process.answer.bits(), Status::ok};
    case CallStep::Next::error:
    case CallStep::Next::callee_error:
      return {0, Status::error};
    case CallStep::Next::stop:
      return {0, Status::exit};
    case CallStep::Next::frame:
      break;
  }
  x->stack_top = process.stack_begin + at;
  return Machine::of(process).run_frame(process, step);
}

Value exit_value(Process& process, const ExitValue& place, const u64* constants,
                 const u64* values) {
  using Kind = ExitValue::Kind;
  switch (place.kind) {
    case Kind::nothing:
      return Value::nil();
    case Kind::boxed:
      return Value::from_bits(values[place.index]);
    case Kind::integer:
      // Boxed for good before anything else is: see help_guard_exit.
      return process.heap.make_integer(i64(values[place.index]));
    case Kind::floating:
      return Value::number(std::bit_cast<double>(values[place.index]));
    case Kind::boolean:
      return Value::boolean(values[place.index] != 0);
    case Kind::constant:
      break;
  }
  return Value::from_bits(constants[place.index]);
}

NativeCode& native_of(const u64* constants) { return *reinterpret_cast<NativeCode*>(constants[0]); }

const ExitInfo& exit_of(const u64* constants, u64 exit) { return native_of(constants).exits[exit]; }

/// Words that the frames of an exit take.
u64 frames_size(const ExitInfo& info) {
  u64 size = 0;
  for (const ExitFrame& frame : info.frames) size += frame.code->registers;
  return size + bytecode::header_words;
}

/// Growing the stack may collect: what is boxed among the values is rooted meanwhile, and a
/// new copy of all values is in `kept`.
bool grow_for_exit(Process& process, const ExitInfo& info, const u64* values,
                   std::vector<u64>& kept) {
  u64 count = 0;
  auto each = [&](auto&& use) {
    for (const ExitFrame& frame : info.frames) {
      use(frame.closure);
      for (const ExitValue& place : frame.registers) use(place);
    }
  };
  each([&](const ExitValue& place) {
    bool in_values =
        place.kind != ExitValue::Kind::nothing && place.kind != ExitValue::Kind::constant;
    if (in_values) count = std::max<u64>(count, place.index + 1);
  });
  kept.assign(values, values + count);
  heap::RootVector roots(process.heap);
  roots.resize(count, Value::nil());
  each([&](const ExitValue& place) {
    if (place.kind == ExitValue::Kind::boxed)
      roots[place.index] = Value::from_bits(kept[place.index]);
  });
  if (!reserve_stack(process, process.exec.stack_top, u32(frames_size(info)))) return false;
  each([&](const ExitValue& place) {
    if (place.kind == ExitValue::Kind::boxed) kept[place.index] = roots[place.index].bits();
  });
  return true;
}

Outcome help_guard_exit(ExecState* x, const u64* constants, u64 exit, const u64* values) {
  Process& process = of(x);
  const ExitInfo& info = exit_of(constants, exit);
  u64 at = u64(x->stack_top - process.stack_begin);
  std::vector<u64> kept;
  if (x->stack_top + frames_size(info) > process.stack_end) {
    if (!grow_for_exit(process, info, values, kept)) return {0, Status::error};
    values = kept.data();
  }
  // First everything that is a Value already, then the integers, whose boxing may collect.
  for (bool integers : {false, true}) {
    u64 base = at;
    for (const ExitFrame& frame : info.frames) {
      u64* R = process.stack_begin + base;
      for (u64 i = 0; i < frame.registers.size(); i++) {
        if ((frame.registers[i].kind == ExitValue::Kind::integer) != integers) continue;
        u64 word = exit_value(process, frame.registers[i], constants, values).bits();
        process.stack_begin[base + i] = word;
        R = process.stack_begin + base;
      }
      if (!integers) {
        for (u64 i = 0; i < frame.registers.size(); i++) {
          if (frame.registers[i].kind == ExitValue::Kind::integer) R[i] = 0;
        }
        header(R, frame.code).closure =
            exit_value(process, frame.closure, constants, values).bits();
        // Stays at the end of the innermost frame: boxing an integer of an outer one may collect.
        x->stack_top = R + frame.registers.size();
      }
      base += frame.code->instructions[frame.instruction].a;
    }
  }
  process::Position position;
  u64 base = at;
  const Instruction* back = exit_stub + 1;
  Code* caller = nullptr;
  for (const ExitFrame& frame : info.frames) {
    Header& words = header(process.stack_begin + base, frame.code);
    words.return_address = back;
    words.caller = caller;
    const Instruction* pc = frame.code->instructions + frame.instruction;
    position = {pc, frame.code, u32(base)};
    back = pc + 1;
    caller = frame.code;
    base += pc->a;
  }
  if (info.answered) {
    position.instruction = static_cast<const Instruction*>(position.instruction) + 1;
  }
  x->stack_top = process.stack_begin + at;
  if (info.is_guess) {
    ExitInfo& counted = native_of(constants).exits[exit];
    Compiler* compiler = Machine::of(process).compiler;
    if (++counted.taken == Compiler::doubts_after)
      compiler->guess_failed(process, native_of(constants), counted);
  }
  Outcome outcome = Machine::of(process).go_on(process, position);
  if (outcome.status == Status::ok) outcome.status = Status::boxed;
  return outcome;
}

void help_unwound(ExecState* x, const u64* constants, u64 exit) {
  Process& process = of(x);
  const ExitInfo& info = exit_of(constants, exit);
  for (u64 i = info.frames.size(); i-- > 0;) {
    const ExitFrame& frame = info.frames[i];
    locate_failure(process, *frame.code, frame.instruction);
    add_trace(process, *frame.code, frame.instruction);
  }
}

Outcome help_settle(ExecState* x, const u64* constants, u64 exit, u64 value, u64 status) {
  Outcome outcome{value, Status(status)};
  if (outcome.status == Status::tail_pending) outcome = Machine::of(of(x)).finish_pending(of(x));
  if (outcome.status == Status::boxed) outcome.status = Status::ok;
  if (outcome.status == Status::error) help_unwound(x, constants, exit);
  return outcome;
}

u64* help_allocate(ExecState* x, u64 words) { return of(x).heap.allocate_slow(words); }

u64 help_box_integer(ExecState* x, i64 number) { return of(x).heap.make_integer(number).bits(); }

u64 help_arithmetic(ExecState* x, u64 what, u64 left, u64 right) {
  bytecode::OperandPlaces places{0, what >> 32 != 0, u16(what >> 16)};
  return slow_operation(of(x), Opcode(what & 0xFFFF), Value::from_bits(left),
                        Value::from_bits(right), places)
      .bits();
}

u64 help_equal(ExecState*, u64 left, u64 right) {
  return value::equal(Value::from_bits(left), Value::from_bits(right));
}

u64 help_global(ExecState* x, const void* cell, u64 library) {
  Process& process = of(x);
  Trampoline trampoline(process);
  return read_global(process, *static_cast<Cell*>(const_cast<void*>(cell)), library != 0).bits();
}

void help_store_box(ExecState* x, u64 box, u64 value) {
  of(x).heap.store(Value::from_bits(box).as_object(), 0, Value::from_bits(value));
}

u64 help_vector_element(ExecState*, u64 vector, u64 index) {
  const value::Object* object = Value::from_bits(vector).as_object();
  if (index >= value::entry_count(object)) return Value::error().bits();
  return value::vector_get(object, index).bits();
}

i64 help_char_code(ExecState*, u64 string, i64 index) {
  Value v = Value::from_bits(string);
  if (!value::is_string(v)) return -1;
  const value::Object* object = v.as_object();
  if (u64(index) >= value::string_code_points(object)) return -1;
  std::string_view text = value::text(object);
  if (value::is_ascii_string(object)) return text[u64(index)];
  return base::utf8::decode(text.substr(value::string_offset(object, u64(index)))).code_point;
}

}  // namespace

const process::HelperTable helper_table = {
#define LITHE_HELPER(name, result, parameters, text) help_##name,
    LITHE_HELPERS(LITHE_HELPER)
#undef LITHE_HELPER
};

}  // namespace lithe::vm
