// SPDX-License-Identifier: Apache-2.0
// Calls, and the operands of everything.
#include "bytecode/function_compiler.hpp"

namespace lithe::bytecode {

using core::as;
using core::LocalPlace;
using core::Node;
using core::NodeKind;

bool is_inert(const Node& node) {
  switch (node.kind) {
    case NodeKind::constant:
    case NodeKind::self_ref:
    case NodeKind::lambda:
      return true;
    case NodeKind::local_ref:
      return !as<core::LocalRef>(node).place.local->assigned;
    default:
      return false;
  }
}

bool may_assign(const Node& node) {
  switch (node.kind) {
    case NodeKind::constant:
    case NodeKind::local_ref:
    case NodeKind::global_ref:
    case NodeKind::self_ref:
    case NodeKind::lambda:
      return false;
    case NodeKind::primitive_call:
      for (const Node* argument : as<core::PrimitiveCall>(node).arguments) {
        if (argument->kind == NodeKind::primitive_call || may_assign(*argument)) return true;
      }
      return false;
    default:
      return true;
  }
}

Register FunctionCompiler::operand(const Node& node) {
  Register reg;
  return own_register(node, reg) ? reg : fresh(node);
}

Register FunctionCompiler::operand_before(const Node& node, std::span<Node* const> later) {
  Register reg;
  if (!own_register(node, reg)) return fresh(node);
  if (!as<core::LocalRef>(node).place.local->assigned) return reg;
  for (const Node* other : later) {
    if (may_assign(*other)) return fresh(node);
  }
  return reg;
}

Register FunctionCompiler::fresh(const Node& node) {
  if (node.kind == NodeKind::call && may_visit(node))
    return call_window(as<core::Call>(node), false);
  Register reg = next_free();
  visit(node, Goal::value(reg));
  keep(reg);
  return reg;
}

FunctionCompiler::Operands FunctionCompiler::operands(const Node& left, const Node& right) {
  Node* later = const_cast<Node*>(&right);
  Register l = operand_before(left, {&later, 1});
  return {l, operand(right)};
}

void FunctionCompiler::arguments(std::span<Node* const> nodes) {
  for (const Node* node : nodes) {
    Register reg = next_free();
    visit(*node, Goal::value(reg));
    keep(reg);
  }
  need(top_ + 1);  // the result, if there is no argument
}

void FunctionCompiler::call(const core::Call& node, Goal goal) {
  bool tail = goal.is_tail() && !keeps_frame(node);
  Register result = call_window(node, tail);
  if (!tail) deliver(goal, result, node.span);
}

bool FunctionCompiler::keeps_frame(const core::Call& node) {
  if (!shadowing_ || node.callee->kind != NodeKind::global_ref) return false;
  const auto& callee = as<core::GlobalRef>(*node.callee);
  if (callee.library) return true;
  u32 name = callee.name;
  if (!shadowing_->of_library(name)) return false;
  emitter_.primitive_name(name);  // compiled anew once the program defines it
  return true;
}

Register FunctionCompiler::call_window(const core::Call& node, bool tail) {
  const Node& callee = *node.callee;
  Opcode op = tail ? Opcode::tail_call : Opcode::call;
  u32 target = 0xFFFF + 1;
  if (callee.kind == NodeKind::global_ref) {
    const auto& global = as<core::GlobalRef>(callee);
    target = emitter_.name({global.name, global.library});
    if (target <= 0xFFFF) op = tail ? Opcode::tail_call_global : Opcode::call_global;
  } else if (callee.kind == NodeKind::self_ref &&
             as<core::SelfRef>(callee).place.capture == LocalPlace::own) {
    target = 0;
    op = tail ? Opcode::tail_call_self : Opcode::call_self;
  }
  if (target > 0xFFFF) target = operand_before(callee, node.arguments);
  Register window = top_;
  arguments(node.arguments);
  emit(op, window, Register(node.arguments.size()), target, node.span);
  top_ = window + 1;
  return window;
}

}  // namespace lithe::bytecode
