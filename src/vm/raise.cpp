// SPDX-License-Identifier: Apache-2.0

#include "vm/raise.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "base/assert.hpp"
#include "base/name_table.hpp"
#include "bytecode/primitive_of.hpp"
#include "core/core.hpp"
#include "primitives/arity.hpp"
#include "primitives/primitives.hpp"
#include "process/failure.hpp"
#include "process/trace.hpp"
#include "value/object.hpp"
#include "value/print.hpp"
#include "vm/runtime_services.hpp"
#include "vm/unbound_head.hpp"

namespace lithe::vm {

using primitives::Primitive;
using process::Failure;
using process::Place;
using value::Kind;
using value::Object;

namespace {

// Words of an error object (value/kinds.def).
enum ErrorWord : u32 { kind_word, message_word, data_word, location_word, trace_word };

std::string function_name(Runtime& runtime, Value callee) {
  if (callee.is_builtin()) {
    return std::string(runtime.namer().builtin_name(u32(callee.payload())));
  }
  std::string_view name = runtime.namer().closure_name(callee.as_object());
  if (!name.empty()) return std::string(name);
  // Nothing else tells which it is: it may be called far from where it stands.
  const syntax::Span& span = code_of(callee)->lambda->span;
  if (span.line == 0) return "the function";
  return "the function at " + std::string(runtime.source_name(span.source)) + ":" +
         std::to_string(span.line) + ":" + std::to_string(span.column);
}

Place place_of(const Code& code, u32 instruction) {
  const syntax::Span& span = code.function.spans[instruction];
  return {span.source, span.line, span.column, span.length};
}

/// An error's location: a vector of source, line, column and length.
Value location_value(heap::Heap& heap, const Place& place) {
  Object* location = heap.allocate(Kind::vector, 4);
  location->init(0, Value::integer(place.source));
  location->init(1, Value::integer(place.line));
  location->init(2, Value::integer(place.column));
  location->init(3, Value::integer(place.length));
  return Value::object(location, false);
}

Place place_of_error(Value error) {
  Value location = error.as_object()->get(location_word);
  if (!value::is_kind(location, Kind::vector)) return {};
  const Object* words = location.as_object();
  return {u32(words->get(0).as_integer()), u32(words->get(1).as_integer()),
          u32(words->get(2).as_integer()), u32(words->get(3).as_integer())};
}

/// As process/trace.hpp describes it.
Value trace_value(heap::Heap& heap, const Failure& failure) {
  u32 kept = failure.kept();
  Object* trace = heap.allocate(Kind::vector, 1 + process::words_of_call * kept);
  trace->init(0, Value::integer(i64(failure.omitted())));
  for (u32 i = 0; i < kept; i++) {
    const process::TraceEntry& entry = failure.frame(i);
    u32 at = 1 + process::words_of_call * i;
    trace->init(at + process::name_of_call,
                entry.function ? Value::symbol(entry.function) : Value::nil());
    trace->init(at + process::source_of_call, Value::integer(entry.place.source));
    trace->init(at + process::line_of_call, Value::integer(entry.place.line));
    trace->init(at + process::column_of_call, Value::integer(entry.place.column));
    trace->init(at + process::marks_of_call, Value::integer(entry.marks));
  }
  return Value::object(trace, false);
}

/// The name of the innermost function with a name around one that has none; 0: there is none.
u32 name_around(const Code& code) {
  const core::Lambda* around = core::as<core::Lambda>(*code.lambda).outer;
  while (around && !table_name(around->name)) around = around->outer;
  return around ? table_name(around->name) : 0;
}

}  // namespace

std::string shown(Process& process, Value v) {
  Runtime& runtime = Machine::of(process).runtime;
  std::string text;
  value::print(v, runtime.names(), &runtime.namer(), text, {.max_bytes = 60});
  return text;
}

void raise(Process& process, ErrorKind kind, std::string_view message) {
  Value error = process.heap.make_error(Value::keyword(error_kind_names[u8(kind)]), message);
  process.make_failure().start(error, {});
  process.failure->unstoppable = kind == ErrorKind::interrupted;
}

void raise_value(Process& process, Value thrown) {
  Place place = value::is_kind(thrown, Kind::error) ? place_of_error(thrown) : Place{};
  process.make_failure().start(thrown, place);
}

void raise_arity(Process& process, Value callee, u32 given) {
  Runtime& runtime = Machine::of(process).runtime;
  primitives::Arity arity;
  if (callee.is_builtin()) {
    arity = primitives::arity_of(primitives::table[callee.payload()]);
  } else {
    // Of Core: it may have no bytecode yet.
    const auto& lambda = core::as<core::Lambda>(*current(code_of(callee))->lambda);
    arity.least = lambda.required();
    if (!lambda.rest) arity.most = u32(lambda.parameters.size());
  }
  raise(process, ErrorKind::arity,
        primitives::wrong_arity(function_name(runtime, callee), arity, given));
}

bool check_arity(Process& process, Value function, u32 given) {
  bool takes = true;
  if (function.is_builtin()) {
    takes = primitives::table[function.payload()].takes(given);
  } else {
    const Code* code = current(code_of(function));
    const auto& lambda = core::as<core::Lambda>(*code->lambda);
    takes = given >= lambda.required() && (lambda.rest || given <= lambda.parameters.size());
  }
  if (!takes) raise_arity(process, function, given);
  return takes;
}

Value definition_place(Process& process, Value function) {
  if (!value::is_kind(function, Kind::closure)) return Value::nil();
  const Code& code = *code_of(function);
  const syntax::Span& span = code.lambda->span;
  if (code.library) return Value::nil();
  return location_value(process.heap, {span.source, span.line, span.column, span.length});
}

namespace {

/// How one reads what is no function, which some languages do by calling it.
std::string_view reading(Value v) {
  if (v.is_keyword()) return "; write (map/get m :key)";
  if (v.is_list()) return v.is_cons() ? "; write (list/nth xs index)" : "";
  if (!v.is_pointer()) return "";
  if (value::is_kind(v, Kind::map) || value::is_kind(v, Kind::table))
    return "; write (map/get m key)";
  return value::is_kind(v, Kind::vector) ? "; write (vector/get v index)" : "";
}

}  // namespace

void raise_not_callable(Process& process, Value callee) {
  raise(process, ErrorKind::type,
        "only a function can be called, got " + shown(process, callee) +
            std::string(reading(callee)));
  process.failure->not_callable = true;
}

namespace {

/// The failure, which has no place yet, was at `place`.
void place_failure(Process& process, Place place) {
  Failure& failure = *process.failure;
  LITHE_ASSERT(failure.place.line == 0);
  // Code that was made from data has no place: that of the call that evaluates it is meant.
  if (place.line == 0) return;
  failure.place = place;
  if (!value::is_kind(failure.value, Kind::error) || failure.value.is_shared_pointer()) return;
  // Who throws an error again begins with its location.
  LITHE_ASSERT(failure.value.as_object()->get(location_word).is_nil());
  Value location = location_value(process.heap, failure.place);
  process.heap.store(failure.value.as_object(), location_word, location);
}

}  // namespace

void locate_failure(Process& process, const Code& code, u32 instruction) {
  // An error in the library has the place where the user's code called it.
  if (code.library) process.failure->not_callable = false;
  if (process.failure->place.line != 0 || code.library) return;
  Place place = place_of(code, instruction);
  if (std::exchange(process.failure->not_callable, false)) name_called(process, code, place);
  Place head = blame_unbound_head(process, code, place);
  suggest_receive(process, code, place);
  place_failure(process, head.line != 0 ? head : place);
}

void locate_first_call(Process& process, Value callee) {
  if (callee.is_builtin()) return;
  const Code& code = *code_of(callee);
  const syntax::Span& span = code.lambda->span;
  if (!code.library) place_failure(process, {span.source, span.line, span.column, span.length});
}

void add_trace(Process& process, const Code& code, u32 instruction) {
  process::TraceEntry entry{code.name, place_of(code, instruction), 0};
  if (code.library) entry.marks |= process::TraceEntry::in_library;
  if (!code.name && !core::as<core::Lambda>(*code.lambda).top) {
    entry.marks |= process::TraceEntry::without_a_name;
    entry.function = name_around(code);
  }
  process.failure->add_frame(entry);
}

Value take_failure(Process& process) {
  Failure& failure = *process.failure;
  if (value::is_kind(failure.value, Kind::error) && failure.value.is_local_pointer() &&
      !value::is_kind(failure.value.as_object()->get(trace_word), Kind::vector)) {
    Value trace = trace_value(process.heap, failure);
    process.heap.store(failure.value.as_object(), trace_word, trace);
  }
  Value thrown = failure.value;
  failure.start(Value::nil(), {});
  process.answer = Value::unbound();
  return thrown;
}

namespace {

/// Of the instruction at the saved position.
bytecode::OperandPlaces operand_places(const Process& process) {
  const Code* code = saved_code(process);
  return code->function.operand_places_at(u32(saved_instruction(process) - code->instructions));
}

Primitive mirrored(Primitive primitive) {
  return primitive == Primitive::less         ? Primitive::greater
         : primitive == Primitive::less_equal ? Primitive::greater_equal
                                              : primitive;
}

Value operation(Process& process, Primitive primitive, std::span<const Value> operands,
                u16 before) {
  Machine& machine = Machine::of(process);
  u16 index = u16(primitive);
  // Room above stack_top: Process::stack_slack.
  u64* slots = process.exec.stack_top;
  for (size_t i = 0; i < operands.size(); i++) slots[i] = operands[i].bits();
  process.exec.stack_top += operands.size();
  NativeCall call(process, machine.runtime, slots, u32(operands.size()), index, before);
  Value result = machine.natives[index](call);
  process.exec.stack_top = slots;
  return result;
}

}  // namespace

Value slow_operation(Process& process, Opcode opcode, Value operand) {
  return operation(process, bytecode::primitive_of(opcode), {&operand, 1}, 0);
}

Value slow_operation(Process& process, Opcode opcode, Value first, Value second) {
  return slow_operation(process, opcode, first, second, operand_places(process));
}

Value slow_operation(Process& process, Opcode opcode, Value first, Value second, Value third) {
  const Value operands[] = {first, second, third};
  return operation(process, bytecode::primitive_of(opcode), operands, 0);
}

Value slow_operation(Process& process, Opcode opcode, Value first, Value second,
                     bytecode::OperandPlaces places) {
  Primitive primitive = bytecode::primitive_of(opcode);
  if (places.swapped) {
    primitive = mirrored(primitive);
    std::swap(first, second);
  }
  const Value operands[] = {first, second};
  return operation(process, primitive, operands, places.before);
}

}  // namespace lithe::vm
