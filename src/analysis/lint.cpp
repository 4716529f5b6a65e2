// SPDX-License-Identifier: Apache-2.0
// What is looked at in which order; names and calls.
#include "analysis/lint.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "core/walk.hpp"
#include "syntax/printer.hpp"

namespace lithe::analysis {

using core::as;
using core::Node;
using core::NodeKind;
using primitives::Arity;
using syntax::Datum;
using syntax::Severity;
using syntax::Span;

Arity arity_of(const core::Lambda& lambda) {
  Arity arity{.least = lambda.required(), .most = std::nullopt};
  if (lambda.rest == nullptr) arity.most = lambda.parameters.size();
  return arity;
}

void Lint::add(const Datum& form, std::shared_ptr<core::CoreUnit> unit) {
  note_definitions(*unit->top);
  look_at_clauses(form, *unit->top);
  units_.push_back(std::move(unit));
}

void Lint::add_macro(u32 name, const Datum& form, std::shared_ptr<core::CoreUnit> unit) {
  if (world_.is_hidden_by_definition(name)) hides(name, form.span);
  look_at_clauses(form, *unit->top);
  macros_.push_back({name, unit});
  units_.push_back(std::move(unit));
}

std::vector<syntax::Diagnostic> Lint::finish() {
  for (const auto& unit : units_) {
    LocalValues values = values_of(*unit->top);
    core::for_each_node(*unit->top, [&](const Node& node) { look_at(node, values); });
    unused(*unit->top);
  }
  for (const Macro& macro : macros_) {
    const Node& function = *macro.unit->top->body;
    if (function.kind == NodeKind::lambda) macro_that_waits(macro.name, as<core::Lambda>(function));
  }
  found_.insert(found_.end(), std::make_move_iterator(met_.begin()),
                std::make_move_iterator(met_.end()));
  auto place = [](const syntax::Diagnostic& d) {
    return std::tie(d.span.source, d.span.line, d.span.column, d.message);
  };
  std::sort(found_.begin(), found_.end(),
            [&](const auto& a, const auto& b) { return place(a) < place(b); });
  auto same = [&](const auto& a, const auto& b) { return place(a) == place(b); };
  found_.erase(std::unique(found_.begin(), found_.end(), same), found_.end());
  return std::move(found_);
}

void Lint::find(Severity severity, Span span, std::string message) {
  // In a macro that was used, say.
  bool met = std::ranges::any_of(met_, [&](const syntax::Diagnostic& d) {
    return d.span.source == span.source && d.span.line == span.line && d.message == message;
  });
  if (met) return;
  syntax::Diagnostic diagnostic;
  diagnostic.severity = severity;
  diagnostic.span = span;
  diagnostic.message = std::move(message);
  found_.push_back(std::move(diagnostic));
}

namespace {

/// The name that (eval '(def name …)) defines; null: the node is something else.
const Datum* defined_by_eval(const Node& node) {
  namespace name = base::name;
  if (node.kind != NodeKind::primitive_call) return nullptr;
  const auto& call = as<core::PrimitiveCall>(node);
  bool evaluates = primitives::Primitive(call.primitive) == primitives::Primitive::reflect_eval;
  if (!evaluates || call.arguments[0]->kind != NodeKind::constant) return nullptr;
  const Datum& form = *as<core::Constant>(*call.arguments[0]).datum;
  for (u32 head : {name::def, name::defun, name::defvar, name::defmacro}) {
    if (form.is_call_of(head) && form.size > 1 && form[1].is_symbol()) return &form[1];
  }
  return nullptr;
}

}  // namespace

void Lint::note_definitions(const Node& top) {
  core::for_each_node(top, [this](const Node& node) {
    if (const Datum* defined = defined_by_eval(node)) add_defined(u32(defined->name));
    if (node.kind == NodeKind::set_global) assigned_.insert(as<core::SetGlobal>(node).name);
    if (node.kind != NodeKind::define_global) return;
    const auto& define = as<core::DefineGlobal>(node);
    Definition& definition = definitions_[define.name];
    bool first = definition.count++ == 0;
    bool function = first && define.value->kind == NodeKind::lambda;
    bool constant = first && define.value->kind == NodeKind::constant;
    definition.lambda = function ? &as<core::Lambda>(*define.value) : nullptr;
    definition.constant = constant ? as<core::Constant>(*define.value).datum : nullptr;
    if (first && world_.is_hidden_by_definition(define.name)) hides(define.name, node.span);
  });
}

void Lint::hides(u32 name, Span span) {
  find(
      Severity::warning, span,
      "this hides the builtin " + std::string(names_.text(name)) + " from the rest of the program");
}

void Lint::look_at(const Node& node, const LocalValues& values) {
  switch (node.kind) {
    case NodeKind::call:
      return look_at_call(as<core::Call>(node), values);
    case NodeKind::sequence:
      return look_at_sequence(as<core::Sequence>(node));
    case NodeKind::primitive_call:
      return look_at_spawn(as<core::PrimitiveCall>(node), values);
    case NodeKind::global_ref:
      if (as<core::GlobalRef>(node).library) return;
      return look_at_name(as<core::GlobalRef>(node).name, node.span);
    case NodeKind::set_global:
      return look_at_name(as<core::SetGlobal>(node).name, node.span);
    case NodeKind::if_:
      return look_at_assertion(as<core::If>(node), values);
    default:
      return;
  }
}

void Lint::look_at_sequence(const core::Sequence& sequence) {
  for (size_t i = 0; i + 1 < sequence.items.size(); ++i) {
    const Node& next = *sequence.items[i + 1];
    if (sequence.items[i]->kind != NodeKind::throw_ || next.kind == NodeKind::constant) continue;
    return find(Severity::warning, next.span, "never reached: the form above throws");
  }
}

void Lint::look_at_name(u32 name, Span span) {
  if (text_is_missing_) return;
  if (definitions_.contains(name) || world_.is_known(name) || world_.is_defined(name)) return;
  find(Severity::error, span, world_.undefined(name));
}

void Lint::look_at_call(const core::Call& call, const LocalValues& values) {
  const Node& callee = known(*call.callee, values);
  const Datum* constant = callee.kind == NodeKind::constant ? as<core::Constant>(callee).datum
                          : callee.kind == NodeKind::global_ref
                              ? constant_of_global(as<core::GlobalRef>(callee))
                              : nullptr;
  if (constant == nullptr) {
    look_at_arguments(callee, *call.callee, call.arguments.size(), call.span);
    return look_at_callbacks(callee, call, values);
  }
  find(Severity::error, call.span,
       "only a function can be called, got " +
           syntax::excerpt_for_message(syntax::print(*constant, names_)));
}

/// A new process calls a function with the arguments behind it.
void Lint::look_at_spawn(const core::PrimitiveCall& call, const LocalValues& values) {
  size_t function = 0;
  switch (primitives::Primitive(call.primitive)) {
    case primitives::Primitive::process_spawn:
    case primitives::Primitive::process_spawn_link:
    case primitives::Primitive::process_spawn_monitor:
      break;
    case primitives::Primitive::process_spawn_opt:
      function = 1;
      break;
    default:
      return;
  }
  if (definitions_.contains(call.name)) return;
  const Node& called = *call.arguments[function];
  look_at_arguments(known(called, values), called, call.arguments.size() - function - 1, call.span);
}

/// Where it is certain which function is called: `callee`, which the program calls by `head`.
void Lint::look_at_arguments(const Node& callee, const Node& head, u64 given, Span span) {
  Callee called = callee_of(callee, head);
  if (!called.arity || called.arity->takes(given)) return;
  find(Severity::error, span, primitives::wrong_arity(called.name, *called.arity, given));
}

Lint::Callee Lint::callee_of(const Node& function, const Node& head) {
  if (function.kind == NodeKind::global_ref) {
    const auto& global = as<core::GlobalRef>(function);
    return {std::string(names_.text(global.name)), arity_of_global(global)};
  }
  if (function.kind != NodeKind::lambda) return {};
  const auto& lambda = as<core::Lambda>(function);
  u64 name = lambda.name;
  if (head.kind == NodeKind::local_ref) name = as<core::LocalRef>(head).place.local->name;
  bool named = name != 0 && name <= UINT32_MAX;
  return {named ? std::string(names_.text(u32(name))) : "the function", arity_of(lambda)};
}

/// Null: it is something else, or that is known when the program runs.
const Datum* Lint::constant_of_global(const core::GlobalRef& global) const {
  auto found = definitions_.find(global.name);
  if (global.library || found == definitions_.end() || assigned_.contains(global.name)) {
    return nullptr;
  }
  return found->second.constant;
}

std::optional<Arity> Lint::arity_of_global(const core::GlobalRef& global) {
  if (global.library) return world_.arity(global.name, true);
  if (assigned_.contains(global.name)) return std::nullopt;
  auto found = definitions_.find(global.name);
  if (found == definitions_.end()) return world_.arity(global.name, false);
  const core::Lambda* lambda = found->second.lambda;
  if (lambda == nullptr) return std::nullopt;
  return arity_of(*lambda);
}

}  // namespace lithe::analysis
