// SPDX-License-Identifier: Apache-2.0
// One instruction as nodes. The rules are in function_builder.hpp.
#include "bytecode/operands.hpp"
#include "ssa/function_builder.hpp"
#include "value/value.hpp"

namespace lithe::ssa {

using bytecode::Instruction;
using bytecode::Opcode;
using value::Value;

void FunctionBuilder::visit(Frame& frame, u32 at) {
  for (const bytecode::Handler& handler : frame.code->handlers) {
    if (at >= handler.begin && at < handler.end) return refuse("it handles errors");
  }
  Instruction instruction = frame.code->code[at];
  bool done = visit_data(frame, at, instruction) || visit_arithmetic(frame, at, instruction) ||
              visit_element(frame, at, instruction) || visit_branch(frame, at, instruction) ||
              visit_call(frame, at, instruction);
  if (done || refused()) return;
  switch (instruction.opcode()) {
    case Opcode::receive_begin:
    case Opcode::receive_next:
    case Opcode::receive_skip:
    case Opcode::receive_pass:
    case Opcode::receive_accept:
      return refuse("it waits for messages");
    case Opcode::set_global:
    case Opcode::define_global:
      return refuse("it assigns or defines a top-level name");
    default:
      return refuse("it contains the instruction " +
                    std::string(bytecode::opcode_table[instruction.op].name));
  }
}

bool FunctionBuilder::visit_data(Frame& frame, u32 at, Instruction instruction) {
  Node*& result = registers_[instruction.a < registers_.size() ? instruction.a : 0];
  auto elements = [&](Op op) {
    std::vector<Node*> inputs;
    for (u32 i = 0; i < instruction.c; i++) inputs.push_back(registers_[instruction.b + i]);
    result = add(op, std::move(inputs), Type::any);
  };
  auto unary = [&](Op op, Type type) { result = add(op, {registers_[instruction.b]}, type); };
  auto guarded = [&](Op op, std::vector<Node*> inputs) {
    FrameState* state = state_before(frame, at);
    Node* node = add(op, std::move(inputs), Type::any);
    node->state = state;
    result = node;
  };
  switch (instruction.opcode()) {
    case Opcode::move:
      result = registers_[instruction.b];
      return true;
    case Opcode::load_integer:
      result = integer(instruction.s());
      return true;
    case Opcode::load_constant:
      result = constant(frame.source->constants[u32(instruction.s())]);
      return true;
    case Opcode::get_capture:
      result = add(Op::get_capture, {frame.closure}, Type::any);
      result->bits = instruction.b;
      return true;
    case Opcode::get_self:
      result = frame.closure;
      return true;
    case Opcode::box_new:
      unary(Op::box_new, Type::any);
      return true;
    case Opcode::box_empty:
      result = add(Op::box_new, {constant(Value::unbound().bits())}, Type::any);
      return true;
    case Opcode::box_get:
      guarded(Op::box_get, {registers_[instruction.b]});
      return true;
    case Opcode::box_set:
      add(Op::box_set, {registers_[instruction.a], registers_[instruction.b]});
      return true;
    case Opcode::get_global:
      result = global(frame, at, frame.source->globals[u32(instruction.s())]);
      return true;
    case Opcode::make_closure:
      make_closure(frame, at, instruction);
      return true;
    case Opcode::make_list:
      if (instruction.c == 0) {
        result = constant(Value::empty_list().bits());
      } else {
        elements(Op::make_list);
      }
      return true;
    case Opcode::make_vector:
      elements(Op::make_vector);
      return true;
    case Opcode::cons:
      guarded(Op::cons, {registers_[instruction.b], registers_[instruction.c]});
      return true;
    case Opcode::head:
      guarded(Op::head, {registers_[instruction.b]});
      return true;
    case Opcode::tail:
      guarded(Op::tail, {registers_[instruction.b]});
      return true;
    case Opcode::is_empty_list:
      unary(Op::is_empty_list, Type::boolean);
      return true;
    case Opcode::logical_not:
      unary(Op::logical_not, Type::boolean);
      return true;
    default:
      return false;
  }
}

Node* FunctionBuilder::global(Frame& frame, u32 at, const Global& global) {
  if (global.settled) {
    graph_.depend_on(global.cell);
    return constant(global.value);
  }
  FrameState* state = state_before(frame, at);
  Node* node = add(Op::get_global, Type::any);
  node->bits = global.cell;
  node->state = state;
  return node;
}

void FunctionBuilder::make_closure(Frame& frame, u32, Instruction instruction) {
  const Child& child = frame.source->children[u32(instruction.s())];
  std::vector<Node*> captured;
  for (const bytecode::Capture& capture : child.captures) {
    using From = bytecode::Capture::From;
    if (capture.from == From::reg) {
      captured.push_back(registers_[capture.index]);
    } else if (capture.from == From::self) {
      captured.push_back(frame.closure);
    } else {
      Node* node = add(Op::get_capture, {frame.closure}, Type::any);
      node->bits = capture.index;
      captured.push_back(node);
    }
  }
  Node* node = add(Op::make_closure, std::move(captured), Type::any);
  node->bits = u64(frame.function) << 32 | u32(instruction.s());
  registers_[instruction.a] = node;
}

namespace {

struct Arithmetic {
  Opcode opcode;
  Op op;
};

constexpr Arithmetic table[] = {
    {Opcode::add, Op::add},
    {Opcode::subtract, Op::subtract},
    {Opcode::multiply, Op::multiply},
    {Opcode::divide, Op::divide},
    {Opcode::modulo, Op::modulo},
    {Opcode::remainder, Op::remainder},
    {Opcode::quotient, Op::quotient},
    {Opcode::add_integer, Op::add},
    {Opcode::subtract_integer, Op::subtract},
    {Opcode::bit_and, Op::bit_and},
    {Opcode::bit_or, Op::bit_or},
    {Opcode::bit_xor, Op::bit_xor},
    {Opcode::shift_left, Op::shift_left},
    {Opcode::shift_right, Op::shift_right},
    {Opcode::less, Op::less},
    {Opcode::less_equal, Op::less_equal},
    {Opcode::equal, Op::equal},
    {Opcode::unless_less, Op::less},
    {Opcode::unless_less_equal, Op::less_equal},
    {Opcode::unless_equal, Op::equal},
    {Opcode::unless_less_integer, Op::less},
    {Opcode::unless_less_equal_integer, Op::less_equal},
    {Opcode::unless_greater_integer, Op::greater},
    {Opcode::unless_greater_equal_integer, Op::greater_equal},
    {Opcode::unless_equal_integer, Op::equal},
};

const Arithmetic* find(Opcode opcode) {
  for (const Arithmetic& row : table) {
    if (row.opcode == opcode) return &row;
  }
  return nullptr;
}

}  // namespace

Node* FunctionBuilder::arithmetic(Frame& frame, u32 at, Op op, Node* left, Node* right) {
  FrameState* state = state_before(frame, at);
  Node* node = add(op, {left, right});
  node->state = state;
  node->opcode = frame.code->code[at].op;
  node->feedback = frame.source->feedback[at];
  node->failed = frame.source->failed[at];
  bytecode::OperandPlaces places = frame.code->operand_places_at(at);
  node->swapped = places.swapped;
  node->before = places.before;
  return node;
}

bool FunctionBuilder::visit_arithmetic(Frame& frame, u32 at, Instruction instruction) {
  const Arithmetic* row = find(instruction.opcode());
  bytecode::Format format = bytecode::opcode_table[instruction.op].format;
  if (!row || format == bytecode::Format::abj || format == bytecode::Format::aij) return false;
  Node* left = registers_[instruction.b];
  Node* right =
      format == bytecode::Format::abi ? integer(instruction.signed_c()) : registers_[instruction.c];
  Node* node = arithmetic(frame, at, row->op, left, right);
  registers_[instruction.a] = node;
  return true;
}

/// Ends the block: to instruction `then` if the condition holds, else to `otherwise`.
void FunctionBuilder::branch(Frame& frame, u32, Node* condition, u32 then, u32 otherwise) {
  add_end(Op::branch, {condition}, 2);
  Block* from = block_;
  go_to(frame, then, from, 0);
  go_to(frame, otherwise, from, 1);
  block_ = nullptr;
}

bool FunctionBuilder::visit_branch(Frame& frame, u32 at, Instruction instruction) {
  u32 target = u32(i32(at) + 1 + bytecode::jump_distance(instruction));
  if (const Arithmetic* row = find(instruction.opcode())) {
    bool immediate = bytecode::opcode_table[instruction.op].format == bytecode::Format::aij;
    Node* left = registers_[instruction.a];
    Node* right = immediate ? integer(instruction.signed_b()) : registers_[instruction.b];
    Node* condition = arithmetic(frame, at, row->op, left, right);
    branch(frame, at, condition, at + 1, target);
    return true;
  }
  switch (instruction.opcode()) {
    case Opcode::jump: {
      add_end(Op::jump, {}, 1);
      go_to(frame, target, block_, 0);
      block_ = nullptr;
      return true;
    }
    case Opcode::loop:
      loop_back(frame, at, target);
      return true;
    case Opcode::jump_if:
      branch(frame, at, registers_[instruction.a], target, at + 1);
      return true;
    case Opcode::jump_unless:
      branch(frame, at, registers_[instruction.a], at + 1, target);
      return true;
    case Opcode::unless_cons:
      branch(frame, at, add(Op::is_cons, {registers_[instruction.a]}, Type::boolean), at + 1,
             target);
      return true;
    case Opcode::throw_value: {
      // Raising is left to the interpreter: it knows the handlers of the frames around.
      FrameState* state = state_before(frame, at);
      add_end(Op::exit, {}, 0)->state = state;
      block_ = nullptr;
      return true;
    }
    case Opcode::return_value: {
      Node* value = registers_[instruction.a];
      if (frame.tail) {
        add_end(Op::return_value, {value}, 0);
      } else {
        add_end(Op::jump, {}, 1);
        frame.returns.push_back({{block_, 0, {}}, value});
      }
      block_ = nullptr;
      return true;
    }
    default:
      return false;
  }
}

void FunctionBuilder::loop_back(Frame& frame, u32, u32 target) {
  FrameState* state = state_before(frame, target);
  add(Op::poll)->state = state;
  add_end(Op::jump, {}, 1);
  go_to(frame, target, block_, 0);
  block_ = nullptr;
}

}  // namespace lithe::ssa
