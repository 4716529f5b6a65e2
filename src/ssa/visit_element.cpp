// SPDX-License-Identifier: Apache-2.0
// Elements of buffers and vectors. The rules are in function_builder.hpp.
#include <optional>

#include "bytecode/primitive_of.hpp"
#include "ssa/function_builder.hpp"
#include "value/off_heap.hpp"

namespace lithe::ssa {

using bytecode::Instruction;
using bytecode::Opcode;
using value::ElementType;

namespace {

/// The only type of elements that has been seen.
std::optional<ElementType> only_type(u8 feedback) {
  for (u8 type = 0; type <= u8(ElementType::f64_); type++) {
    if (feedback == seen::element(type)) return ElementType(type);
  }
  return std::nullopt;
}

Type raw_type(ElementType type) {
  return type >= ElementType::f32_ ? Type::floating : Type::integer;
}

}  // namespace

/// What has been seen there decides; a guess that was wrong before is not made again: then it is a
/// call of the builtin, which has no state after it, for it neither waits nor runs other code.
bool FunctionBuilder::visit_element(Frame& frame, u32 at, Instruction instruction) {
  Opcode opcode = instruction.opcode();
  bool stores = opcode == Opcode::buffer_set;
  if (!stores && opcode != Opcode::buffer_get && opcode != Opcode::vector_get &&
      opcode != Opcode::get_element) {
    return false;
  }
  std::vector<Node*> operands;
  if (stores) operands.push_back(registers_[instruction.a]);
  operands.push_back(registers_[instruction.b]);
  operands.push_back(registers_[instruction.c]);
  u8 feedback = frame.source->failed[at] ? seen::other : frame.source->feedback[at];
  std::optional<ElementType> type = only_type(feedback);
  // An integer of 64 bits that is stored as a f32 must not be rounded twice.
  if (stores && type == ElementType::f32_) type.reset();
  FrameState* state = state_before(frame, at);
  Node* node;
  if (type) {
    node = stores ? add(Op::buffer_set, std::move(operands))
                  : add(Op::buffer_get, std::move(operands), raw_type(*type));
    node->bits = u64(*type);
  } else if (feedback == seen::vector) {
    node = add(Op::vector_get, std::move(operands), Type::any);
  } else {
    node = add(Op::call_primitive, std::move(operands), Type::any);
    node->bits = u64(bytecode::primitive_of(opcode));
  }
  node->state = state;
  if (!stores) registers_[instruction.a] = node;
  return true;
}

}  // namespace lithe::ssa
