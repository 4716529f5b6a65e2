// SPDX-License-Identifier: Apache-2.0
// What decides where to go on: choices, loops, pattern tries, errors, receiving.
#include "bytecode/function_compiler.hpp"
#include "bytecode/receive_tests.hpp"
#include "syntax/datum.hpp"

namespace lithe::bytecode {

using core::as;
using core::Node;
using core::NodeKind;
using core::PrimitiveCall;

namespace {

const syntax::Datum nil_datum;

/// `not` of something, or `!=`.
bool negation(const Node& node) {
  if (node.kind != NodeKind::primitive_call) return false;
  Translation how = translation(as<PrimitiveCall>(node));
  return how.op == Opcode::logical_not || how.negated;
}

}  // namespace

void FunctionCompiler::give_exits(Goal& goal, JumpList& own_exits) {
  if (!goal.is_tail() && !goal.exits) goal.exits = &own_exits;
}

void FunctionCompiler::leave(Goal goal, syntax::Span span) {
  if (goal.is_tail()) return;
  Register top = top_;
  if (!goal.is_drop()) keep(goal.reg);
  jump(Opcode::jump, 0, *goal.exits, span);
  top_ = top;
}

bool FunctionCompiler::nothing_to_do(const Node& node, Goal goal) const {
  if (goal.is_drop()) return is_inert(node);
  Register reg;
  return !goal.is_tail() && own_register(node, reg) && reg == goal.reg;
}

const Node* FunctionCompiler::if_else(const core::If& node, Goal& goal, JumpList& own_exits) {
  if (std::optional<bool> truth = known_truth(*node.test))
    return *truth ? node.then : node.otherwise;
  const Node* then = node.then;
  const Node* otherwise = node.otherwise;
  bool sense = !negation(*node.test);  // `then` is for this outcome of the test without its `not`
  if (!sense) std::swap(then, otherwise);
  auto test = [&](bool outcome, JumpList& to) { branch(*node.test, outcome == sense, to); };
  if (otherwise->kind == NodeKind::next_alternative) {
    test(false, next_try(*as<core::NextAlternative>(*otherwise).target));
    return then;
  }
  if (then->kind == NodeKind::next_alternative) {
    test(true, next_try(*as<core::NextAlternative>(*then).target));
    return otherwise;
  }
  give_exits(goal, own_exits);
  if (nothing_to_do(*otherwise, goal)) {
    test(false, *goal.exits);
    return then;
  }
  if (nothing_to_do(*then, goal)) {
    test(true, *goal.exits);
    return otherwise;
  }
  JumpList not_taken;
  test(false, not_taken);
  visit(*then, goal);
  leave(goal, node.span);
  emitter_.bind(not_taken);
  return otherwise;
}

const Node* FunctionCompiler::sequence(const core::Sequence& node) {
  for (const Node* item : node.items.first(node.items.size() - 1)) visit(*item, Goal::drop());
  return node.items.back();
}

const Node* FunctionCompiler::let(const core::Let& node, Goal& goal, JumpList& own_exits) {
  ShortCircuit logic = short_circuit(node);
  if (logic.first && goal.is_drop()) {
    give_exits(goal, own_exits);
    branch(*logic.first, logic.is_or, *goal.exits);
    return logic.second;
  }
  if (logic.first && goal.kind == Goal::Kind::value && goal.reg == top_) {
    give_exits(goal, own_exits);
    Register reg = next_free();
    visit(*logic.first, Goal::value(reg));
    keep(reg);
    jump(logic.is_or ? Opcode::jump_if : Opcode::jump_unless, reg, *goal.exits, node.span);
    top_ = reg;
    return logic.second;
  }
  bind_all(node.bindings, node.span);
  return node.body;
}

const Node* FunctionCompiler::alternatives(const core::Alternatives& node, Goal& goal,
                                           JumpList& own_exits) {
  give_exits(goal, own_exits);
  for (const Node* attempt : node.tries.first(node.tries.size() - 1)) {
    OpenAlternatives open{&node, open_alternatives_};
    open_alternatives_ = &open;
    visit(*attempt, goal);
    open_alternatives_ = open.outer;
    leave(goal, attempt->span);
    emitter_.bind(open.next);
  }
  return node.tries.back();
}

JumpList& FunctionCompiler::next_try(const Node& target) {
  OpenAlternatives* open = open_alternatives_;
  while (open->node != &target) open = open->outer;
  return open->next;
}

void FunctionCompiler::next_alternative(const core::NextAlternative& node) {
  jump(Opcode::jump, 0, next_try(*node.target), node.span);
}

const Node* FunctionCompiler::loop(const core::Loop& node) {
  for (const core::Binding& binding : node.bindings) {
    bind_register(*binding.local, fresh(*binding.init), node.span);
  }
  back_targets_.push_back({&node, emitter_.here(), top_});
  return node.body;
}

FunctionCompiler::BackTarget& FunctionCompiler::back_target(const Node& node) {
  for (size_t i = back_targets_.size(); i > 0; i--) {
    if (back_targets_[i - 1].node == &node) return back_targets_[i - 1];
  }
  LITHE_UNREACHABLE();
}

void FunctionCompiler::jump_back(const Node& node, syntax::Span span) {
  if (!reachable()) return;
  BackTarget& target = back_target(node);
  if (target.index == BackTarget::unused) {
    target.index = u32(out().loop_heads.size());
    out().loop_heads.push_back(target.head);
    if (target.index > 0xFFFF) fail("too-large", span, "the function has more than 65,536 loops");
  }
  top_ = target.top;
  emit_wide(Opcode::loop, target.index, i64(emitter_.here()) + 1 - target.head, span);
}

bool FunctionCompiler::reads(const Node& node, Register reg, u32& budget) const {
  if (budget == 0) return true;
  budget--;
  auto any = [&](std::span<Node* const> nodes) {
    for (const Node* item : nodes) {
      if (reads(*item, reg, budget)) return true;
    }
    return false;
  };
  switch (node.kind) {
    case NodeKind::constant:
    case NodeKind::global_ref:
    case NodeKind::self_ref:
      return false;
    case NodeKind::local_ref: {
      const core::LocalPlace& place = as<core::LocalRef>(node).place;
      return place.capture == core::LocalPlace::own && registers_[place.local->id] == reg;
    }
    case NodeKind::call:
      return reads(*as<core::Call>(node).callee, reg, budget) ||
             any(as<core::Call>(node).arguments);
    case NodeKind::primitive_call:
      return any(as<PrimitiveCall>(node).arguments);
    default:
      return true;
  }
}

/// A loop variable gets its new value as soon as no argument still to come reads the old one.
void FunctionCompiler::recur(const core::Recur& node) {
  std::span<const core::Binding> bindings = node.loop->bindings;
  size_t first = operands_.size();
  for (size_t i = 0; i < bindings.size(); i++) {
    const core::Local& local = *bindings[i].local;
    const Node& argument = *node.arguments[i];
    Register to = registers_[local.id];
    Register same;
    if (own_register(argument, same) && same == to) continue;
    u32 budget = 64;
    bool read_later = false;
    for (size_t j = i + 1; j < bindings.size() && !read_later; j++) {
      read_later = reads(*node.arguments[j], to, budget);
    }
    if (read_later) {
      Register from = fresh(argument);
      operands_.insert(operands_.end(), {Register(i), from});
    } else if (local.boxed()) {
      Register top = top_;
      emit(Opcode::box_new, to, operand(argument), 0, node.span);
      top_ = top;
    } else {
      visit(argument, Goal::value(to));
    }
  }
  for (size_t i = first; i < operands_.size(); i += 2) {
    const core::Local& local = *bindings[operands_[i]].local;
    Opcode op = local.boxed() ? Opcode::box_new : Opcode::move;
    emit(op, registers_[local.id], operands_[i + 1], 0, node.span);
  }
  operands_.resize(first);
  jump_back(*node.loop, node.span);
}

void FunctionCompiler::catch_here(u32 begin, u32 end, Register reg) {
  out().handlers.push_back({begin, end, emitter_.here(), u16(reg)});
  emitter_.set_reachable();
}

const Node* FunctionCompiler::try_catch(const core::Try& node, Goal& goal, JumpList& own_exits) {
  if (node.finally) {
    try_finally(node, goal);
    return nullptr;
  }
  if (!node.handler) return node.body;
  Register at = top_;
  need(at + 1);
  u32 begin = emitter_.here();
  if (goal.is_drop()) {
    visit(*node.body, Goal::drop());
  } else {
    visit(*node.body, Goal::value(goal.is_tail() ? at : goal.reg));
  }
  u32 end = emitter_.here();
  if (begin == end) return nullptr;
  if (goal.is_tail()) deliver(goal, at, node.span);
  give_exits(goal, own_exits);
  leave(goal, node.span);
  catch_here(begin, end, at);
  top_ = at + 1;
  bind_register(*node.caught, at, node.caught->span);
  return node.handler;
}

/// There is one copy of `finally`. Before it, register `at` gets the value or the error, and the
/// next one says which.
void FunctionCompiler::try_finally(const core::Try& node, Goal goal) {
  Register at = top_;
  need(at + 2);
  u32 begin = emitter_.here();
  visit(*node.body, Goal::value(at));
  if (node.handler) {
    u32 end = emitter_.here();
    JumpList done;
    top_ = at + 1;
    jump(Opcode::jump, 0, done, node.span);
    catch_here(begin, end, at);
    bind_register(*node.caught, at, node.caught->span);
    visit(*node.handler, Goal::value(at));
    top_ = at;
    emitter_.bind(done);
  }
  u32 end = emitter_.here();
  bool completes = reachable();
  JumpList clean_up;
  top_ = at + 1;
  if (completes) {
    emit_wide(Opcode::load_integer, at + 1, 0, node.span);
    top_ = at + 2;
    jump(Opcode::jump, 0, clean_up, node.span);
    top_ = at + 1;
  }
  catch_here(begin, end, at);
  if (completes) {
    emit_wide(Opcode::load_integer, at + 1, 1, node.span);
    top_ = at + 2;
    emitter_.bind(clean_up);
  }
  visit(*node.finally, Goal::drop());
  JumpList fine;
  if (completes) {
    emitter_.jump(Instruction::abc(Opcode::unless_equal_integer, u16(at + 1), 1), fine, top_,
                  node.span);
  }
  top_ = at + 1;
  emit(Opcode::throw_value, at, 0, 0, node.span);
  emitter_.bind(fine);
  deliver(goal, at, node.span);
}

const Node* FunctionCompiler::receive(const core::Receive& node, Goal& goal, JumpList& own_exits) {
  Register at = top_;
  need(at + 1);
  Register timeout = at;
  if (node.timeout) {
    timeout = operand(*node.timeout);
  } else {
    load_constant(nil_datum, Goal::value(at), at, node.span);
    keep(at);
  }
  emit(Opcode::receive_begin, timeout, 0, 0, node.span);
  top_ = at;
  back_targets_.push_back({&node, emitter_.here(), at});
  JumpList timed_out;
  Instruction next = Instruction::as(Opcode::receive_next, u16(at), 0);
  if (node.timeout) {
    emitter_.jump(next, timed_out, top_, node.span);
  } else {
    emitter_.emit(next, top_, node.span);
  }
  top_ = at + 1;
  give_exits(goal, own_exits);
  if (node.body) {
    bind_register(*node.message, at, node.span);
    visit(*node.body, goal);
  } else {
    emit(Opcode::receive_pass, 0, 0, 0, node.span);
    jump_back(node, node.span);
  }
  if (!node.timeout) return nullptr;
  leave(goal, node.span);
  top_ = at;
  emitter_.bind(timed_out);
  return node.timeout_body;
}

void FunctionCompiler::skip_message(const core::SkipMessage& node) {
  bool kept = tests_may_keep(*node.receive->body);
  emit(kept ? Opcode::receive_skip : Opcode::receive_pass, 0, 0, 0, node.span);
  jump_back(*node.receive, node.span);
}

}  // namespace lithe::bytecode
