// SPDX-License-Identifier: Apache-2.0
// match, receive and patterns. A clause becomes one Let whose bindings are, in order, tests that
// jump to the next alternative, and what the pattern binds.
#include <algorithm>

#include "analysis/form_analyzer.hpp"
#include "base/edit_distance.hpp"
#include "syntax/printer.hpp"

namespace lithe::analysis {

namespace name = base::name;
using syntax::DatumKind;

/// A clause in the making: its steps are on bindings_, the names it binds on pattern_names_.
struct FormAnalyzer::Try {
  core::Alternatives* target;  ///< a failed test goes to the next of these
  size_t names_begin;
  bool refutable = false;
};

namespace {

bool is_constant_pattern(const Datum& datum) {
  if (datum.is_symbol()) return false;
  return !datum.is_sequence() || datum.is_call_of(name::quote) ||
         (datum.is_list() && datum.size == 0);
}

}  // namespace

// Clauses

Node* FormAnalyzer::analyze_match(const Datum& list, Want want) {
  if (list.size < 2) return expected(list, "a value to match");
  if (list.size < 3) return expected(list, "a clause (pattern body …)");
  Node* value = analyze(list[1], Want::value);
  if (value == nullptr) return nullptr;
  bool was_top_level = std::exchange(top_level_, false);
  Variable* subject = synthetic(list[1].span);
  Node* failure =
      primitive(Primitive::internal_no_match, {own_reference(*subject, list.span)}, list.span);
  Node* body = match_clauses(list, 2, list.size, *subject, failure, false, want);
  top_level_ = was_top_level;
  if (body == nullptr) return nullptr;
  core::Binding binding{subject, value};
  return let({&binding, 1}, body, list.span);
}

/// The clauses [first, end) of a form as alternatives, `failure` being the last.
Node* FormAnalyzer::match_clauses(const Datum& list, u32 first, u32 end, Variable& subject,
                                  Node* failure, bool receiving, Want want) {
  auto* alternatives = make<core::Alternatives>(list.span);
  StackMark<Node*> mark(nodes_);
  bool refutable = true;
  for (u32 i = first; i < end; ++i) {
    bool this_refutable = false;
    Node* clause =
        analyze_clause(list, list[i], subject, *alternatives, receiving, want, this_refutable);
    if (clause == nullptr) return nullptr;
    if (!refutable) continue;  // never reached
    refutable = this_refutable;
    nodes_.push_back(clause);
  }
  if (refutable) nodes_.push_back(failure);
  auto tries = mark.items();
  if (tries.size() == 1) return tries[0];
  alternatives->tries = arena_->copy(std::span<Node* const>(tries));
  for (const Node* part : tries)
    alternatives->effect = std::max(alternatives->effect, part->effect);
  return alternatives;
}

Node* FormAnalyzer::analyze_clause(const Datum& list, const Datum& clause, Variable& subject,
                                   core::Alternatives& target, bool receiving, Want want,
                                   bool& refutable) {
  if (!clause.is_list() || clause.size == 0)
    return expected(list, "a clause (pattern body …)", clause);
  StackMark<ScopeItem> scope_mark(scope_);
  StackMark<core::Binding> mark(bindings_);
  StackMark<Variable*> names_mark(pattern_names_);
  Try steps{&target, names_mark.begin()};
  if (!pattern(clause[0], subject, steps)) return nullptr;
  u32 body = 1;
  if (clause.size > 1 && clause[1].is_keyword(name::when)) {
    if (clause.size == 2)
      return fail(clause[1].span, form_text(list) + ": expected a test behind :when");
    Node* guard = analyze(clause[2], Want::test);
    if (guard == nullptr) return nullptr;
    add_test(guard, steps);
    body = 3;
  }
  if (clause.size <= body) return fail(clause.span, form_text(list) + ": the clause has no body");
  if (receiving) {
    auto* accept = make<core::AcceptMessage>(clause.span);
    accept->effect = core::Effect::async;
    bindings_.push_back({nullptr, accept});
  }
  Node* result = analyze_body(clause, body, want);
  if (result == nullptr) return nullptr;
  refutable = steps.refutable;
  return let(mark.items(), result, clause.span);
}

Node* FormAnalyzer::analyze_receive(const Datum& list, Want want) {
  if (list.size == 1) return expected(list, "a clause (pattern body …)");
  auto* node = make<core::Receive>(list.span);
  node->timeout = node->body = node->timeout_body = nullptr;
  node->effect = core::Effect::async;
  bool was_top_level = std::exchange(top_level_, false);
  Variable* message = synthetic(list.span);
  node->message = message;
  u32 end = list.size;
  for (u32 i = 1; i < list.size; ++i) {
    if (!list[i].is_call_of(name::after)) continue;
    if (i + 1 < list.size) return fail(list[i].span, "receive: 'after' is not the last clause");
    end = i;
  }
  if (end < list.size && !analyze_after(list[end], *node, want)) return nullptr;
  if (end > 1) {
    auto* skip = make<core::SkipMessage>(list.span);
    skip->receive = node;
    skip->effect = core::Effect::async;
    node->body = match_clauses(list, 1, end, *message, skip, true, want);
    if (node->body == nullptr) return nullptr;
  }
  top_level_ = was_top_level;
  return node;
}

bool FormAnalyzer::analyze_after(const Datum& clause, core::Receive& node, Want want) {
  if (clause.size < 2) return expected(clause, "a number of milliseconds");
  node.timeout = analyze(clause[1], Want::value);
  if (node.timeout == nullptr) return false;
  node.timeout_body = analyze_body(clause, 2, want);
  return node.timeout_body != nullptr;
}

/// A let's binding whose target is a pattern: one clause, in which the rest of the let stands.
Node* FormAnalyzer::match_let(const Datum& list, u32 binding, Variable& subject, Want want) {
  const Datum& target = list[1][binding][0];
  return match_one(target, subject, [&] { return analyze_let_from(list, binding + 1, want); });
}

/// The pattern targets of a named let from one on, and its body.
Node* FormAnalyzer::match_loop_targets(const Datum& list, u32 from, const Function& function) {
  const Datum& all = list[2];
  u32 i = from;
  while (i < all.size && all[i][0].is_symbol()) ++i;
  if (i == all.size) return analyze_body(list, 3, Want::tail);
  auto& subject = static_cast<Variable&>(*function.parameters[i]);
  return match_one(all[i][0], subject, [&] { return match_loop_targets(list, i + 1, function); });
}

template <class Body>
Node* FormAnalyzer::match_one(const Datum& target, Variable& subject, Body&& analyze_rest) {
  if (too_deep(target.span)) return nullptr;
  ++depth_;
  StackMark<ScopeItem> scope_mark(scope_);
  StackMark<core::Binding> mark(bindings_);
  StackMark<Variable*> names_mark(pattern_names_);
  auto* alternatives = make<core::Alternatives>(target.span);
  Try steps{alternatives, names_mark.begin()};
  Node* body = pattern(target, subject, steps) ? analyze_rest() : nullptr;
  --depth_;
  if (body == nullptr) return nullptr;
  body = let(mark.items(), body, target.span);
  if (!steps.refutable) return body;
  syntax::DatumBuilder build(*arena_);
  Node* pattern_text = constant(*build.string(shown_pattern(target), target.span));
  Node* tries[] = {body,
                   primitive(Primitive::internal_no_match,
                             {own_reference(subject, target.span), pattern_text}, target.span)};
  alternatives->tries = arena_->copy(std::span<Node* const>(tries));
  alternatives->effect = std::max(tries[0]->effect, tries[1]->effect);
  return alternatives;
}

// Steps

void FormAnalyzer::add_test(Node* test, Try& steps) {
  auto* next = make<core::NextAlternative>(test->span);
  next->target = steps.target;
  steps.refutable = true;
  bindings_.push_back({nullptr, conditional(test, nil(test->span), next, test->span)});
}

Node* FormAnalyzer::equals(Variable& subject, Node* other, Span span) {
  return primitive(Primitive::equal, {own_reference(subject, span), other}, span);
}

// Patterns. Each adds its steps; false after an error.

bool FormAnalyzer::pattern(const Datum& datum, Variable& subject, Try& steps) {
  if (datum.is_symbol()) return pattern_name(datum, subject, steps);
  if (datum.is_list() && datum.size == 0) {
    add_test(primitive(Primitive::internal_is_empty_list, {own_reference(subject, datum.span)},
                       datum.span),
             steps);
    return true;
  }
  if (!datum.is_sequence()) {
    add_test(equals(subject, constant(datum), datum.span), steps);
    return true;
  }
  if (too_deep(datum.span)) return false;
  ++depth_;
  bool done = datum.is_list()               ? pattern_list(datum, subject, steps)
              : datum.is(DatumKind::vector) ? pattern_vector(datum, 0, subject, steps)
                                            : pattern_map(datum, subject, steps);
  --depth_;
  return done;
}

bool FormAnalyzer::pattern_name(const Datum& datum, Variable& subject, Try& steps) {
  if (datum.is_symbol(name::underscore)) return true;
  Node* value = own_reference(subject, datum.span);
  return pattern_value(datum, value, steps);
}

/// A name against a value that is used once.
bool FormAnalyzer::pattern_value(const Datum& symbol, Node* value, Try& steps) {
  if (symbol.is_symbol(name::dot)) {
    return fail(symbol.span, "a '.' in a pattern stands before the last name of a (list …)");
  }
  for (size_t i = steps.names_begin; i < pattern_names_.size(); ++i) {
    Variable& known = *pattern_names_[i];
    if (known.name != symbol.name) continue;
    add_test(primitive(Primitive::equal, {own_reference(known, symbol.span), value}, symbol.span),
             steps);
    return true;
  }
  Variable* local = variable(symbol.name, symbol.span);
  bindings_.push_back({local, value});
  pattern_names_.push_back(local);
  bind(*local);
  return true;
}

/// A pattern against a part of the subject.
bool FormAnalyzer::pattern_part(const Datum& datum, Node* value, Try& steps) {
  if (datum.is_symbol(name::underscore)) return true;
  if (datum.is_symbol()) return pattern_value(datum, value, steps);
  Variable* part = synthetic(datum.span);
  bindings_.push_back({part, value});
  return pattern(datum, *part, steps);
}

bool FormAnalyzer::pattern_list(const Datum& datum, Variable& subject, Try& steps) {
  if (is_record_pattern(datum)) return pattern_record(datum, subject, steps);
  const Datum& head = datum[0];
  u64 id = head.is_symbol() ? head.name & ~Datum::builtin_bit : 0;
  switch (head.is_symbol() ? id : 0) {
    case name::list:
      return pattern_items(datum, subject, steps);
    case name::vector:
      return pattern_vector(datum, 1, subject, steps);
    case name::quote:
      if (datum.size != 2) return expected(datum, "one datum");
      if (!check_keys(syntax::repeated_key_in_data(datum[1]))) return false;
      add_test(equals(subject, constant(datum[1]), datum.span), steps);
      return true;
    case name::equals: {
      if (datum.size != 2) return expected(datum, "one expression");
      Node* value = analyze(datum[1], Want::value);
      if (value == nullptr) return false;
      add_test(equals(subject, value, datum.span), steps);
      return true;
    }
    case name::question:
      return pattern_predicate(datum, subject, steps);
    case name::or_:
      return pattern_or(datum, subject, steps);
    default:
      break;
  }
  return unknown_pattern(datum);
}

/// A pattern as it was written: without what the expander makes of those of records.
std::string FormAnalyzer::shown_pattern(const Datum& datum) const {
  std::string text = syntax::print(datum, names_);
  for (std::string_view made : {"(%record? ", "(%record "}) {
    for (size_t at = 0; (at = text.find(made, at)) != text.npos;)
      text.replace(at, made.size(), "(");
  }
  return syntax::excerpt_for_message(text);
}

/// A list whose head is none of a pattern's.
bool FormAnalyzer::unknown_pattern(const Datum& datum) {
  const Datum& head = datum[0];
  std::string text = shown_pattern(datum);
  std::string message = "unknown pattern " + text;
  bool named = head.is_symbol() && (head.name & ~Datum::builtin_bit) <= UINT32_MAX;
  u32 id = named ? u32(head.name) : 0;
  base::ClosestName closest(named ? names_.text(id) : std::string_view());
  for (u32 known : {name::list, name::vector, name::quote, name::or_}) {
    if (named) closest.consider(names_.text(known));
  }
  if (u64 symbol = head.is_symbol() ? head.name : 0; named && !resolve(symbol, head.span)) {
    return false;  // a record that a module does not export
  } else if (!closest.best().empty() && closest.best()[0] == names_.text(id)[0]) {
    message += "; did you mean '" + std::string(closest.best()) + "'?";
  } else if (named && names_.text(id) == "cons" && datum.size == 3) {
    message += "; a list with more behind it is (list " + shown_pattern(datum[1]) + " . " +
               shown_pattern(datum[2]) + ")";
  } else if (named && builtins_.find(id)) {
    message +=
        "; a pattern begins with list, vector, quote, or, ?, = or a record's name; a test "
        "stands behind :when";
  } else {
    message += "; a list of these is (list " + text.substr(1);
  }
  return fail(datum.span, std::move(message));
}

bool FormAnalyzer::pattern_items(const Datum& datum, Variable& subject, Try& steps) {
  Variable* at = &subject;
  for (u32 i = 1; i < datum.size; ++i) {
    const Datum& item = datum[i];
    Span span = item.span;
    if (item.is_symbol(name::dot)) {
      if (i + 2 != datum.size) return fail(span, "list: expected one pattern behind the '.'");
      if (i == 1) {  // a tail needs no test
        add_test(primitive(Primitive::is_list, {own_reference(*at, span)}, span), steps);
      }
      return pattern_part(datum[i + 1], own_reference(*at, span), steps);
    }
    add_test(primitive(Primitive::internal_is_cons, {own_reference(*at, span)}, span), steps);
    if (!pattern_part(item, primitive(Primitive::head, {own_reference(*at, span)}, span), steps))
      return false;
    Variable* rest = synthetic(span);
    bindings_.push_back({rest, primitive(Primitive::tail, {own_reference(*at, span)}, span)});
    at = rest;
  }
  add_test(
      primitive(Primitive::internal_is_empty_list, {own_reference(*at, datum.span)}, datum.span),
      steps);
  return true;
}

bool FormAnalyzer::pattern_vector(const Datum& datum, u32 from, Variable& subject, Try& steps) {
  syntax::DatumBuilder build(*arena_);
  Span span = datum.span;
  Node* count = constant(*build.integer(datum.size - from, span));
  add_test(primitive(Primitive::internal_is_vector_of_length, {own_reference(subject, span), count},
                     span),
           steps);
  for (u32 i = from; i < datum.size; ++i) {
    Span at = datum[i].span;
    Node* index = constant(*build.integer(i - from, at));
    Node* item = primitive(Primitive::internal_vector_get, {own_reference(subject, at), index}, at);
    if (!pattern_part(datum[i], item, steps)) return false;
  }
  return true;
}

bool FormAnalyzer::pattern_map(const Datum& datum, Variable& subject, Try& steps) {
  if (datum.size == 0) {
    Span span = datum.span;
    add_test(primitive(Primitive::is_map, {own_reference(subject, span)}, span), steps);
    return true;
  }
  if (!check_keys(syntax::repeated_key_in_code(datum))) return false;
  for (u32 i = 0; i + 1 < datum.size; i += 2) {
    const Datum& key = datum[i];
    if (!is_constant_pattern(key)) {
      return fail(key.span, "a key in a map pattern is a literal, got " + shown(key));
    }
    const Datum& literal = key.is_call_of(name::quote) && key.size == 2 ? key[1] : key;
    Span span = key.span;
    add_test(primitive(Primitive::internal_has_key,
                       {own_reference(subject, span), constant(literal)}, span),
             steps);
    Node* value =
        primitive(Primitive::map_get, {own_reference(subject, span), constant(literal)}, span);
    if (!pattern_part(datum[i + 1], value, steps)) return false;
  }
  return true;
}

/// (%record? type part …): what the expander makes of (Point part …).
bool FormAnalyzer::is_record_pattern(const Datum& datum) const {
  u64 id = builtins_.name_of(Primitive::internal_is_record) | Datum::builtin_bit;
  return datum.is_list() && datum.size > 1 && datum[0].is_symbol() && datum[0].name == id;
}

bool FormAnalyzer::pattern_record(const Datum& datum, Variable& subject, Try& steps) {
  syntax::DatumBuilder build(*arena_);
  Node* type = global(u32(datum[1].name), datum.span);
  add_test(primitive(Primitive::internal_is_record, {own_reference(subject, datum.span), type},
                     datum.span),
           steps);
  for (u32 i = 2; i < datum.size; ++i) {
    Span at = datum[i].span;
    Node* index = constant(*build.integer(i - 2, at));
    Node* part =
        primitive(Primitive::internal_record_field, {own_reference(subject, at), index}, at);
    if (!pattern_part(datum[i], part, steps)) return false;
  }
  return true;
}

bool FormAnalyzer::pattern_predicate(const Datum& datum, Variable& subject, Try& steps) {
  if (datum.size < 2 || datum.size > 3) return expected(datum, "a predicate and perhaps a pattern");
  std::span<Node*> argument(arena_->allocate_array<Node*>(1), 1);
  argument[0] = own_reference(subject, datum.span);
  Node* test = nullptr;
  if (datum[1].is_symbol()) {
    test = call_of(datum[1], argument, datum.span, Want::test);
  } else if (Node* callee = analyze(datum[1], Want::value)) {
    auto* call = make<core::Call>(datum.span);
    call->callee = callee;
    call->arguments = argument;
    call->effect = core::Effect::async;
    test = call;
  }
  if (test == nullptr) return false;
  add_test(test, steps);
  return datum.size == 2 || pattern(datum[2], subject, steps);
}

// Alternatives within a pattern

/// The names that a pattern binds, `bound` ones excepted.
void FormAnalyzer::collect_names(const Datum& datum, const Try& steps,
                                 std::vector<u64>& names) const {
  if (datum.is_symbol()) {
    if (datum.is_symbol(name::underscore) || datum.is_symbol(name::dot)) return;
    for (size_t i = steps.names_begin; i < pattern_names_.size(); ++i) {
      if (pattern_names_[i]->name == datum.name) return;
    }
    if (std::find(names.begin(), names.end(), datum.name) == names.end())
      names.push_back(datum.name);
    return;
  }
  if (!datum.is_sequence() || datum.size == 0) return;
  u32 from = datum.is(DatumKind::vector) ? 0 : 1;
  u32 step = datum.is(DatumKind::map) ? 2 : 1;
  if (datum.is_call_of(name::quote) || datum.is_call_of(name::equals)) return;
  if (datum.is_call_of(name::question) || is_record_pattern(datum)) from = 2;
  for (u32 i = from; i < datum.size; i += step) collect_names(datum[i], steps, names);
}

bool FormAnalyzer::pattern_or(const Datum& datum, Variable& subject, Try& steps) {
  if (datum.size == 1) return expected(datum, "a pattern");
  auto alternatives = datum.children().subspan(1);
  if (std::all_of(alternatives.begin(), alternatives.end(),
                  [](const Datum* d) { return is_constant_pattern(*d); })) {
    return pattern_or_constants(datum, subject, steps);
  }
  std::vector<u64> names;
  collect_names(datum[1], steps, names);
  for (const Datum* alternative : alternatives) {
    std::vector<u64> here;
    collect_names(*alternative, steps, here);
    bool same = here.size() == names.size() && std::all_of(here.begin(), here.end(), [&](u64 n) {
                  return std::find(names.begin(), names.end(), n) != names.end();
                });
    if (!same)
      return fail(alternative->span, "or: the alternatives of a pattern bind different names");
  }
  std::vector<Variable*> joined;
  for (u64 symbol : names) {
    joined.push_back(variable(symbol, {}));  // it stands where an alternative binds it first
    bindings_.push_back({joined.back(), nullptr});
  }
  auto* choice = make<core::Alternatives>(datum.span);
  std::vector<Node*> tries;
  bool refutable = true;
  for (const Datum* alternative : alternatives) {
    Node* one = pattern_or_try(*alternative, subject, joined, steps, *choice, refutable);
    if (one == nullptr) return false;
    tries.push_back(one);
    if (!refutable) break;
  }
  if (refutable) {
    auto* next = make<core::NextAlternative>(datum.span);
    next->target = steps.target;
    steps.refutable = true;
    tries.push_back(next);
  }
  choice->tries = arena_->copy(std::span<Node* const>(tries));
  for (const Node* part : tries) choice->effect = std::max(choice->effect, part->effect);
  bindings_.push_back({nullptr, choice});
  for (Variable* local : joined) {
    pattern_names_.push_back(local);
    bind(*local);
  }
  return true;
}

/// One test for all of them.
bool FormAnalyzer::pattern_or_constants(const Datum& datum, Variable& subject, Try& steps) {
  Node* test = nullptr;
  for (u32 i = datum.size; i-- > 1;) {
    const Datum& literal =
        datum[i].is_call_of(name::quote) && datum[i].size == 2 ? datum[i][1] : datum[i];
    Node* one = equals(subject, constant(literal), datum[i].span);
    test = test == nullptr ? one : conditional(one, boolean(true, datum.span), test, datum.span);
  }
  add_test(test, steps);
  return true;
}

/// Matches one alternative and assigns what it binds to the variables that all of them share.
Node* FormAnalyzer::pattern_or_try(const Datum& alternative, Variable& subject,
                                   std::span<Variable* const> joined, const Try& outer,
                                   core::Alternatives& choice, bool& refutable) {
  StackMark<ScopeItem> scope_mark(scope_);
  StackMark<core::Binding> mark(bindings_);
  StackMark<Variable*> names_mark(pattern_names_);
  Try steps{&choice, outer.names_begin};
  if (!pattern(alternative, subject, steps)) return nullptr;
  for (Variable* local : joined) {
    for (Variable* bound : names_mark.items()) {
      if (bound->name != local->name) continue;
      if (!local->span.known()) local->span = bound->span;
      auto* assign = make<core::SetLocal>(alternative.span);
      assign->place.local = local;
      assign->value = own_reference(*bound, alternative.span);
      bindings_.push_back({nullptr, assign});
    }
  }
  refutable = steps.refutable;
  return let(mark.items(), nil(alternative.span), alternative.span);
}

}  // namespace lithe::analysis
