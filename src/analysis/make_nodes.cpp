// SPDX-License-Identifier: Apache-2.0
// The parts of FormAnalyzer that make nodes and variables, and those that make errors.
#include <algorithm>

#include "analysis/form_analyzer.hpp"
#include "syntax/printer.hpp"

namespace lithe::analysis {

using syntax::DatumKind;

namespace {

core::Effect larger(core::Effect a, core::Effect b) { return std::max(a, b); }

core::Effect largest(std::span<Node* const> nodes, core::Effect effect = core::Effect::pure) {
  for (const Node* node : nodes) effect = larger(effect, node->effect);
  return effect;
}

}  // namespace

Node* FormAnalyzer::constant(const Datum& datum) {
  auto* node = make<core::Constant>(datum.span);
  bool flat =
      !datum.is_sequence() && !datum.is(DatumKind::string) && !datum.is(DatumKind::big_integer);
  if (flat || datum.size == 0) {
    Datum* copy = arena_->make<Datum>();
    *copy = datum;
    node->datum = copy;
  } else {
    node->datum = syntax::DatumBuilder(*arena_).copy(datum);
  }
  return node;
}

Node* FormAnalyzer::nil(Span span) {
  auto* node = make<core::Constant>(span);
  node->datum = syntax::DatumBuilder(*arena_).nil(span);
  return node;
}

Node* FormAnalyzer::boolean(bool value, Span span) {
  auto* node = make<core::Constant>(span);
  node->datum = syntax::DatumBuilder(*arena_).boolean(value, span);
  return node;
}

/// Use of a variable as a value.
Node* FormAnalyzer::reference(Variable& local, Span span) {
  local.used = true;
  if (local.loop != nullptr) local.other_use = true;
  if (!local.bound && local.owner == function_) {
    auto* symbol = make<core::Constant>(span);
    symbol->datum = syntax::DatumBuilder(*arena_).symbol(local.name, span);
    return primitive(Primitive::internal_unbound_local, {symbol}, span);
  }
  auto* node = make<core::LocalRef>(span);
  node->place.local = &local;
  if (local.owner != function_) references_.push_back({node, function_, !local.bound});
  return node;
}

/// Use of a variable that belongs to the function in work, or will once named lets are merged.
Node* FormAnalyzer::own_reference(Variable& local, Span span) {
  local.used = true;
  auto* node = make<core::LocalRef>(span);
  node->place.local = &local;
  return node;
}

core::GlobalRef* FormAnalyzer::global(u32 id, Span span) {
  auto* node = make<core::GlobalRef>(span);
  node->name = id;
  return node;
}

Node* FormAnalyzer::primitive(Primitive which, std::initializer_list<Node*> arguments, Span span) {
  std::span<Node* const> given(arguments.begin(), arguments.size());
  return primitive_call(which, core::PrimitiveCall::not_by_name, arena_->copy(given), span);
}

Node* FormAnalyzer::primitive_call(Primitive which, u32 id, std::span<Node*> arguments, Span span) {
  auto* node = make<core::PrimitiveCall>(span);
  node->primitive = u16(which);
  node->name = id;
  node->arguments = arguments;
  node->effect = largest(arguments, core::Effect(u8(info(which).effect)));
  return node;
}

Node* FormAnalyzer::conditional(Node* test, Node* then, Node* otherwise, Span span) {
  auto* node = make<core::If>(span);
  node->test = test;
  node->then = then;
  node->otherwise = otherwise;
  node->effect = larger(test->effect, larger(then->effect, otherwise->effect));
  return node;
}

/// The items in order; nil if there are none.
Node* FormAnalyzer::sequence(std::span<Node* const> items, Span span) {
  if (items.empty()) return nil(span);
  if (items.size() == 1) return items[0];
  auto* node = make<core::Sequence>(span);
  node->items = arena_->copy(items);
  node->effect = largest(items);
  return node;
}

Node* FormAnalyzer::let(std::span<const core::Binding> bindings, Node* body, Span span) {
  if (bindings.empty()) return body;
  auto* node = make<core::Let>(span);
  node->bindings = arena_->copy(bindings);
  node->body = body;
  node->effect = body->effect;
  for (const core::Binding& binding : bindings) {
    if (binding.init != nullptr) node->effect = larger(node->effect, binding.init->effect);
  }
  return node;
}

Variable* FormAnalyzer::variable(u64 symbol, Span span) {
  Variable* made = ::new (arena_->allocate(sizeof(Variable), alignof(Variable))) Variable;
  made->name = symbol;
  made->span = span;
  made->owner = function_;
  variables_.push_back(made);
  return made;
}

Variable* FormAnalyzer::synthetic(Span span) {
  Variable* made = variable(0, span);
  made->synthetic = true;
  return made;
}

Failed FormAnalyzer::fail(Span span, std::string message) {
  if (!error_) error_ = syntax::make_error("syntax-error", span, std::move(message));
  return {};
}

Failed FormAnalyzer::expected(const Datum& form, std::string_view what) {
  return fail(form.span, form_text(form) + ": expected " + std::string(what));
}

Failed FormAnalyzer::expected(const Datum& form, std::string_view what, const Datum& got) {
  std::string message = form_text(form) + ": expected " + std::string(what) + ", got " + shown(got);
  if (got.is(syntax::DatumKind::vector) && what.starts_with("a list"))
    message += "; use round brackets: " + in_round_brackets(got, what == "a list of bindings");
  return fail(got.span, std::move(message));
}

/// A vector as the list that was meant; of bindings, names and values by turns as pairs.
std::string FormAnalyzer::in_round_brackets(const Datum& vector, bool bindings) const {
  std::string text = "(";
  bool pairs = bindings && vector.size > 0 && vector[0].is_symbol();
  for (u32 i = 0; i < vector.size; ++i) {
    if (i > 0) text += ' ';
    if (pairs && i % 2 == 0) text += '(';
    text += syntax::print(vector[i], names_);
    if (pairs && i % 2 == 1) text += ')';
  }
  if (pairs && vector.size % 2 == 1) text += " …)";
  return syntax::excerpt_for_message(text + ")");
}

Failed FormAnalyzer::note(Span span, std::string message) {
  if (error_) error_->notes.push_back({span, std::move(message)});
  return {};
}

/// A symbol that no local has => what it means at top level.
bool FormAnalyzer::resolve(u64& symbol, Span span) {
  std::string wrong;
  if (space_ == NameSpace::library || globals_.resolve(symbol, wrong)) return true;
  return fail(span, std::move(wrong));
}

std::string FormAnalyzer::text_of(u64 symbol) const {
  if (symbol & Datum::gensym_bit) return "gensym";
  return std::string(names_.text(u32(symbol)));
}

std::string FormAnalyzer::shown(const Datum& datum) const {
  return syntax::excerpt_for_message(syntax::print(datum, names_));
}

/// What a message about a form begins with: its head.
std::string FormAnalyzer::form_text(const Datum& list) const {
  bool headed = list.is_list() && list.size > 0 && list[0].is_symbol();
  return headed ? text_of(list[0].name) : shown(list);
}

}  // namespace lithe::analysis
