// SPDX-License-Identifier: Apache-2.0
// Clauses that are never reached.
#include <algorithm>
#include <set>

#include "analysis/lint.hpp"
#include "core/walk.hpp"
#include "syntax/printer.hpp"

namespace lithe::analysis {

using core::as;
using core::Node;
using core::NodeKind;
using syntax::Datum;
using syntax::DatumKind;
using syntax::Severity;
namespace name = base::name;

namespace {

/// A test that holds whatever the program does.
bool always_holds(const Datum& test) {
  switch (test.kind) {
    case DatumKind::symbol:
      return test.is_symbol(name::else_);
    case DatumKind::boolean:
      return test.truth;
    case DatumKind::integer:
    case DatumKind::big_integer:
    case DatumKind::float_:
    case DatumKind::string:
    case DatumKind::keyword:
      return true;
    default:
      return false;
  }
}

bool is_clause(const Datum& datum) { return datum.is_list() && datum.size > 0; }

bool is_guarded(const Datum& clause) { return clause.size > 1 && clause[1].is_keyword(name::when); }

/// Whether something in the form binds that name: then a list that begins with it is no form.
bool binds(const Node& top, u32 symbol) {
  bool found = false;
  auto look = [&](const core::Local* local) {
    found = found || (local != nullptr && local->name == symbol);
  };
  core::for_each_node(top, [&](const Node& node) {
    if (node.kind == NodeKind::let)
      for (const core::Binding& binding : as<core::Let>(node).bindings) look(binding.local);
    if (node.kind == NodeKind::loop)
      for (const core::Binding& binding : as<core::Loop>(node).bindings) look(binding.local);
    if (node.kind == NodeKind::try_) look(as<core::Try>(node).caught);
    if (node.kind != NodeKind::lambda) return;
    for (const core::Local* parameter : as<core::Lambda>(node).parameters) look(parameter);
    look(as<core::Lambda>(node).rest);
  });
  return found;
}

}  // namespace

/// All forms in a form, but for those that are quoted.
void Lint::look_at_clauses(const Datum& form, const Node& top) {
  std::vector<const Datum*> cond, case_, match, receive;
  std::vector<const Datum*> waiting{&form};
  while (!waiting.empty()) {
    const Datum* datum = waiting.back();
    waiting.pop_back();
    if (!datum->is_sequence() || datum->is_call_of(name::quote)) continue;
    if (datum->is_call_of(name::cond)) cond.push_back(datum);
    if (datum->is_call_of(name::case_)) case_.push_back(datum);
    if (datum->is_call_of(name::match)) match.push_back(datum);
    if (datum->is_call_of(name::receive)) receive.push_back(datum);
    for (const Datum* child : datum->children()) waiting.push_back(child);
  }
  auto each = [&](u32 symbol, const std::vector<const Datum*>& forms, auto&& look) {
    if (forms.empty() || binds(top, symbol)) return;
    for (const Datum* found : forms) look(*found);
  };
  each(name::cond, cond, [&](const Datum& datum) { clauses_of_cond(datum); });
  each(name::case_, case_, [&](const Datum& datum) { clauses_of_case(datum); });
  each(name::match, match, [&](const Datum& datum) { clauses_of_patterns(datum, 2); });
  each(name::receive, receive, [&](const Datum& datum) { clauses_of_patterns(datum, 1); });
}

void Lint::clauses_of_cond(const Datum& form) {
  for (u32 i = 1; i + 1 < form.size; ++i) {
    const Datum& clause = form[i];
    if (!is_clause(clause) || !always_holds(clause[0])) continue;
    return find(Severity::warning, form[i + 1].span,
                "never reached: the clause above always holds");
  }
}

void Lint::clauses_of_case(const Datum& form) {
  std::set<std::string> constants;
  for (u32 i = 2; i < form.size; ++i) {
    const Datum& clause = form[i];
    if (!is_clause(clause)) continue;
    if (clause[0].is_symbol(name::else_)) {
      if (i + 1 == form.size) return;
      return find(Severity::warning, form[i + 1].span,
                  "never reached: the clause above takes everything");
    }
    auto look = [&](const Datum& constant) {
      if (constants.insert(syntax::print(constant, names_)).second) return;
      find(Severity::warning, constant.span, "never reached: a clause above takes this constant");
    };
    bool pattern = clause[0].is_call_of(name::list) || clause[0].is_call_of(name::question);
    if (pattern && clause[0].size > 1) {
      find(Severity::warning, clause[0].span,
           "case compares with data, and this list is its alternatives; match takes patterns");
    } else if (!clause[0].is_list()) {
      look(clause[0]);
    } else {
      for (const Datum* constant : clause[0].children()) look(*constant);
    }
  }
}

void Lint::clauses_of_patterns(const Datum& form, u32 first) {
  std::set<std::string> patterns;
  for (u32 i = first; i < form.size; ++i) {
    const Datum& clause = form[i];
    if (!is_clause(clause) || clause.is_call_of(name::after)) continue;
    std::string pattern = syntax::print(clause[0], names_);
    if (patterns.contains(pattern)) {
      find(Severity::warning, clause[0].span, "never reached: a clause above has this pattern");
    }
    if (is_guarded(clause)) continue;
    patterns.insert(std::move(pattern));
    bool last = i + 1 == form.size || form[i + 1].is_call_of(name::after);
    if (!clause[0].is_symbol() || last) continue;
    return find(Severity::warning, form[i + 1].span,
                "never reached: the pattern above matches everything");
  }
}

}  // namespace lithe::analysis
