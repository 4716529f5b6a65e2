// SPDX-License-Identifier: Apache-2.0
// Calls, returns and inlining. The rules are in function_builder.hpp.
#include <algorithm>
#include <optional>

#include "primitives/primitives.hpp"
#include "ssa/function_builder.hpp"
#include "value/value.hpp"

namespace lithe::ssa {

using bytecode::Instruction;
using bytecode::Opcode;
using primitives::Primitive;
using value::Value;

/// A tail call by which the compiled function goes back to its own start.
bool FunctionBuilder::is_self_tail(const Frame& frame, Instruction instruction) const {
  if (!frame.outermost || graph_.request.loop >= 0) return false;
  bool own = instruction.opcode() == Opcode::tail_call_self;
  if (instruction.opcode() == Opcode::tail_call_global) {
    const Global& global = frame.source->globals[instruction.c];
    own = global.settled && global.function == 0 && !global.waits;
  }
  return own && exact(0, instruction.b);
}

/// A call with that many arguments needs nothing made for it.
bool FunctionBuilder::exact(i32 function, u32 count) const {
  const bytecode::Function* code = graph_.request.functions[u32(function)].function;
  return code && !code->rest && count == code->parameters();
}

bool FunctionBuilder::visit_call(Frame& frame, u32 at, Instruction instruction) {
  Call call{
      .at = at, .window = instruction.a, .count = instruction.b, .tail = false, .arguments = {}};
  Opcode opcode = instruction.opcode();
  bool is_call = opcode == Opcode::call || opcode == Opcode::call_global ||
                 opcode == Opcode::call_self || opcode == Opcode::call_primitive;
  call.tail = opcode == Opcode::tail_call || opcode == Opcode::tail_call_global ||
              opcode == Opcode::tail_call_self || opcode == Opcode::tail_call_primitive;
  if (!is_call && !call.tail) return false;
  if (call.count > Limits::window) {
    refuse("it makes a call with too many arguments");
    return true;
  }
  for (u32 i = 0; i < call.count; i++) call.arguments.push_back(registers_[call.window + i]);
  if (is_self_tail(frame, instruction)) {
    self_tail(frame, call);
    return true;
  }
  switch (opcode) {
    case Opcode::call_primitive:
      call_primitive(frame, call, instruction.c);
      return true;
    case Opcode::tail_call_primitive:
      if (primitives::table[instruction.c].effect == primitives::Effect::async) {
        refuse("it waits: it calls " + std::string(primitives::table[instruction.c].name));
        return true;
      }
      call_value(frame, call, constant(Value::builtin(instruction.c).bits()));
      return true;
    case Opcode::call_global:
    case Opcode::tail_call_global:
      call_global(frame, call, frame.source->globals[instruction.c]);
      return true;
    case Opcode::call_self:
    case Opcode::tail_call_self:
      if (frame.outermost && exact(0, call.count)) {
        call_own(frame, call);
      } else {
        call_value(frame, call, frame.closure);
      }
      return true;
    default:
      call_value(frame, call, registers_[instruction.c]);
      return true;
  }
}

void FunctionBuilder::call_global(Frame& frame, const Call& call, const Global& global) {
  if (global.waits) return refuse("it calls a function that waits");
  Value value = Value::from_bits(global.value);
  if (global.settled) graph_.depend_on(global.cell);
  if (global.settled && value.is_builtin()) {
    u32 index = u32(value.payload());
    if (primitives::table[index].takes(call.count)) return call_primitive(frame, call, index);
  }
  if (global.settled && global.function >= 0) return call_function(frame, call, global);
  call_value(frame, call, this->global(frame, call.at, global));
}

/// A function that is known, and captures nothing.
void FunctionBuilder::call_function(Frame& frame, const Call& call, const Global& global) {
  if (may_inline(frame, global.function, call.count)) {
    return inline_call(frame, call, global.function, constant(global.value));
  }
  // A guess about the arguments has failed here: the callee's entry finds out what it is given.
  if (frame.source->failed[call.at]) return call_value(frame, call, constant(global.value));
  bool is_own = global.function == 0 && exact(0, call.count) && graph_.request.loop < 0;
  if (is_own && graph_.request.functions[0].closure) return call_own(frame, call);
  if (global.native < 0 || !exact(global.function, call.count)) {
    return call_value(frame, call, constant(global.value));
  }
  FrameState* state = state_before(frame, call.at);
  bool ends = call.tail && frame.tail;
  Node* node =
      ends ? add_end(Op::tail_known, call.arguments, 0) : add(Op::call_known, call.arguments);
  node->state = state;
  node->bits = u64(global.native);
  if (std::ranges::find(graph_.known_natives, global.native) == graph_.known_natives.end()) {
    graph_.known_natives.push_back(global.native);
  }
  finish_call(frame, call, node);
}

/// The function that is being compiled. Not back to its start: not in tail position, or inlined.
void FunctionBuilder::call_own(Frame& frame, const Call& call) {
  if (graph_.request.loop >= 0 || frame.source->failed[call.at])
    return call_value(frame, call, graph_.closure);
  if (may_unroll(frame) && !call.tail) return inline_call(frame, call, 0, graph_.closure);
  FrameState* state = state_before(frame, call.at);
  bool ends = call.tail && frame.tail;
  Node* node =
      ends ? add_end(Op::tail_known, call.arguments, 0) : add(Op::call_self, call.arguments);
  if (ends) node->bits = own_native;
  node->state = state;
  finish_call(frame, call, node);
}

void FunctionBuilder::call_value(Frame& frame, const Call& call, Node* callee) {
  FrameState* state = state_before(frame, call.at);
  std::vector<Node*> inputs{callee};
  inputs.insert(inputs.end(), call.arguments.begin(), call.arguments.end());
  bool ends = call.tail && frame.tail;
  Node* node = ends ? add_end(Op::tail_value, std::move(inputs), 0)
                    : add(Op::call_value, std::move(inputs), Type::any);
  node->state = state;
  finish_call(frame, call, node);
}

void FunctionBuilder::call_primitive(Frame& frame, const Call& call, u32 index) {
  const primitives::Info& info = primitives::table[index];
  if (info.effect == primitives::Effect::async) {
    return refuse("it waits: it calls " + std::string(info.name));
  }
  if (Node* node = simple_primitive(frame, call, index)) return give_result(frame, call, node);
  if (Node* node = record_primitive(frame, call, index)) return give_result(frame, call, node);
  Type type = info.result == primitives::Result::float_    ? Type::floating
              : info.result == primitives::Result::boolean ? Type::boolean
                                                           : Type::any;
  FrameState* state = state_before(frame, call.at);
  Node* node = add(Op::call_primitive, call.arguments, type);
  node->bits = index;
  node->state = state;
  if (!call.tail) node->after = state_after(frame, call.at);
  give_result(frame, call, node);
}

namespace {

/// A primitive that is a node of its own when it is called with so many arguments; `folds`: also
/// with more, from the left.
struct SimplePrimitive {
  Primitive primitive;
  u32 arguments;
  bool folds;
  Op op;
  Type type;  ///< none: it is inferred
};

constexpr SimplePrimitive simple_primitives[] = {
    {Primitive::math_sqrt, 1, false, Op::square_root, Type::floating},
    {Primitive::subtract, 1, false, Op::negate, Type::none},
    {Primitive::math_abs, 1, false, Op::absolute, Type::none},
    {Primitive::math_min, 2, true, Op::minimum, Type::none},
    {Primitive::math_max, 2, true, Op::maximum, Type::none},
    {Primitive::empty, 1, false, Op::is_empty, Type::boolean},
    {Primitive::string_char_code, 2, false, Op::char_code, Type::integer},
};

}  // namespace

/// Null: it is none, or a guess about its arguments has failed here.
Node* FunctionBuilder::simple_primitive(Frame& frame, const Call& call, u32 index) {
  const auto* row =
      std::ranges::find(simple_primitives, Primitive(index), &SimplePrimitive::primitive);
  if (row == std::end(simple_primitives) || frame.source->failed[call.at]) return nullptr;
  if (call.count != row->arguments && !(row->folds && call.count > row->arguments)) return nullptr;
  FrameState* state = state_before(frame, call.at);
  std::vector<Node*> inputs(call.arguments.begin(), call.arguments.begin() + row->arguments);
  Node* node = add(row->op, std::move(inputs), row->type);
  node->state = state;
  for (u32 i = row->arguments; i < call.count; i++) {
    node = add(row->op, {node, call.arguments[i]}, row->type);
    node->state = state;
  }
  return node;
}

namespace {

/// A settled record type, as far as can be told without looking into it.
bool may_be_type(const Node& node) {
  return node.op == Op::value_constant && Value::from_bits(node.bits).is_shared_pointer();
}

/// The number of a field; none if it is not known.
std::optional<u32> field_number(const Node& node) {
  constexpr u64 most = 1000;
  bool known = node.op == Op::integer_constant && node.bits < most;
  return known ? std::optional(u32(node.bits)) : std::nullopt;
}

}  // namespace

/// Making a record and reading its fields, when the type is known; null otherwise.
Node* FunctionBuilder::record_primitive(Frame& frame, const Call& call, u32 index) {
  if (frame.source->failed[call.at]) return nullptr;
  const std::vector<Node*>& arguments = call.arguments;
  Op op;
  std::vector<Node*> inputs = arguments;
  std::optional<u32> field;
  switch (Primitive(index)) {
    case Primitive::internal_record:
      if (!may_be_type(*arguments[0])) return nullptr;
      op = Op::make_record;
      break;
    case Primitive::internal_is_record:
      if (!may_be_type(*arguments[1])) return nullptr;
      op = Op::is_record;
      break;
    case Primitive::internal_record_get:
      field = field_number(*arguments[2]);
      if (!field || !may_be_type(*arguments[1])) return nullptr;
      op = Op::record_get;
      inputs.pop_back();
      break;
    case Primitive::internal_record_field:
      field = field_number(*arguments[1]);
      if (!field) return nullptr;
      op = Op::record_field;
      inputs.pop_back();
      break;
    default:
      return nullptr;
  }
  FrameState* state = state_before(frame, call.at);
  Node* node = add(op, std::move(inputs), op == Op::is_record ? Type::boolean : Type::any);
  node->bits = field.value_or(0);
  node->state = state;
  return node;
}

/// A call that returns here (or is the block's end). In tail position of an inlined function the
/// interpreter would not keep that function's frame.
void FunctionBuilder::finish_call(Frame& frame, const Call& call, Node* node) {
  if (node->is_end()) {
    block_ = nullptr;
    return;
  }
  node->after = call.tail ? frame.outer : state_after(frame, call.at);
  node->replaces_frame = call.tail;
  give_result(frame, call, node);
}

void FunctionBuilder::give_result(Frame& frame, const Call& call, Node* result) {
  if (!call.tail) {
    registers_[call.window] = result;
    return;
  }
  if (frame.tail) {
    add_end(Op::return_value, {result}, 0);
  } else {
    add_end(Op::jump, {}, 1);
    frame.returns.push_back({{block_, 0, {}}, result});
  }
  block_ = nullptr;
}

/// Back to the start: the arguments are the new parameters.
void FunctionBuilder::self_tail(Frame& frame, const Call& call) {
  for (u32 i = 0; i < call.count; i++) registers_[i] = call.arguments[i];
  loop_back(frame, call.at, frame.start);
}

namespace {

/// Nothing in it would keep its caller from being compiled.
bool inlinable(const bytecode::Function& code) {
  if (!code.handlers.empty()) return false;
  return std::ranges::none_of(code.code, [](Instruction instruction) {
    switch (instruction.opcode()) {
      case Opcode::receive_begin:
      case Opcode::set_global:
      case Opcode::define_global:
      case Opcode::make_map:
        return true;
      case Opcode::call_primitive:
      case Opcode::tail_call_primitive:
        return primitives::table[instruction.c].effect == primitives::Effect::async;
      default:
        return false;
    }
  });
}

}  // namespace

bool FunctionBuilder::may_inline(const Frame& frame, i32 function, u32 count) const {
  const Source& source = graph_.request.functions[u32(function)];
  if (!source.may_inline || !exact(function, count)) return false;
  u32 size = u32(source.function->code.size());
  if (!inlinable(*source.function)) return false;
  return frame.depth < Limits::inline_depth && size <= Limits::inline_instructions &&
         inlined_instructions_ + size <= Limits::inline_total &&
         source.function->registers <= Limits::registers &&
         std::ranges::find(active_, function) == active_.end();
}

/// A small recursive function is put once into itself: half of its calls, polls and status checks
/// are saved.
bool FunctionBuilder::may_unroll(const Frame& frame) const {
  const bytecode::Function& code = *graph_.request.functions[0].function;
  return frame.function == 0 && frame.outermost && inlinable(code) && code.loop_heads.empty() &&
         code.code.size() <= Limits::unroll_instructions;
}

void FunctionBuilder::inline_call(Frame& frame, const Call& call, i32 function, Node* closure) {
  const Source& source = graph_.request.functions[u32(function)];
  Frame inner{.function = function,
              .source = &source,
              .code = source.function,
              .live = &liveness(function),
              .closure = closure,
              .outer = call.tail ? frame.outer : state_after(frame, call.at),
              .tail = call.tail && frame.tail,
              .outermost = false,
              .depth = frame.depth + 1,
              .piece_at = {},
              .pieces = {},
              .returns = {}};
  inlined_instructions_ += u32(source.function->code.size());
  if (std::ranges::find(graph_.inlined, function) == graph_.inlined.end())
    graph_.inlined.push_back(function);
  active_.push_back(function);
  Registers outer = std::move(registers_);
  registers_.assign(source.function->registers, nullptr);
  for (u32 i = 0; i < call.count; i++) registers_[i] = call.arguments[i];
  // The pieces need a block of their own to start from.
  build_frame(inner, source.function->entries.back());
  active_.pop_back();
  registers_ = std::move(outer);
  if (inner.returns.empty() || refused()) {
    block_ = nullptr;
    return;
  }
  Block* block = graph_.new_block();
  graph_.blocks.push_back(block);
  Node* result = inner.returns[0].value;
  bool same =
      std::ranges::all_of(inner.returns, [&](const Return& one) { return one.value == result; });
  if (!same) {
    result = graph_.new_node(Op::phi);
    result->block = block;
    block->nodes.push_back(result);
    for (const Return& one : inner.returns) result->inputs.push_back(one.value);
  }
  for (const Return& one : inner.returns) link(one.edge.from, one.edge.slot, block);
  block_ = block;
  give_result(frame, call, result);
}

}  // namespace lithe::ssa
