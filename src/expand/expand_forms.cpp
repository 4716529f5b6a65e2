// SPDX-License-Identifier: Apache-2.0
// The special forms: which of their parts are expressions, and what they bind. A part that is not
// as it should be is left as it is; the analyzer tells.
#include <algorithm>

#include "expand/form_expander.hpp"
#include "syntax/printer.hpp"

namespace lithe::expand {

namespace name = base::name;
using syntax::Datum;

namespace {

/// Place of the parts of a form that binds nothing.
FormExpander::Place branch_of(FormExpander::Place place) {
  using Place = FormExpander::Place;
  return place == Place::inner ? Place::inner : Place::top_branch;
}

bool is_parameter(const Datum& item) {
  bool optional = item.is_list() && item.size == 2 && item[0].is_symbol();
  return item.is_symbol() || optional;
}

bool is_parameter_list(const Datum& datum) {
  auto items = datum.is_list() ? datum.children() : std::span<const Datum* const>();
  return datum.is_list() &&
         std::all_of(items.begin(), items.end(), [](const Datum* d) { return is_parameter(*d); });
}

}  // namespace

const Datum* FormExpander::walk_form(u32 form, const Datum& list, Place place) {
  switch (form) {
    case name::quote:
      return &list;
    case name::quasiquote:
      return walk_quasiquote(list);
    case name::unquote:
      return fail(
          "syntax-error", list.span,
          "unquote: outside of a quasiquote; if the comma separates elements, leave it out");
    case name::unquote_splicing:
      return fail("syntax-error", list.span, "unquote-splicing: outside of a quasiquote");
    case name::include:
    case name::import_:
      return fail("include-error", list.span,
                  text_of(form) + ": belongs at the top level of a file");
    case name::module_:
      return fail("include-error", list.span, "module: must be the first form of a file");
    case name::defmacro:
      return walk_macro_definition(list, place);
    case name::defrecord:
      return walk_record_definition(list, place);
    case name::def:
    case name::defun:
    case name::defvar:
      return walk_definition(list, place);
    case name::fun:
    case name::fn:
    case name::lambda:
      return walk_function(list, 1, 2);
    case name::let:
      return walk_let(list);
    case name::set:
      return walk_children(list, 2, Place::inner);
    case name::begin:
    case name::do_:
      return place == Place::top ? walk_children(list, 1, place) : walk_block(list, 1, place);
    case name::when:
    case name::unless:
      return walk_block(list, 2, place);
    case name::cond:
      return walk_cond(list, place);
    case name::case_:
      return walk_case(list, place);
    case name::match:
      return walk_match(list, 2);
    case name::receive:
      return walk_match(list, 1);
    case name::try_:
      return walk_try(list, place);
    default:  // if, and, or, throw, assert, time, seq
      return walk_children(list, 1, branch_of(place));
  }
}

/// A form whose parts before `body` are expressions and the others a block.
const Datum* FormExpander::walk_block(const Datum& list, u32 body, Place place) {
  Edit edit(list, arena_);
  Place branch = branch_of(place);
  for (u32 i = 1; i < body && i < edit.size(); ++i) {
    if (!walk_into(edit, i, branch)) return nullptr;
  }
  bool done =
      branch == Place::inner ? walk_body(edit, body, edit.size()) : walk_range(edit, body, branch);
  return done ? edit.result() : nullptr;
}

const Datum* FormExpander::walk_definition(const Datum& list, Place place) {
  if (list.size < 3 || !list[1].is_symbol()) return &list;
  u64 symbol = list[1].name;
  if (place != Place::inner) {
    u32 defined = owner_.meaning(symbol);
    if (owner_.is_macro(defined)) owner_.evaluator_.forget_macro(defined);
    owner_.records_.erase(defined);
  }
  if (list.size > 3 && is_parameter_list(list[2])) return walk_function(list, 2, 3);
  return walk_children(list, 2, Place::inner);
}

const Datum* FormExpander::walk_function(const Datum& list, u32 parameters, u32 body) {
  if (list.size <= parameters) return &list;
  ScopeMark mark(owner_.scope_);
  Edit edit(list, arena_);
  if (!walk_parameters(edit, parameters)) return nullptr;
  return walk_body(edit, body, edit.size()) ? edit.result() : nullptr;
}

bool FormExpander::walk_parameters(Edit& edit, u32 i) {
  const Datum& list = edit.get(i);
  if (!list.is_list()) return true;
  Edit parameters(list, arena_);
  for (u32 k = 0; k < list.size; ++k) {
    const Datum& item = list[k];
    if (item.is_symbol()) {
      bind(item.name);
    } else if (item.is_list() && item.size == 2 && item[0].is_symbol()) {
      Edit optional(item, arena_);
      if (!walk_into(optional, 1, Place::inner)) return false;
      parameters.set(k, optional.result());
      bind(item[0].name);
    }
  }
  edit.set(i, parameters.result());
  return true;
}

/// Forms in order, some of which may define locals; those are known in all of the body.
bool FormExpander::walk_body(Edit& edit, u32 from, u32 to) {
  ScopeMark mark(owner_.scope_);
  std::vector<MacroState> states;
  if (!bind_definitions(edit, from, to, states)) return false;
  MacroState outside = macros_;
  for (u32 i = from; i < to; ++i) {
    if (!states.empty()) macros_ = states[i - from];
    bool done = walk_into(edit, i, Place::inner);
    macros_ = outside;
    if (!done) return false;
  }
  return true;
}

/// Expands the macro calls among the forms of a body, which may turn out to be definitions.
/// `states` gets an element for each form if there are any.
bool FormExpander::bind_definitions(Edit& edit, u32 from, u32 to, std::vector<MacroState>& states) {
  MacroState outside = macros_;
  for (u32 i = from; i < to; ++i) bind_definition(edit.get(i));
  for (u32 i = from; i < to; ++i) {
    if (!is_macro_call(edit.get(i))) continue;
    const Datum* expanded = expand_macros(edit.get(i));
    if (expanded == nullptr) return false;
    edit.set(i, expanded);
    states.resize(to - from, outside);
    states[i - from] = macros_;
    macros_ = outside;
    bind_definition(*expanded);
  }
  return true;
}

void FormExpander::bind_definition(const Datum& form) {
  std::vector<const Datum*> work{&form};
  while (!work.empty()) {
    const Datum& datum = *work.back();
    work.pop_back();
    switch (form_name(datum)) {
      case name::def:
      case name::defun:
      case name::defvar:
        if (datum.size > 1 && datum[1].is_symbol()) bind(datum[1].name);
        break;
      case name::begin:
      case name::do_:
        work.insert(work.end(), datum.items + 1, datum.items + datum.size);
        break;
      default:
        break;
    }
  }
}

const Datum* FormExpander::walk_let(const Datum& list) {
  ScopeMark mark(owner_.scope_);
  bool named = list.size > 1 && list[1].is_symbol();
  u32 at = named ? 2 : 1;
  if (list.size <= at || !list[at].is_list()) return &list;
  Edit edit(list, arena_);
  Edit bindings(list[at], arena_);
  for (u32 i = 0; i < bindings.size(); ++i) {
    if (!walk_binding(bindings, i)) return nullptr;
  }
  edit.set(at, bindings.result());
  if (named) bind(list[1].name);
  return walk_body(edit, at + 1, edit.size()) ? edit.result() : nullptr;
}

bool FormExpander::walk_binding(Edit& bindings, u32 i) {
  const Datum& binding = bindings.get(i);
  if (!binding.is_list() || binding.size != 2) return true;
  Edit edit(binding, arena_);
  if (!walk_into(edit, 1, Place::inner)) return false;
  const Datum* target = walk_pattern(binding[0]);
  if (target == nullptr) return false;
  edit.set(0, target);
  bindings.set(i, edit.result());
  return true;
}

const Datum* FormExpander::walk_cond(const Datum& list, Place place) {
  Edit edit(list, arena_);
  for (u32 i = 1; i < list.size; ++i) {
    const Datum& clause = list[i];
    if (!clause.is_list() || clause.size == 0) continue;
    Edit parts(clause, arena_);
    Place branch = branch_of(place);
    if (!walk_into(parts, 0, branch)) return nullptr;
    bool done =
        branch == Place::inner ? walk_body(parts, 1, clause.size) : walk_range(parts, 1, branch);
    if (!done) return nullptr;
    edit.set(i, parts.result());
  }
  return edit.result();
}

const Datum* FormExpander::walk_case(const Datum& list, Place place) {
  if (list.size < 2) return &list;
  Edit edit(list, arena_);
  Place branch = branch_of(place);
  if (!walk_into(edit, 1, branch)) return nullptr;
  for (u32 i = 2; i < list.size; ++i) {
    const Datum& clause = list[i];
    if (!clause.is_list() || clause.size == 0) continue;
    Edit parts(clause, arena_);
    bool done =
        branch == Place::inner ? walk_body(parts, 1, clause.size) : walk_range(parts, 1, branch);
    if (!done) return nullptr;
    edit.set(i, parts.result());
  }
  return edit.result();
}

const Datum* FormExpander::walk_match(const Datum& list, u32 first_clause) {
  Edit edit(list, arena_);
  for (u32 i = 1; i < first_clause && i < list.size; ++i) {
    if (!walk_into(edit, i, Place::inner)) return nullptr;
  }
  bool receiving = first_clause == 1;
  for (u32 i = first_clause; i < list.size; ++i) {
    const Datum& clause = list[i];
    if (!clause.is_list() || clause.size == 0) continue;
    bool after = receiving && clause[0].is_symbol(name::after);
    const Datum* walked = after ? walk_after(clause) : walk_match_clause(clause);
    if (walked == nullptr) return nullptr;
    edit.set(i, walked);
  }
  return edit.result();
}

const Datum* FormExpander::walk_after(const Datum& clause) {
  Edit parts(clause, arena_);
  if (clause.size > 1 && !walk_into(parts, 1, Place::inner)) return nullptr;
  if (clause.size > 2 && !walk_body(parts, 2, clause.size)) return nullptr;
  return parts.result();
}

const Datum* FormExpander::walk_match_clause(const Datum& clause) {
  ScopeMark mark(owner_.scope_);
  Edit parts(clause, arena_);
  const Datum* pattern = walk_pattern(clause[0]);
  if (pattern == nullptr) return nullptr;
  parts.set(0, pattern);
  u32 body = 1;
  if (clause.size > 2 && clause[1].is_keyword(name::when)) {
    if (!walk_into(parts, 2, Place::inner)) return nullptr;
    body = 3;
  }
  return walk_body(parts, body, clause.size) ? parts.result() : nullptr;
}

const Datum* FormExpander::walk_pattern(const Datum& pattern) {
  if (pattern.is_symbol()) {
    bind(pattern.name);
    return &pattern;
  }
  if (!pattern.is_sequence() || pattern.size == 0) return &pattern;
  if (too_deep(pattern)) return nullptr;
  ++depth_;
  const Datum* result = walk_pattern_list(pattern);
  --depth_;
  return result;
}

const Datum* FormExpander::walk_pattern_list(const Datum& pattern) {
  if (const RecordShape* shape = record_of_pattern(pattern))
    return walk_record_pattern(pattern, *shape);
  Edit edit(pattern, arena_);
  u32 from = 0;
  u32 step = 1;
  if (pattern.is(syntax::DatumKind::map)) {
    from = 1;
    step = 2;
  } else if (pattern.is_list()) {
    if (pattern[0].is_symbol(name::quote)) return &pattern;
    if (pattern[0].is_symbol(name::equals)) return walk_children(pattern, 1, Place::inner);
    if (pattern[0].is_symbol(name::question) && pattern.size > 1) {
      if (!walk_into(edit, 1, Place::inner)) return nullptr;
      from = 2;
    } else {
      from = 1;
    }
  }
  for (u32 i = from; i < pattern.size; i += step) {
    const Datum* part = walk_pattern(pattern[i]);
    if (part == nullptr) return nullptr;
    edit.set(i, part);
  }
  return edit.result();
}

const Datum* FormExpander::walk_try(const Datum& list, Place place) {
  Edit edit(list, arena_);
  u32 clauses = list.size;
  for (u32 i = 1; i < list.size && clauses == list.size; ++i) {
    if (list[i].is_call_of(name::catch_) || list[i].is_call_of(name::finally)) clauses = i;
  }
  Place branch = branch_of(place);
  if (branch == Place::inner) {
    if (!walk_body(edit, 1, clauses)) return nullptr;
  } else {
    for (u32 i = 1; i < clauses; ++i) {
      if (!walk_into(edit, i, branch)) return nullptr;
    }
  }
  for (u32 i = clauses; i < list.size; ++i) {
    const Datum* clause = walk_try_clause(list[i], place);
    if (clause == nullptr) return nullptr;
    edit.set(i, clause);
  }
  return edit.result();
}

const Datum* FormExpander::walk_try_clause(const Datum& clause, Place place) {
  if (!clause.is_list() || clause.size == 0) return &clause;
  ScopeMark mark(owner_.scope_);
  bool catching = clause[0].is_symbol(name::catch_);
  if (catching && clause.size > 1 && clause[1].is_symbol()) bind(clause[1].name);
  u32 body = catching ? 2 : 1;
  Edit edit(clause, arena_);
  bool inner = catching || place == Place::inner;
  if (!inner) return walk_range(edit, body, branch_of(place)) ? edit.result() : nullptr;
  if (body > clause.size) return &clause;
  return walk_body(edit, body, clause.size) ? edit.result() : nullptr;
}

/// `given` stands where a macro has its list of parameters.
const Datum* FormExpander::fail_parameters(const Datum& given) {
  auto shown = [&](const Datum& datum) {
    return syntax::excerpt_for_message(syntax::print(datum, owner_.names_));
  };
  if (!given.is_list()) {
    bool vector = given.is(syntax::DatumKind::vector);
    return fail("syntax-error", given.span,
                "defmacro: expected a list of parameters, got " + shown(given) +
                    (vector ? "; use round brackets" : ""));
  }
  for (const Datum* item : given.children()) {
    if (is_parameter(*item)) continue;
    return fail("syntax-error", item->span,
                "defmacro: expected a parameter's name, or (name default), got " + shown(*item));
  }
  return nullptr;
}

const Datum* FormExpander::walk_macro_definition(const Datum& list, Place place) {
  if (place != Place::top) return fail("syntax-error", list.span, "defmacro: belongs at top level");
  auto shown = [&](u32 i) {
    return syntax::excerpt_for_message(syntax::print(list[i], owner_.names_));
  };
  if (list.size < 2) return fail("syntax-error", list.span, "defmacro: expected a name");
  u64 symbol = list[1].is_symbol() ? list[1].name : Datum::gensym_bit;
  if ((symbol & ~Datum::resolved_bit) > UINT32_MAX) {
    return fail("syntax-error", list[1].span, "defmacro: expected a name, got " + shown(1));
  }
  if (symbol < name::predefined_count) {
    const Datum* only[] = {&list[1]};
    if (form_name(*builder_.list(only, list[1].span)) != none) {
      return fail("syntax-error", list[1].span,
                  "defmacro: '" + text_of(symbol) + "' is the name of a special form");
    }
  }
  std::string wrong;
  if (!owner_.modules_.resolve_definition(symbol, wrong))
    return fail("syntax-error", list[1].span, "defmacro: " + wrong);
  u32 macro = u32(symbol);
  if (list.size < 3)
    return fail("syntax-error", list.span, "defmacro: expected a list of parameters");
  if (!is_parameter_list(list[2])) return fail_parameters(list[2]);
  if (list.size < 4) return fail("syntax-error", list.span, "defmacro: expected a body");
  std::vector<const Datum*> items{builtin(name::fun, list[0].span)};
  items.insert(items.end(), list.items + 2, list.items + list.size);
  const Datum* lambda = walk(*builder_.list(items, list.span), Place::inner);
  if (lambda == nullptr) return nullptr;
  // A closure like any other, but errors in its parameters name the form they stand in.
  items.assign(lambda->items, lambda->items + lambda->size);
  items[0] = builtin(name::defmacro, list[0].span);
  lambda = builder_.list(items, list.span);
  auto defined = owner_.evaluator_.define_macro(macro, *lambda);
  if (!defined) {
    error_ = std::move(defined.error());
    owner_.add_chain(*error_, macros_.current);
    return nullptr;
  }
  return builder_.list({builtin(name::quote, list[0].span), &list[1]}, list.span);
}

}  // namespace lithe::expand
