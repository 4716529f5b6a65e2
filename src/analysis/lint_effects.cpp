// SPDX-License-Identifier: Apache-2.0
// What a program asserts about effects, and macros that wait.
#include <algorithm>

#include "analysis/lint.hpp"
#include "core/walk.hpp"
#include "syntax/printer.hpp"

namespace lithe::analysis {

using core::as;
using core::Node;
using core::NodeKind;
using primitives::Primitive;
using syntax::Datum;
using syntax::DatumKind;
using syntax::Severity;
using syntax::Span;
using Kind = EffectCause::Kind;

namespace {

/// Functions that call each other may each be what decides the other's effect.
constexpr int most_hops = 50;

const core::PrimitiveCall* call_of(const Node& node, std::initializer_list<Primitive> which) {
  if (node.kind != NodeKind::primitive_call) return nullptr;
  const auto& call = as<core::PrimitiveCall>(node);
  bool found = std::ranges::find(which, Primitive(call.primitive)) != which.end();
  return found ? &call : nullptr;
}

}  // namespace

/// (assert (== (effect f) :pure)) is (if test value (%assertion-failed …)).
void Lint::look_at_assertion(const core::If& test, const LocalValues& values) {
  if (call_of(*test.otherwise, {Primitive::internal_assertion_failed}) == nullptr) return;
  const Node& asserted = known(*test.test, values);
  if (const auto* comparison = call_of(asserted, {Primitive::equal, Primitive::not_equal}))
    look_at_claim(*comparison, values);
}

/// Each function whose effect is compared, with each constant that it is compared with.
void Lint::look_at_claim(const core::PrimitiveCall& comparison, const LocalValues& values) {
  if (definitions_.contains(comparison.name)) return;
  bool holds_if_same = Primitive(comparison.primitive) == Primitive::equal;
  std::vector<const Node*> functions;
  std::vector<const Datum*> words;
  for (const Node* argument : comparison.arguments) {
    const Node& value = known(*argument, values);
    if (const Node* function = function_of_effect(value, values)) functions.push_back(function);
    if (value.kind == NodeKind::constant) words.push_back(as<core::Constant>(value).datum);
  }
  for (const Node* function : functions) {
    for (const Datum* word : words) claim(*function, *word, holds_if_same, comparison.span);
  }
}

/// The f of (effect f); null: it is something else.
const Node* Lint::function_of_effect(const Node& node, const LocalValues& values) {
  const auto* call = call_of(node, {Primitive::reflect_effect});
  if (call == nullptr || definitions_.contains(call->name)) return nullptr;
  return &known(*call->arguments[0], values);
}

void Lint::claim(const Node& function, const Datum& word, bool holds_if_same, Span span) {
  auto named = [&](std::string_view name) {
    return word.is(DatumKind::keyword) && names_.text(u32(word.name)) == name;
  };
  std::string claimed = syntax::print(word, names_);
  if (std::ranges::none_of(core::effect_names, named)) {
    return find(
        Severity::error, span,
        "an effect is :pure, :sync or :async, and never " + syntax::excerpt_for_message(claimed));
  }
  std::optional<Known> known = effect_of(function);
  if (!known) return;
  std::string_view effect = core::effect_names[u8(known->effect.worst())];
  if (named(effect) == holds_if_same || !is_settled(known->effect, known->space)) return;
  std::string message = known->name + " is " + std::string(effect);
  if (holds_if_same) message += ", not " + claimed.substr(1);
  std::string why = explain_effect(known->effect, known->lambda, names_, sources_);
  find(Severity::error, span, why.empty() ? message : message + ": " + why);
}

/// Nothing, if what the name stands for is known only when the program runs.
std::optional<Lint::Known> Lint::effect_of(const Node& function) {
  if (function.kind == NodeKind::lambda) {
    const auto& lambda = as<core::Lambda>(function);
    return Known{effects_.of(lambda, NameSpace::user), &lambda, NameSpace::user, "the function"};
  }
  u32 name = 0;
  if (function.kind == NodeKind::global_ref) {
    name = as<core::GlobalRef>(function).name;
  } else if (function.kind == NodeKind::constant) {
    const Datum& datum = *as<core::Constant>(function).datum;
    if (!datum.is_symbol() || datum.name > UINT32_MAX) return std::nullopt;
    name = u32(datum.name);
  } else {
    return std::nullopt;
  }
  std::string text(names_.text(name));
  if (assigned_.contains(name)) return std::nullopt;
  if (auto found = definitions_.find(name); found != definitions_.end()) {
    const core::Lambda* lambda = found->second.lambda;
    if (lambda == nullptr) return std::nullopt;
    return Known{effects_.of(*lambda, NameSpace::user), lambda, NameSpace::user, text};
  }
  if (!world_.is_known(name) && !world_.is_defined(name)) return std::nullopt;
  EffectStore::Function known = effects_.function({NameSpace::user, name});
  return Known{effects_.of({NameSpace::user, name}), known.lambda, known.written_in, text};
}

/// Whether it stays the same when the program runs: nothing that decided it is a name for which
/// the check knows no function, because the form that defines it was not run.
bool Lint::is_settled(const FunctionEffect& effect, NameSpace space) {
  FunctionEffect at = effect;
  for (int hop = 0; hop < most_hops; ++hop) {
    if (at.cause.kind == Kind::unknown_global) return false;
    if (at.cause.kind != Kind::function) return true;
    GlobalName callee{space, at.cause.name};
    EffectStore::Function function = effects_.function(callee);
    if (function.lambda == nullptr) return true;
    FunctionEffect next = effects_.of(callee);
    if (next.effect < at.effect) return true;  // it is as an argument is
    space = function.written_in;
    at = next;
  }
  return true;
}

/// "calls the function nap, which calls the builtin timer/sleep"; nothing, if it may do otherwise.
std::optional<std::string> Lint::how_it_waits(const EffectCause& cause, NameSpace space) {
  std::string text;
  EffectCause at = cause;
  for (int hop = 0; hop < most_hops; ++hop) {
    if (hop > 0) text += ", which ";
    text += describe(at, names_);
    if (at.kind == Kind::builtin || at.kind == Kind::receive) return text;
    if (at.kind != Kind::function) return std::nullopt;
    GlobalName callee{space, at.name};
    EffectStore::Function function = effects_.function(callee);
    FunctionEffect next = effects_.of(callee);
    if (function.lambda == nullptr || next.effect != Effect::async) return std::nullopt;
    space = function.written_in;
    at = next.cause;
  }
  return std::nullopt;
}

void Lint::macro_that_waits(u32 name, const core::Lambda& macro) {
  FunctionEffect effect = effects_.of(macro, NameSpace::user);
  if (effect.effect != Effect::async) return;
  std::optional<std::string> how = how_it_waits(effect.cause, NameSpace::user);
  if (!how) return;
  Span span = effect.cause.span;
  // Where it was used, that was met already.
  bool met = std::ranges::any_of(met_, [&](const auto& found) { return found.span == span; });
  if (met) return;
  find(Severity::error, span,
       "a macro must not wait: " + std::string(names_.text(name)) + " " + *how);
}

}  // namespace lithe::analysis
