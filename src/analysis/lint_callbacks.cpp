// SPDX-License-Identifier: Apache-2.0
// Functions that are given to a function of the library, and with how many arguments that calls
// them.
#include <algorithm>

#include "analysis/lint.hpp"
#include "core/walk.hpp"

namespace lithe::analysis {

using core::as;
using core::Node;
using core::NodeKind;
using syntax::Severity;

namespace {

bool is_reference(const Node& node, const core::Local& local) {
  return node.kind == NodeKind::local_ref && as<core::LocalRef>(node).place.local == &local;
}

}  // namespace

void Lint::look_at_callbacks(const Node& callee, const core::Call& call,
                             const LocalValues& values) {
  if (callee.kind != NodeKind::global_ref) return;
  u32 name = as<core::GlobalRef>(callee).name;
  bool library = as<core::GlobalRef>(callee).library;
  if ((!library && definitions_.contains(name)) || !world_.is_known(name)) return;
  EffectStore::Function function =
      effects_.function({library ? NameSpace::library : NameSpace::user, name});
  if (function.lambda == nullptr || function.written_in != NameSpace::library) return;
  size_t count = std::min(call.arguments.size(), function.lambda->parameters.size());
  for (size_t i = 0; i < count; ++i) {
    const Node& argument = *call.arguments[i];
    Callee given = callee_of(known(argument, values), argument);
    if (!given.arity) continue;
    std::optional<Counts> counts = calls_of_parameter(*function.lambda, i);
    auto fits = [&](u64 n) { return given.arity->takes(n); };
    if (!counts || counts->empty() || std::ranges::any_of(*counts, fits)) continue;
    std::string message = primitives::wrong_arity(given.name, *given.arity, *counts->begin());
    for (auto n = std::next(counts->begin()); n != counts->end(); ++n)
      message += " or " + std::to_string(*n);
    find(Severity::error, argument.span, message + " from " + std::string(names_.text(name)));
  }
}

/// With how many arguments a function of the library calls what it gets as that parameter; nothing,
/// if it does something else with it.
std::optional<Lint::Counts> Lint::calls_of_parameter(const core::Lambda& lambda, size_t index) {
  // While it is counted nothing is known of it, to functions that call each other.
  auto [found, is_new] = calls_of_parameters_.try_emplace({&lambda, index}, std::nullopt);
  if (is_new) found->second = count_calls(lambda, index);
  return found->second;
}

std::optional<Lint::Counts> Lint::count_calls(const core::Lambda& lambda, size_t index) {
  const core::Local& parameter = *lambda.parameters[index];
  Counts counts;
  bool certain = !parameter.assigned;
  u64 uses = 0, understood = 0;
  core::for_each_node(lambda, [&](const Node& node) {
    if (is_reference(node, parameter)) uses++;
    if (node.kind == NodeKind::primitive_call) {
      // What gives a boolean, or nothing at all, keeps nothing of its arguments.
      const auto& call = as<core::PrimitiveCall>(node);
      primitives::Result result = info(primitives::Primitive(call.primitive)).result;
      bool harmless = result == primitives::Result::boolean || result == primitives::Result::never;
      for (const Node* argument : call.arguments)
        if (is_reference(*argument, parameter) && harmless) understood++;
    }
    if (node.kind != NodeKind::call) return;
    const auto& call = as<core::Call>(node);
    if (is_reference(*call.callee, parameter)) {
      counts.insert(call.arguments.size());
      understood++;
    }
    for (size_t i = 0; i < call.arguments.size(); ++i) {
      if (!is_reference(*call.arguments[i], parameter)) continue;
      if (call.callee->kind != NodeKind::global_ref) continue;
      u32 name = as<core::GlobalRef>(*call.callee).name;
      const core::Lambda* next = effects_.function({NameSpace::library, name}).lambda;
      if (next == nullptr || i >= next->parameters.size()) continue;
      understood++;
      if (next == &lambda && i == index) continue;
      std::optional<Counts> further = calls_of_parameter(*next, i);
      certain = certain && further;
      if (further) counts.insert(further->begin(), further->end());
    }
  });
  if (!certain || uses != understood) return std::nullopt;
  return counts;
}

}  // namespace lithe::analysis
