// SPDX-License-Identifier: Apache-2.0
#include "expand/form_expander.hpp"

#include <algorithm>

#include "syntax/printer.hpp"
#include "syntax/special_forms.hpp"

namespace lithe::expand {

namespace name = base::name;
using syntax::Datum;
using syntax::Diagnostic;
using syntax::Span;

namespace {

u64 frame_address() { return reinterpret_cast<u64>(__builtin_frame_address(0)); }

Span last_atom(const Datum& datum) {
  const Datum* at = &datum;
  while (at->is_sequence() && at->size > 0) at = at->items[at->size - 1];
  return at->span;
}

bool before(Span a, Span b) { return a.line != b.line ? a.line < b.line : a.column < b.column; }

}  // namespace

const Datum* Edit::result() const {
  if (items_ == nullptr) return &original_;
  Datum* made = arena_.make<Datum>();
  *made = original_;
  made->items = items_;
  return made;
}

void Edit::replace(u32 i, const Datum* child) {
  if (items_ == nullptr) {
    items_ = arena_.allocate_array<const Datum*>(original_.size);
    std::copy_n(original_.items, original_.size, items_);
  }
  items_[i] = child;
}

Expander::Expander(base::NameTable& names, Evaluator& evaluator, Limits limits)
    : names_(names),
      evaluator_(evaluator),
      limits_(limits),
      modules_(names, [&evaluator](u32 name) { return evaluator.is_library_name(name); }) {
  builtins_ = {names.intern("%append"),    names.intern("%list->vector"),
               names.intern("%list->map"), names.intern("%record-type"),
               names.intern("%record"),    names.intern("%record?"),
               names.intern("%record-get")};
}

base::Result<const Datum*, Diagnostic> Expander::expand(const Datum& form, base::Arena& arena) {
  if (active_) return expand_inside(form, arena);
  scope_.clear();
  expansions_.clear();
  if (nothing_expands(form)) return &form;
  active_ = true;
  FormExpander work(*this, arena);
  const Datum* expanded = work.expand(form);
  active_ = false;
  if (expanded != nullptr) return expanded;
  return base::failure(work.take_error());
}

/// A macro asks for an expansion while it runs: what belongs to the form in work is set aside.
base::Result<const Datum*, Diagnostic> Expander::expand_inside(const Datum& form,
                                                               base::Arena& arena) {
  if (inside_ >= most_inside) {
    return base::failure(
        syntax::make_error("macro-error", form.span, "macros call each other too deeply"));
  }
  std::vector<u64> scope = std::move(scope_);
  std::vector<Expansion> expansions = std::move(expansions_);
  active_ = false;
  ++inside_;
  auto result = expand(form, arena);
  --inside_;
  active_ = true;
  scope_ = std::move(scope);
  expansions_ = std::move(expansions);
  return result;
}

/// Whether a list's head alone shows that the list may have to be changed, wherever it stands.
bool Expander::may_expand(const Datum& list) {
  if (!list[0].is_symbol()) return false;
  switch (list[0].name) {
    case name::quasiquote:
    case name::unquote:
    case name::unquote_splicing:
    case name::defmacro:
    case name::defrecord:
    case name::include:
    case name::module_:
    case name::import_:
      return true;
    case name::def:
    case name::defun:
    case name::defvar:
      if (list.size > 1 && list[1].is_symbol()) {
        u32 defined = meaning(list[1].name);
        if (evaluator_.is_macro(defined) || record(defined) != nullptr) return true;
      }
      break;
    default:
      break;
  }
  u32 head = meaning(list[0].name);
  return evaluator_.is_macro(head) || record(head) != nullptr;
}

/// The top-level name that a symbol stands for; Modules::nothing if it is none that a macro or a
/// record could have.
u32 Expander::meaning(u64 symbol) {
  bool plain = (symbol & ~Datum::resolved_bit) <= UINT32_MAX;
  return plain ? modules_.meaning(symbol) : Modules::nothing;
}

const RecordShape* Expander::record(u32 name) const {
  if (records_.empty()) return nullptr;
  auto found = records_.find(name);
  return found == records_.end() ? nullptr : &found->second;
}

/// Looks at every list, as if all of it were code: most forms contain nothing that expands, and
/// then neither stack nor time is spent on finding out what is code and what is bound.
bool Expander::nothing_expands(const Datum& form) {
  if (!form.is_sequence()) return true;
  pending_.assign(1, &form);
  while (!pending_.empty()) {
    const Datum& datum = *pending_.back();
    pending_.pop_back();
    if (datum.is_list() && datum.size > 0 && may_expand(datum)) return false;
    for (const Datum* child : datum.children()) {
      if (child->is_sequence()) pending_.push_back(child);
    }
  }
  return true;
}

void Expander::add_chain(Diagnostic& diagnostic, i32 innermost) const {
  constexpr u32 most_shown = 6;
  u32 shown = 0;
  u32 hidden = 0;
  const Expansion* before = nullptr;
  for (i32 i = innermost; i >= 0; i = expansions_[size_t(i)].parent) {
    const Expansion& call = expansions_[size_t(i)];
    bool repeated = before != nullptr && before->macro == call.macro && before->span == call.span;
    bool outermost = call.parent < 0;
    if (repeated || (shown >= most_shown && !outermost)) {
      ++hidden;
      continue;
    }
    if (hidden > 0 && outermost) {
      diagnostic.notes.push_back({{}, "… " + std::to_string(hidden) + " more …"});
      hidden = 0;
    }
    std::string macro(names_.text(call.macro));
    diagnostic.notes.push_back({call.span, "in the expansion of macro '" + macro + "'"});
    before = &call;
    ++shown;
  }
  if (hidden > 0) diagnostic.notes.push_back({{}, "… " + std::to_string(hidden) + " more …"});
}

void Expander::add_expansion_notes(Diagnostic& diagnostic) const {
  if (expansions_.empty() || !diagnostic.span.known()) return;
  Span at = diagnostic.span;
  auto holds = [&](const Expansion& e) {
    return e.span.source == at.source && !before(at, e.span) && !before(e.last, at);
  };
  // From the outside in, as long as only one call can be meant: what a macro made has its call's
  // place, so two calls in one expansion may look alike.
  i32 found = -1;
  for (size_t from = 0; from < expansions_.size();) {
    i32 next = -1;
    bool several = false;
    for (size_t i = from; i < expansions_.size(); ++i) {
      if (expansions_[i].parent != found || !holds(expansions_[i])) continue;
      several = next >= 0;
      if (several) break;
      next = i32(i);
    }
    if (next < 0 || several) break;
    found = next;
    from = size_t(next) + 1;
  }
  add_chain(diagnostic, found);
}

FormExpander::FormExpander(Expander& owner, base::Arena& arena)
    : owner_(owner), arena_(arena), builder_(arena) {
  // An expansion that a running macro asked for has what is left of the stack, if it is the same.
  u64 here = frame_address();
  bool same_stack = owner.inside_ > 0 && here < owner.stack_begin_ && here > owner.stack_end_;
  if (!same_stack) {
    owner.stack_begin_ = here;
    owner.stack_end_ = here > owner.limits_.stack_bytes ? here - owner.limits_.stack_bytes : 0;
  }
  stack_end_ = owner.stack_end_;
}

const Datum* FormExpander::fail(std::string_view kind, Span span, std::string message) {
  if (error_) return nullptr;
  error_ = syntax::make_error(kind, span, std::move(message));
  owner_.add_chain(*error_, macros_.current);
  return nullptr;
}

bool FormExpander::too_deep(const Datum& datum) {
  if (depth_ < owner_.limits_.nesting && frame_address() > stack_end_) return false;
  fail("syntax-error", datum.span, "nested too deeply");
  return true;
}

std::string FormExpander::text_of(u64 symbol) const {
  if (symbol & Datum::gensym_bit) return "gensym";
  return std::string(owner_.names_.text(u32(symbol)));
}

const Datum* FormExpander::builtin(u32 id, Span span) {
  return builder_.symbol(id | Datum::builtin_bit, span);
}

bool FormExpander::is_bound(u64 symbol) const {
  return std::find(owner_.scope_.rbegin(), owner_.scope_.rend(), symbol) != owner_.scope_.rend();
}

u32 FormExpander::form_name(const Datum& list) const {
  if (!list.is_list() || list.size == 0 || !list[0].is_symbol()) return none;
  u64 symbol = list[0].name;
  u64 id = symbol & ~Datum::builtin_bit;
  if (id >= name::predefined_count || !syntax::special_forms[id]) return none;
  if (id == symbol && is_bound(symbol)) return none;
  return u32(id);
}

bool FormExpander::is_macro_call(const Datum& datum) const {
  if (!datum.is_list() || datum.size == 0 || !datum[0].is_symbol()) return false;
  u64 symbol = datum[0].name;
  return owner_.evaluator_.is_macro(owner_.meaning(symbol)) && !is_bound(symbol);
}

const Datum* FormExpander::walk(const Datum& datum, Place place) {
  if (!datum.is_sequence() || datum.size == 0) return &datum;
  if (too_deep(datum)) return nullptr;
  ++depth_;
  const Datum* result =
      datum.is_list() ? walk_list(datum, place) : walk_children(datum, 0, Place::inner);
  --depth_;
  return result;
}

const Datum* FormExpander::walk_list(const Datum& list, Place place) {
  if (u32 form = form_name(list); form != none) return walk_form(form, list, place);
  if (is_macro_call(list)) return walk_macro_call(list, place);
  return walk_children(list, 0, Place::inner);
}

const Datum* FormExpander::walk_children(const Datum& datum, u32 from, Place place) {
  Edit edit(datum, arena_);
  return walk_range(edit, from, place) ? edit.result() : nullptr;
}

bool FormExpander::walk_into(Edit& edit, u32 i, Place place) {
  const Datum* child = walk(edit.get(i), place);
  if (child == nullptr) return false;
  edit.set(i, child);
  return true;
}

bool FormExpander::walk_range(Edit& edit, u32 from, Place place) {
  for (u32 i = from; i < edit.size(); ++i) {
    if (!walk_into(edit, i, place)) return false;
  }
  return true;
}

const Datum* FormExpander::walk_macro_call(const Datum& list, Place place) {
  MacroState outside = macros_;
  const Datum* expanded = expand_macros(list);
  const Datum* result = expanded == nullptr ? nullptr : walk(*expanded, place);
  macros_ = outside;
  return result;
}

/// Expands until the datum is no macro call. The caller restores macros_.
const Datum* FormExpander::expand_macros(const Datum& datum) {
  const Datum* at = &datum;
  while (at != nullptr && is_macro_call(*at)) at = expand_once(*at);
  return at;
}

const Datum* FormExpander::expand_once(const Datum& list) {
  u32 macro = owner_.meaning(list[0].name);
  const Limits& limits = owner_.limits_;
  if (macros_.depth >= limits.macro_depth || owner_.expansions_.size() >= limits.expansions) {
    return fail("macro-error", list.span,
                "macro '" + text_of(macro) + "' seems to expand for ever");
  }
  owner_.expansions_.push_back({macro, list.span, last_atom(list), macros_.current});
  macros_ = {i32(owner_.expansions_.size()) - 1, macros_.depth + 1};
  auto answer = owner_.evaluator_.expand(macro, list, arena_);
  if (!answer) {
    if (!error_) {
      error_ = std::move(answer.error());
      if (!error_->span.known()) error_->span = list.span;
      owner_.add_chain(*error_, macros_.current);
    }
    return nullptr;
  }
  const Datum* made = answer.value();
  return count_data(*made) ? made : nullptr;
}

bool FormExpander::count_data(const Datum& root) {
  std::vector<const Datum*> work{&root};
  while (!work.empty()) {
    const Datum* datum = work.back();
    work.pop_back();
    if (++data_made_ > owner_.limits_.data) {
      u32 macro = owner_.expansions_[size_t(macros_.current)].macro;
      fail("macro-error", root.span, "macro '" + text_of(macro) + "' makes too much code");
      return false;
    }
    if (datum->is_sequence()) work.insert(work.end(), datum->items, datum->items + datum->size);
  }
  return true;
}

}  // namespace lithe::expand
