// SPDX-License-Identifier: Apache-2.0
// Calls of builtins, as values. As conditions: compile_test.cpp.
#include <algorithm>
#include <array>

#include "bytecode/function_compiler.hpp"
#include "syntax/datum.hpp"

namespace lithe::bytecode {

using core::as;
using core::Node;
using core::NodeKind;
using core::PrimitiveCall;
using primitives::Primitive;

namespace {

constexpr auto translations = [] {
  std::array<Translation, primitives::primitive_count> table{};
  auto set = [&](Primitive primitive, Opcode op, Shape shape, bool swapped = false,
                 bool negated = false) { table[u16(primitive)] = {op, shape, swapped, negated}; };
  set(Primitive::add, Opcode::add, Shape::fold);
  set(Primitive::subtract, Opcode::subtract, Shape::fold);
  set(Primitive::multiply, Opcode::multiply, Shape::fold);
  set(Primitive::divide, Opcode::divide, Shape::fold);
  set(Primitive::modulo, Opcode::modulo, Shape::binary);
  set(Primitive::math_rem, Opcode::remainder, Shape::binary);
  set(Primitive::math_quot, Opcode::quotient, Shape::binary);
  set(Primitive::math_bit_and, Opcode::bit_and, Shape::fold);
  set(Primitive::math_bit_or, Opcode::bit_or, Shape::fold);
  set(Primitive::math_bit_xor, Opcode::bit_xor, Shape::fold);
  set(Primitive::math_shift_left, Opcode::shift_left, Shape::binary);
  set(Primitive::math_shift_right, Opcode::shift_right, Shape::binary);
  set(Primitive::buffer_get, Opcode::buffer_get, Shape::binary);
  set(Primitive::buffer_set, Opcode::buffer_set, Shape::store);
  set(Primitive::vector_get, Opcode::vector_get, Shape::binary);
  set(Primitive::get, Opcode::get_element, Shape::binary);
  set(Primitive::equal, Opcode::equal, Shape::comparison);
  set(Primitive::not_equal, Opcode::equal, Shape::comparison, false, true);
  set(Primitive::less, Opcode::less, Shape::comparison);
  set(Primitive::greater, Opcode::less, Shape::comparison, true);
  set(Primitive::less_equal, Opcode::less_equal, Shape::comparison);
  set(Primitive::greater_equal, Opcode::less_equal, Shape::comparison, true);
  set(Primitive::logical_not, Opcode::logical_not, Shape::unary);
  set(Primitive::head, Opcode::head, Shape::unary);
  set(Primitive::tail, Opcode::tail, Shape::unary);
  set(Primitive::cons, Opcode::cons, Shape::binary);
  set(Primitive::internal_is_empty_list, Opcode::is_empty_list, Shape::unary);
  set(Primitive::list, Opcode::make_list, Shape::list);
  set(Primitive::vector_of, Opcode::make_vector, Shape::vector);
  set(Primitive::map_of, Opcode::make_map, Shape::map);
  return table;
}();

bool fits(Shape shape, size_t arguments) {
  switch (shape) {
    case Shape::unary:
      return arguments == 1;
    case Shape::binary:
      return arguments == 2;
    case Shape::store:
      return arguments == 3;
    case Shape::fold:
    case Shape::comparison:
      return arguments >= 2;
    case Shape::map:
      return arguments % 2 == 0;
    case Shape::vector:
      return arguments <= most_flat_elements;
    case Shape::window:
    case Shape::list:
      return true;
  }
  return false;
}

/// The call that it makes is its last act: a tail call if it stands in tail position.
bool goes_on_in_a_function(Primitive primitive) {
  return primitive == Primitive::apply || primitive == Primitive::reflect_eval;
}

}  // namespace

Translation translation(const PrimitiveCall& node) {
  Translation found = translations[node.primitive];
  return fits(found.shape, node.arguments.size()) ? found : Translation{};
}

std::optional<i16> small_integer(const Node& node) {
  if (node.kind != NodeKind::constant) return std::nullopt;
  const syntax::Datum& datum = *as<core::Constant>(node).datum;
  if (!datum.is(syntax::DatumKind::integer) || i16(datum.integer) != datum.integer)
    return std::nullopt;
  return i16(datum.integer);
}

void FunctionCompiler::primitive(const PrimitiveCall& node, Goal goal, Register base) {
  if (is_shadowed(node)) return definition_call(node, goal);
  note_name(node);
  Translation how = translation(node);
  switch (how.shape) {
    case Shape::window:
      return primitive_window(node, goal);
    case Shape::unary:
      return unary(node, how.op, goal, base);
    case Shape::binary:
      return binary(node, how.op, goal, base);
    case Shape::store:
      return store(node, how.op, goal);
    case Shape::fold:
      return fold(node, how.op, goal, base);
    case Shape::comparison:
      return node.arguments.size() == 2 ? comparison(node, how, goal, base)
                                        : chain(node, how, goal);
    case Shape::list:
    case Shape::vector:
    case Shape::map:
      return collection(node, how, goal, base);
  }
}

bool FunctionCompiler::is_shadowed(const PrimitiveCall& node) const {
  return shadowing_ && node.name != PrimitiveCall::not_by_name && shadowing_->defined(node.name);
}

void FunctionCompiler::definition_call(const PrimitiveCall& node, Goal goal) {
  core::GlobalRef callee;
  callee.name = node.name;
  callee.span = node.span;
  core::Call definition;
  definition.callee = &callee;
  definition.arguments = node.arguments;
  definition.span = node.span;
  call(definition, goal);
}

void FunctionCompiler::note_name(const PrimitiveCall& node) {
  if (node.name != PrimitiveCall::not_by_name) emitter_.primitive_name(node.name);
}

void FunctionCompiler::note_places(bool swapped, size_t before) {
  if (!reachable() || (!swapped && before == 0)) return;
  out().operand_places.push_back({emitter_.here(), swapped, u16(before)});
}

void FunctionCompiler::primitive_window(const PrimitiveCall& node, Goal goal) {
  Register window = top_;
  arguments(node.arguments);
  bool tail = goal.is_tail() && goes_on_in_a_function(Primitive(node.primitive));
  Opcode op = tail ? Opcode::tail_call_primitive : Opcode::call_primitive;
  emit(op, window, Register(node.arguments.size()), node.primitive, node.span);
  if (tail) return;
  top_ = window + 1;
  deliver(goal, window, node.span);
}

void FunctionCompiler::unary(const PrimitiveCall& node, Opcode op, Goal goal, Register base) {
  Register from = operand(*node.arguments[0]);
  Register to = place(goal, base);
  emit(op, to, from, 0, node.span);
  deliver(goal, to, node.span);
}

void FunctionCompiler::binary(const PrimitiveCall& node, Opcode op, Goal goal, Register base) {
  Operands from = operands(*node.arguments[0], *node.arguments[1]);
  Register to = place(goal, base);
  emit(op, to, from.left, from.right, node.span);
  deliver(goal, to, node.span);
}

void FunctionCompiler::store(const PrimitiveCall& node, Opcode op, Goal goal) {
  size_t first = operands_.size();
  evaluate_all(node.arguments);
  Register stored = operands_[first + 2];
  emit(op, operands_[first], operands_[first + 1], stored, node.span);
  operands_.resize(first);
  deliver(goal, stored, node.span);
}

/// to = left op right, with a constant in the instruction where that is possible; `before`
/// arguments stand to the left of both. top_ may rise.
void FunctionCompiler::step(Opcode op, Register to, Register left, const Node& right, size_t before,
                            syntax::Span span) {
  std::optional<i16> constant = small_integer(right);
  bool has_immediate = op == Opcode::add || op == Opcode::subtract;
  if (constant && has_immediate) {
    note_places(false, before);
    Opcode immediate = op == Opcode::add ? Opcode::add_integer : Opcode::subtract_integer;
    return emit(immediate, to, left, u16(*constant), span);
  }
  Register from = operand(right);
  note_places(false, before);
  emit(op, to, left, from, span);
}

void FunctionCompiler::fold(const PrimitiveCall& node, Opcode op, Goal goal, Register base) {
  std::span<Node* const> arguments = node.arguments;
  if (arguments.size() > 2) return fold_many(node, op, goal, base);
  const Node& left = *arguments[0];
  const Node& right = *arguments[1];
  Register to = place(goal, base);
  std::optional<i16> constant = small_integer(left);
  if (op == Opcode::add && constant && !small_integer(right)) {
    Register from = operand(right);
    note_places(true, 0);
    emit(Opcode::add_integer, to, from, u16(*constant), node.span);
  } else {
    step(op, to, operand_before(left, arguments.subspan(1)), right, 0, node.span);
  }
  deliver(goal, to, node.span);
}

void FunctionCompiler::fold_many(const PrimitiveCall& node, Opcode op, Goal goal, Register base) {
  std::span<Node* const> arguments = node.arguments;
  std::span<Node* const> rest = arguments.subspan(2);
  size_t last = arguments.size() - 1;
  Register sum = next_free();
  if (std::all_of(rest.begin(), rest.end(), [](Node* item) { return is_inert(*item); })) {
    Register left = operand_before(*arguments[0], arguments.subspan(1));
    for (size_t i = 1; i <= last; i++) {
      step(op, i == last ? place(goal, base) : sum, left, *arguments[i], i - 1, node.span);
      left = sum;
      top_ = sum + 1;
    }
    return deliver(goal, place(goal, base), node.span);
  }
  // All are evaluated before the first operation, so that its error does not come too early.
  size_t first = operands_.size();
  evaluate_all(arguments);
  sum = next_free();
  Register left = operands_[first];
  for (size_t i = 1; i <= last; i++) {
    note_places(false, i - 1);
    emit(op, i == last ? place(goal, base) : sum, left, operands_[first + i], node.span);
    left = sum;
    top_ = sum + 1;
  }
  operands_.resize(first);
  deliver(goal, place(goal, base), node.span);
}

void FunctionCompiler::evaluate_all(std::span<Node* const> nodes) {
  for (size_t i = 0; i < nodes.size(); i++) {
    Register reg = operand_before(*nodes[i], nodes.subspan(i + 1));
    operands_.push_back(reg);
  }
}

void FunctionCompiler::comparison(const PrimitiveCall& node, Translation how, Goal goal,
                                  Register base) {
  Operands from = operands(*node.arguments[0], *node.arguments[1]);
  Register to = place(goal, base);
  compare(how, to, from.left, from.right, 0, node.span);
  if (how.negated) {
    keep(to);
    emit(Opcode::logical_not, to, to, 0, node.span);
  }
  deliver(goal, to, node.span);
}

void FunctionCompiler::compare(Translation how, Register to, Register left, Register right,
                               size_t before, syntax::Span span) {
  note_places(how.swapped, before);
  if (how.swapped) std::swap(left, right);
  emit(how.op, to, left, right, span);
}

void FunctionCompiler::chain(const PrimitiveCall& node, Translation how, Goal goal) {
  size_t first = operands_.size();
  evaluate_all(node.arguments);
  Register answer = next_free();
  JumpList decided;
  for (size_t i = 1; i < node.arguments.size(); i++) {
    compare(how, answer, operands_[first + i - 1], operands_[first + i], i - 1, node.span);
    keep(answer);
    if (i + 1 < node.arguments.size()) jump(Opcode::jump_unless, answer, decided, node.span);
  }
  operands_.resize(first);
  emitter_.bind(decided);
  deliver(goal, answer, node.span);
}

void FunctionCompiler::collection(const PrimitiveCall& node, Translation how, Goal goal,
                                  Register base) {
  Register window = top_;
  arguments(node.arguments);
  size_t count = how.shape == Shape::map ? node.arguments.size() / 2 : node.arguments.size();
  Register to = place(goal, base);
  emit(how.op, to, window, Register(count), node.span);
  deliver(goal, to, node.span);
}

}  // namespace lithe::bytecode
