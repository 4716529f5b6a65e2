// SPDX-License-Identifier: Apache-2.0
// Branches, blocks and errors.
#include <algorithm>

#include "analysis/form_analyzer.hpp"

namespace lithe::analysis {

namespace name = base::name;

namespace {

/// What a branch is wanted for when the whole is wanted for `want`, and evaluated in between.
Want inner(Want want) { return want == Want::tail ? Want::value : want; }

}  // namespace

Node* FormAnalyzer::analyze_if(const Datum& list, Want want) {
  if (list.size < 3 || list.size > 4) return expected(list, "(if test then else)");
  Node* test = analyze(list[1], Want::test);
  if (test == nullptr) return nullptr;
  Node* then = analyze(list[2], want);
  if (then == nullptr) return nullptr;
  Node* otherwise = list.size == 4 ? analyze(list[3], want) : nil(list.span);
  if (otherwise == nullptr) return nullptr;
  return conditional(test, then, otherwise, list.span);
}

Node* FormAnalyzer::analyze_when(const Datum& list, Want want, bool negated) {
  if (list.size < 2) return expected(list, "a test");
  Node* test = analyze(list[1], Want::test);
  if (test == nullptr) return nullptr;
  Node* body = analyze_branch(list, 2, want);
  if (body == nullptr) return nullptr;
  Node* none_given = nil(list.span);
  return negated ? conditional(test, none_given, body, list.span)
                 : conditional(test, body, none_given, list.span);
}

/// A block that may define globals, if it stands at top level; else a body.
Node* FormAnalyzer::analyze_branch(const Datum& list, u32 from, Want want) {
  return top_level_ ? analyze_block(list, from, want) : analyze_body(list, from, want);
}

Node* FormAnalyzer::analyze_block(const Datum& list, u32 from, Want want) {
  StackMark<Node*> mark(nodes_);
  for (u32 i = from; i < list.size; ++i) {
    Node* node = analyze(list[i], i + 1 == list.size ? want : Want::effect);
    if (node == nullptr) return nullptr;
    nodes_.push_back(node);
  }
  return sequence(mark.items(), list.span);
}

Node* FormAnalyzer::analyze_cond(const Datum& list, Want want) {
  struct Clause {
    Node* test;  // null: else
    Node* body;  // null: the test's value
    Span span;
  };
  std::vector<Clause> clauses;
  for (u32 i = 1; i < list.size; ++i) {
    const Datum& clause = list[i];
    if (!clause.is_list() || clause.size == 0)
      return expected(list, "a clause (test body …)", clause);
    bool is_else = clause[0].is_symbol(name::else_) && find(name::else_) == nullptr;
    if (is_else && i + 1 < list.size) return fail(clause.span, "cond: else is not the last clause");
    if (is_else && clause.size == 1) return fail(clause.span, "cond: else has no body");
    bool test_only = clause.size == 1;
    Want want_test =
        test_only && want != Want::effect && want != Want::test ? Want::value : Want::test;
    Node* test = is_else ? nullptr : analyze(clause[0], want_test);
    if (!is_else && test == nullptr) return nullptr;
    Node* body = test_only ? nullptr : analyze_branch(clause, 1, want);
    if (!test_only && body == nullptr) return nullptr;
    clauses.push_back({test, body, clause.span});
  }
  Node* result = nil(list.span);
  for (auto clause = clauses.rbegin(); clause != clauses.rend(); ++clause) {
    if (clause->test == nullptr) {
      result = clause->body;
    } else if (clause->body != nullptr) {
      result = conditional(clause->test, clause->body, result, clause->span);
    } else {
      Variable* value = synthetic(clause->span);
      core::Binding binding{value, clause->test};
      Node* chosen = conditional(own_reference(*value, clause->span),
                                 own_reference(*value, clause->span), result, clause->span);
      result = let({&binding, 1}, chosen, clause->span);
    }
  }
  return result;
}

/// Whether the subject is one of a clause's constants: a datum, or a list of data.
Node* FormAnalyzer::case_test(Variable& subject, const Datum& constants) {
  if (!check_keys(syntax::repeated_key_in_data(constants))) return nullptr;
  if (!constants.is_list()) return equals(subject, constant(constants), constants.span);
  Node* test = boolean(false, constants.span);
  for (u32 i = constants.size; i-- > 0;) {
    Node* one = equals(subject, constant(constants[i]), constants[i].span);
    test = i + 1 == constants.size
               ? one
               : conditional(one, boolean(true, constants.span), test, constants.span);
  }
  return test;
}

Node* FormAnalyzer::analyze_case(const Datum& list, Want want) {
  if (list.size < 2) return expected(list, "a value to compare");
  Node* value = analyze(list[1], Want::value);
  if (value == nullptr) return nullptr;
  Variable* subject = synthetic(list[1].span);
  struct Clause {
    Node* test;
    Node* body;
    Span span;
  };
  std::vector<Clause> clauses;
  for (u32 i = 2; i < list.size; ++i) {
    const Datum& clause = list[i];
    if (!clause.is_list() || clause.size == 0)
      return expected(list, "a clause (constant body …)", clause);
    bool is_else = clause[0].is_symbol(name::else_);
    if (is_else && i + 1 < list.size) return fail(clause.span, "case: else is not the last clause");
    if (clause.size == 1) return fail(clause.span, "case: the clause has no body");
    Node* test = is_else ? nullptr : case_test(*subject, clause[0]);
    if (test == nullptr && !is_else) return nullptr;
    Node* body = analyze_branch(clause, 1, want);
    if (body == nullptr) return nullptr;
    clauses.push_back({test, body, clause.span});
  }
  Node* result = nil(list.span);
  for (auto clause = clauses.rbegin(); clause != clauses.rend(); ++clause) {
    result = clause->test == nullptr
                 ? clause->body
                 : conditional(clause->test, clause->body, result, clause->span);
  }
  core::Binding binding{subject, value};
  return let({&binding, 1}, result, list.span);
}

Node* FormAnalyzer::analyze_and(const Datum& list, Want want) {
  if (list.size == 1) return boolean(true, list.span);
  StackMark<Node*> mark(nodes_);
  bool for_test = want == Want::test || want == Want::effect;
  for (u32 i = 1; i < list.size; ++i) {
    bool last = i + 1 == list.size;
    Node* node = analyze(list[i], last ? want : for_test ? Want::test : Want::value);
    if (node == nullptr) return nullptr;
    nodes_.push_back(node);
  }
  auto items = mark.items();
  Node* result = items.back();
  for (size_t i = items.size() - 1; i-- > 0;) {
    Span span = items[i]->span;
    if (for_test) {
      result = conditional(items[i], result, boolean(false, span), span);
      continue;
    }
    Variable* value = synthetic(span);
    core::Binding binding{value, items[i]};
    result = let(
        {&binding, 1},
        conditional(own_reference(*value, span), result, own_reference(*value, span), span), span);
  }
  return result;
}

Node* FormAnalyzer::analyze_or(const Datum& list, Want want) {
  if (list.size == 1) return nil(list.span);
  StackMark<Node*> mark(nodes_);
  bool for_test = want == Want::test || want == Want::effect;
  for (u32 i = 1; i < list.size; ++i) {
    bool last = i + 1 == list.size;
    Node* node = analyze(list[i], last ? want : for_test ? Want::test : Want::value);
    if (node == nullptr) return nullptr;
    nodes_.push_back(node);
  }
  auto items = mark.items();
  Node* result = items.back();
  for (size_t i = items.size() - 1; i-- > 0;) {
    Span span = items[i]->span;
    if (for_test) {
      result = conditional(items[i], boolean(true, span), result, span);
      continue;
    }
    Variable* value = synthetic(span);
    core::Binding binding{value, items[i]};
    result = let(
        {&binding, 1},
        conditional(own_reference(*value, span), own_reference(*value, span), result, span), span);
  }
  return result;
}

Node* FormAnalyzer::analyze_try(const Datum& list, Want want) {
  u32 clauses = 1;
  while (clauses < list.size && !list[clauses].is_call_of(name::catch_) &&
         !list[clauses].is_call_of(name::finally))
    ++clauses;
  u32 end = clauses;
  const Datum* catching =
      end < list.size && list[end].is_call_of(name::catch_) ? &list[end++] : nullptr;
  const Datum* finally =
      end < list.size && list[end].is_call_of(name::finally) ? &list[end++] : nullptr;
  if (end < list.size) {
    return fail(list[end].span,
                "try: expected at most one catch, then at most one finally, and nothing behind");
  }
  if (catching == nullptr && finally == nullptr) return expected(list, "a catch or a finally");
  auto* node = make<core::Try>(list.span);
  node->caught = nullptr;
  node->handler = node->finally = nullptr;
  auto body = list.children().subspan(1, clauses - 1);
  if (top_level_) {
    StackMark<Node*> mark(nodes_);
    for (const Datum* item : body) {
      Node* part = analyze(*item, item == body.back() ? inner(want) : Want::effect);
      if (part == nullptr) return nullptr;
      nodes_.push_back(part);
    }
    node->body = sequence(mark.items(), list.span);
  } else {
    node->body = analyze_body_items(body, list.span, inner(want));
  }
  if (node->body == nullptr) return nullptr;
  if (catching != nullptr &&
      !analyze_catch(*catching, *node, finally == nullptr ? want : inner(want)))
    return nullptr;
  if (finally != nullptr) {
    node->finally = analyze_branch(*finally, 1, Want::effect);
    if (node->finally == nullptr) return nullptr;
  }
  node->effect = node->body->effect;
  for (const Node* part : {node->handler, node->finally}) {
    if (part != nullptr) node->effect = std::max(node->effect, part->effect);
  }
  return node;
}

bool FormAnalyzer::analyze_catch(const Datum& clause, core::Try& node, Want want) {
  if (clause.size < 2) return expected(clause, "a name for the error");
  if (!clause[1].is_symbol() || is_special(clause[1].name & ~Datum::builtin_bit)) {
    return expected(clause, "a name for the error", clause[1]);
  }
  StackMark<ScopeItem> mark(scope_);
  Variable* caught = variable(clause[1].name, clause[1].span);
  if (!clause[1].is_symbol(name::underscore)) bind(*caught);
  node.caught = caught;
  node.handler = analyze_body(clause, 2, want);
  return node.handler != nullptr;
}

Node* FormAnalyzer::analyze_throw(const Datum& list) {
  if (list.size != 2) return expected(list, "one value");
  Node* value = analyze(list[1], Want::value);
  if (value == nullptr) return nullptr;
  auto* node = make<core::Throw>(list.span);
  node->value = value;
  node->effect = value->effect;
  return node;
}

}  // namespace lithe::analysis
