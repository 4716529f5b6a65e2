// SPDX-License-Identifier: Apache-2.0
// Expressions as conditions: where only the truth of the value counts, comparisons and logic
// become jumps. Floats may be NaN, so "not less" is never turned into "greater or equal".
#include <algorithm>

#include "bytecode/function_compiler.hpp"
#include "syntax/datum.hpp"

namespace lithe::bytecode {

using core::as;
using core::LocalPlace;
using core::Node;
using core::NodeKind;
using core::PrimitiveCall;

namespace {

Opcode unless(Opcode comparison) {
  switch (comparison) {
    case Opcode::less:
      return Opcode::unless_less;
    case Opcode::less_equal:
      return Opcode::unless_less_equal;
    default:
      return Opcode::unless_equal;
  }
}

/// With the constant on the right, or (`mirrored`) on the left in the source.
Opcode unless_integer(Translation how, bool mirrored) {
  bool greater = how.swapped != mirrored;
  switch (how.op) {
    case Opcode::less:
      return greater ? Opcode::unless_greater_integer : Opcode::unless_less_integer;
    case Opcode::less_equal:
      return greater ? Opcode::unless_greater_equal_integer : Opcode::unless_less_equal_integer;
    default:
      return Opcode::unless_equal_integer;
  }
}

bool is_ref_to(const Node& node, const core::Local* local) {
  return node.kind == NodeKind::local_ref && as<core::LocalRef>(node).place.local == local;
}

}  // namespace

std::optional<bool> known_truth(const Node& node) {
  if (node.kind == NodeKind::lambda || node.kind == NodeKind::self_ref) return true;
  if (node.kind != NodeKind::constant) return std::nullopt;
  const syntax::Datum& datum = *as<core::Constant>(node).datum;
  return !datum.is(syntax::DatumKind::nil) &&
         !(datum.is(syntax::DatumKind::boolean) && !datum.truth);
}

ShortCircuit short_circuit(const core::Let& let) {
  if (let.bindings.size() != 1 || let.body->kind != NodeKind::if_) return {};
  const core::Binding& binding = let.bindings[0];
  if (!binding.local || !binding.local->synthetic || !binding.init) return {};
  const auto& choice = as<core::If>(*let.body);
  if (!is_ref_to(*choice.test, binding.local)) return {};
  if (is_ref_to(*choice.then, binding.local)) return {binding.init, choice.otherwise, true};
  if (is_ref_to(*choice.otherwise, binding.local)) return {binding.init, choice.then, false};
  return {};
}

void FunctionCompiler::branch(const Node& first, bool sense, JumpList& to) {
  if (!may_visit(first)) return;
  Register base = top_;
  JumpList past;
  const Node* node = &first;
  while (node && reachable() && !failed()) {
    switch (node->kind) {
      case NodeKind::if_:
        node = branch_if(as<core::If>(*node), sense, to, past);
        break;
      case NodeKind::let:
        node = branch_let(as<core::Let>(*node), sense, to, past);
        break;
      case NodeKind::sequence:
        node = sequence(as<core::Sequence>(*node));
        break;
      case NodeKind::primitive_call:
        node = branch_primitive(as<PrimitiveCall>(*node), sense, to);
        break;
      default:
        branch_value(*node, sense, to);
        node = nullptr;
    }
  }
  top_ = base;
  emitter_.bind(past);
}

const Node* FunctionCompiler::branch_if(const core::If& node, bool sense, JumpList& to,
                                        JumpList& past) {
  if (std::optional<bool> truth = known_truth(*node.test))
    return *truth ? node.then : node.otherwise;
  if (std::optional<bool> truth = known_truth(*node.then)) {
    branch(*node.test, true, *truth == sense ? to : past);
    return node.otherwise;
  }
  if (std::optional<bool> truth = known_truth(*node.otherwise)) {
    branch(*node.test, false, *truth == sense ? to : past);
    return node.then;
  }
  JumpList otherwise;
  branch(*node.test, false, otherwise);
  branch(*node.then, sense, to);
  jump(Opcode::jump, 0, past, node.span);
  emitter_.bind(otherwise);
  return node.otherwise;
}

const Node* FunctionCompiler::branch_let(const core::Let& node, bool sense, JumpList& to,
                                         JumpList& past) {
  ShortCircuit logic = short_circuit(node);
  if (!logic.first) {
    bind_all(node.bindings, node.span);
    return node.body;
  }
  branch(*logic.first, logic.is_or, logic.is_or == sense ? to : past);
  return logic.second;
}

const Node* FunctionCompiler::branch_primitive(const PrimitiveCall& node, bool& sense,
                                               JumpList& to) {
  Translation how = is_shadowed(node) ? Translation{} : translation(node);
  if (how.shape == Shape::comparison) {
    note_name(node);
    branch_comparison(node, how, sense != how.negated, to);
    return nullptr;
  }
  if (how.op == Opcode::logical_not) {
    note_name(node);
    sense = !sense;
    return node.arguments[0];
  }
  if (node.primitive == u16(primitives::Primitive::internal_is_cons)) {
    Register list = operand(*node.arguments[0]);
    branch_on(Instruction::as(Opcode::unless_cons, u16(list), 0), sense, to, node.span);
    return nullptr;
  }
  branch_value(node, sense, to);
  return nullptr;
}

void FunctionCompiler::branch_comparison(const PrimitiveCall& node, Translation how, bool sense,
                                         JumpList& to) {
  if (node.arguments.size() > 2) return branch_chain(node, how, sense, to);
  const Node& left = *node.arguments[0];
  const Node& right = *node.arguments[1];
  if (std::optional<i16> constant = small_integer(right)) {
    Register reg = operand(left);
    Instruction test = Instruction::abc(unless_integer(how, false), u16(reg), u16(*constant));
    return branch_on(test, sense, to, node.span);
  }
  if (std::optional<i16> constant = small_integer(left)) {
    Register reg = operand(right);
    if (how.op != Opcode::equal) note_places(true, 0);
    Instruction test = Instruction::abc(unless_integer(how, true), u16(reg), u16(*constant));
    return branch_on(test, sense, to, node.span);
  }
  Operands from = operands(left, right);
  branch_pair(how, from.left, from.right, 0, sense, to, node.span);
}

void FunctionCompiler::branch_pair(Translation how, Register left, Register right, size_t before,
                                   bool sense, JumpList& to, syntax::Span span) {
  note_places(how.swapped, before);
  if (how.swapped) std::swap(left, right);
  branch_on(Instruction::abc(unless(how.op), u16(left), u16(right)), sense, to, span);
}

void FunctionCompiler::branch_chain(const PrimitiveCall& node, Translation how, bool sense,
                                    JumpList& to) {
  size_t first = operands_.size();
  evaluate_all(node.arguments);
  JumpList past;
  size_t last = node.arguments.size() - 1;
  for (size_t i = 1; i <= last; i++) {
    Register left = operands_[first + i - 1];
    Register right = operands_[first + i];
    if (i < last) {
      branch_pair(how, left, right, i - 1, false, sense ? past : to, node.span);
    } else {
      branch_pair(how, left, right, i - 1, sense, to, node.span);
    }
  }
  operands_.resize(first);
  emitter_.bind(past);
}

void FunctionCompiler::branch_value(const Node& node, bool sense, JumpList& to) {
  if (std::optional<bool> truth = known_truth(node)) {
    if (*truth == sense) jump(Opcode::jump, 0, to, node.span);
    return;
  }
  Register reg = operand(node);
  jump(sense ? Opcode::jump_if : Opcode::jump_unless, reg, to, node.span);
}

void FunctionCompiler::branch_on(Instruction instruction, bool sense, JumpList& to,
                                 syntax::Span span) {
  if (!sense) return emitter_.jump(instruction, to, top_, span);
  JumpList past;
  emitter_.jump(instruction, past, top_, span);
  jump(Opcode::jump, 0, to, span);
  emitter_.bind(past);
}

}  // namespace lithe::bytecode
