// SPDX-License-Identifier: Apache-2.0
#include "analysis/lint.hpp"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "core/walk.hpp"
#include "syntax/printer.hpp"

namespace lithe::analysis {

using core::as;
using core::Node;
using core::NodeKind;
using syntax::Datum;
using syntax::DatumKind;
using syntax::Severity;
using syntax::Span;
namespace name = base::name;

namespace {

/// Every node of a tree, parents first.
template <class Visit>
void for_each_node(const Node& top, Visit&& visit) {
  std::vector<const Node*> waiting{&top};
  while (!waiting.empty()) {
    const Node* node = waiting.back();
    waiting.pop_back();
    visit(*node);
    core::for_each_child(*node, [&](const Node& child) { waiting.push_back(&child); });
  }
}

std::string takes(u64 least, std::optional<u64> most) {
  auto arguments = [](u64 count) { return count == 1 ? " argument" : " arguments"; };
  if (!most) return "at least " + std::to_string(least) + arguments(least);
  if (least == *most) return std::to_string(least) + arguments(least);
  return std::to_string(least) + " to " + std::to_string(*most) + arguments(*most);
}

bool is_else(const Datum& datum) {
  return datum.is_symbol(name::else_) || (datum.is(DatumKind::boolean) && datum.truth);
}

/// A pattern that anything matches.
bool catches_all(const Datum& clause) {
  if (!clause.is_list() || clause.size == 0) return false;
  bool guarded = clause.size > 1 && clause[1].is_keyword(name::when);
  return clause[0].is_symbol() && !guarded;
}

}  // namespace

void Lint::add(const Datum& form, std::shared_ptr<core::CoreUnit> unit) {
  note_definitions(*unit->top);
  look_at_clauses(form);
  units_.push_back(std::move(unit));
}

std::vector<syntax::Diagnostic> Lint::finish() {
  for (const auto& unit : units_) {
    for_each_node(*unit->top, [this](const Node& node) { look_at(node); });
    unused(*unit->top);
  }
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
  syntax::Diagnostic diagnostic;
  diagnostic.severity = severity;
  diagnostic.span = span;
  diagnostic.message = std::move(message);
  found_.push_back(std::move(diagnostic));
}

void Lint::note_definitions(const Node& top) {
  for_each_node(top, [this](const Node& node) {
    if (node.kind != NodeKind::define_global) return;
    const auto& define = as<core::DefineGlobal>(node);
    Definition& definition = definitions_[define.name];
    bool function = define.value->kind == NodeKind::lambda && definition.count == 0;
    definition.lambda = function ? &as<core::Lambda>(*define.value) : nullptr;
    if (definition.count++ == 0 && world_.is_known(define.name)) {
      find(Severity::warning, node.span,
           "this hides the builtin " + std::string(names_.text(define.name)) +
               " from the rest of the program");
    }
  });
}

void Lint::look_at(const Node& node) {
  switch (node.kind) {
    case NodeKind::call:
      return look_at_call(as<core::Call>(node));
    case NodeKind::global_ref:
      return look_at_name(as<core::GlobalRef>(node).name, node.span);
    case NodeKind::set_global:
      return look_at_name(as<core::SetGlobal>(node).name, node.span);
    default:
      return;
  }
}

void Lint::look_at_name(u32 name, Span span) {
  if (definitions_.contains(name) || world_.is_known(name) || world_.is_defined(name)) return;
  find(Severity::error, span, world_.undefined(name));
}

void Lint::look_at_call(const core::Call& call) {
  if (call.callee->kind != NodeKind::global_ref) return;
  u32 callee = as<core::GlobalRef>(*call.callee).name;
  u64 given = call.arguments.size();
  u64 least = 0;
  std::optional<u64> most;
  if (auto found = definitions_.find(callee); found != definitions_.end()) {
    const core::Lambda* lambda = found->second.lambda;
    if (lambda == nullptr) return;
    least = lambda->required();
    if (lambda->rest == nullptr) most = lambda->parameters.size();
  } else if (auto builtin = builtins_.find(callee)) {
    const primitives::Info& row = primitives::info(*builtin);
    least = u64(row.least);
    if (row.most != primitives::any_number) most = u64(row.most);
  } else {
    return;
  }
  if (given >= least && (!most || given <= *most)) return;
  find(Severity::error, call.span,
       std::string(names_.text(callee)) + " takes " + takes(least, most) + ", got " +
           std::to_string(given));
}

/// Locals of let, match and named let that nothing reads.
void Lint::unused(const Node& top) {
  absl::flat_hash_set<const core::Local*> read;
  std::vector<const core::Local*> bound;
  for_each_node(top, [&](const Node& node) {
    auto note = [&](std::span<const core::Binding> bindings) {
      for (const core::Binding& binding : bindings) {
        if (binding.local != nullptr) bound.push_back(binding.local);
      }
    };
    if (node.kind == NodeKind::local_ref) read.insert(as<core::LocalRef>(node).place.local);
    if (node.kind == NodeKind::self_ref) read.insert(as<core::SelfRef>(node).place.local);
    if (node.kind == NodeKind::let) note(as<core::Let>(node).bindings);
    if (node.kind == NodeKind::loop) note(as<core::Loop>(node).bindings);
  });
  for (const core::Local* local : bound) {
    constexpr u64 made = Datum::gensym_bit | Datum::builtin_bit | Datum::resolved_bit;
    if (read.contains(local) || local->synthetic || (local->name & made) != 0) continue;
    std::string_view text = names_.text(u32(local->name));
    if (text.starts_with('_')) continue;
    find(Severity::warning, local->span,
         std::string(text) + " is never read; a name that begins with _ may be unused");
  }
}

/// All forms in a form, but for those that are quoted.
void Lint::look_at_clauses(const Datum& form) {
  std::vector<const Datum*> waiting{&form};
  while (!waiting.empty()) {
    const Datum* datum = waiting.back();
    waiting.pop_back();
    if (!datum->is_sequence() || datum->is_call_of(name::quote)) continue;
    look_at_form(*datum);
    for (const Datum* child : datum->children()) waiting.push_back(child);
  }
}

void Lint::look_at_form(const Datum& form) {
  if (form.is_call_of(name::cond)) return clauses_of_cond(form);
  if (form.is_call_of(name::case_)) return clauses_of_case(form);
  if (form.is_call_of(name::match)) return clauses_of_patterns(form, 2);
  if (form.is_call_of(name::receive)) return clauses_of_patterns(form, 1);
}

void Lint::clauses_of_cond(const Datum& form) {
  for (u32 i = 1; i + 1 < form.size; ++i) {
    const Datum& clause = form[i];
    if (!clause.is_list() || clause.size == 0 || !is_else(clause[0])) continue;
    return find(Severity::warning, form[i + 1].span,
                "never reached: the clause above always holds");
  }
}

void Lint::clauses_of_case(const Datum& form) {
  std::set<std::string> constants;
  for (u32 i = 2; i < form.size; ++i) {
    const Datum& clause = form[i];
    if (!clause.is_list() || clause.size == 0) continue;
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
  for (u32 i = first; i + 1 < form.size; ++i) {
    if (!catches_all(form[i]) || form[i].is_call_of(name::after)) continue;
    if (form[i + 1].is_call_of(name::after)) return;
    return find(Severity::warning, form[i + 1].span,
                "never reached: the pattern above matches everything");
  }
}

}  // namespace lithe::analysis
