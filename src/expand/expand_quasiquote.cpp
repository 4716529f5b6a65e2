// SPDX-License-Identifier: Apache-2.0
// Quasiquotes: a template becomes code that makes the data. Parts without an unquote stay data.
#include "expand/form_expander.hpp"

namespace lithe::expand {

namespace name = base::name;
using syntax::Datum;
using syntax::DatumKind;

const Datum* FormExpander::walk_quasiquote(const Datum& list) {
  if (list.size != 2) {
    return fail("syntax-error", list.span,
                "quasiquote: expected one datum, got " + std::to_string(list.size - 1));
  }
  size_t outer = fresh_begin_;
  fresh_begin_ = fresh_.size();
  const Datum* code = as_code(quote_part(list[1], 1));
  if (code != nullptr) code = bind_fresh(code);
  fresh_.resize(fresh_begin_);
  fresh_begin_ = outer;
  return code;
}

/// `level`: quasiquotes around the datum that are not undone by unquotes.
FormExpander::Quoted FormExpander::quote_part(const Datum& datum, u32 level) {
  if (datum.is_symbol()) return quote_symbol(datum);
  if (!datum.is_sequence() || datum.size == 0) return {&datum, true};
  if (too_deep(datum)) return {};
  ++depth_;
  Quoted result = quote_sequence(datum, level);
  --depth_;
  return result;
}

FormExpander::Quoted FormExpander::quote_symbol(const Datum& symbol) {
  if (symbol.name > UINT32_MAX) return {&symbol, true};
  std::string_view text = owner_.names_.text(u32(symbol.name));
  if (text.size() < 2 || !text.ends_with('#')) {
    u64 meant = owner_.modules_.in_template(symbol.name);
    return {meant == symbol.name ? &symbol : builder_.symbol(meant, symbol.span), true};
  }
  for (size_t i = fresh_begin_; i < fresh_.size(); ++i) {
    if (fresh_[i].written == symbol.name)
      return {builder_.symbol(fresh_[i].variable, symbol.span), false};
  }
  u64 variable = owner_.evaluator_.fresh_gensym() | Datum::gensym_bit;
  fresh_.push_back({symbol.name, variable});
  return {builder_.symbol(variable, symbol.span), false};
}

FormExpander::Quoted FormExpander::quote_sequence(const Datum& datum, u32 level) {
  bool unquote = datum.is_call_of(name::unquote);
  bool splicing = datum.is_call_of(name::unquote_splicing);
  if (unquote || splicing) {
    if (datum.size != 2) {
      fail("syntax-error", datum.span,
           text_of(datum[0].name) + ": expected one datum, got " + std::to_string(datum.size - 1));
      return {};
    }
    if (level > 1) return quote_elements(datum, level - 1);
    if (splicing) {
      fail("syntax-error", datum.span, "unquote-splicing: stands in no list, vector or map");
      return {};
    }
    return {walk(datum[1], Place::inner), false};
  }
  if (datum.is_call_of(name::quasiquote)) return quote_elements(datum, level + 1);
  return quote_elements(datum, level);
}

FormExpander::Quoted FormExpander::quote_elements(const Datum& sequence, u32 level) {
  std::vector<Quoted> parts;
  std::vector<u32> splices;
  bool constant = true;
  for (u32 i = 0; i < sequence.size; ++i) {
    const Datum& item = sequence[i];
    bool splice = level == 1 && item.is_call_of(name::unquote_splicing) && item.size == 2;
    Quoted part = splice ? Quoted{walk(item[1], Place::inner), false} : quote_part(item, level);
    if (part.datum == nullptr) return {};
    if (splice) splices.push_back(i);
    constant = constant && part.is_constant;
    parts.push_back(part);
  }
  if (constant) return {constant_sequence(sequence, parts), true};
  return {sequence_code(sequence, parts, splices), false};
}

/// Data without an unquote: the sequence itself, unless a name in it has been replaced.
const Datum* FormExpander::constant_sequence(const Datum& sequence, std::span<const Quoted> parts) {
  Edit edit(sequence, arena_);
  for (u32 i = 0; i < parts.size(); ++i) edit.set(i, parts[i].datum);
  return edit.result();
}

const Datum* FormExpander::as_code(Quoted part) {
  if (part.datum == nullptr || !part.is_constant) return part.datum;
  const Datum& datum = *part.datum;
  if (!datum.is_symbol() && (!datum.is_sequence() || datum.size == 0)) return &datum;
  return builder_.list({builtin(name::quote, datum.span), &datum}, datum.span);
}

const Datum* FormExpander::sequence_code(const Datum& sequence, std::span<const Quoted> parts,
                                         std::span<const u32> splices) {
  syntax::Span span = sequence.span;
  const Expander::BuiltinNames& builtins = owner_.builtins_;
  if (!splices.empty()) {
    const Datum* list = spliced_list(sequence, parts, splices);
    if (sequence.is_list()) return list;
    u32 convert = sequence.is(DatumKind::vector) ? builtins.list_to_vector : builtins.list_to_map;
    return builder_.list({builtin(convert, span), list}, span);
  }
  u32 make = sequence.is_list()               ? name::list
             : sequence.is(DatumKind::vector) ? name::vector_of
                                              : name::map_of;
  std::vector<const Datum*> code{builtin(make, span)};
  for (const Quoted& part : parts) code.push_back(as_code(part));
  return builder_.list(code, span);
}

/// (%append (list a b) spliced (list c) …)
const Datum* FormExpander::spliced_list(const Datum& sequence, std::span<const Quoted> parts,
                                        std::span<const u32> splices) {
  syntax::Span span = sequence.span;
  std::vector<const Datum*> code{builtin(owner_.builtins_.append, span)};
  std::vector<const Datum*> run;
  auto end_run = [&] {
    if (run.empty()) return;
    code.push_back(builder_.list(run, span));
    run.clear();
  };
  for (u32 i = 0; i < parts.size(); ++i) {
    if (!splices.empty() && splices.front() == i) {
      splices = splices.subspan(1);
      end_run();
      code.push_back(parts[i].datum);
    } else {
      if (run.empty()) run.push_back(builtin(name::list, span));
      run.push_back(as_code(parts[i]));
    }
  }
  end_run();
  return builder_.list(code, span);
}

/// (let ((variable (gensym "name")) …) code), for the `name#` of the quasiquote in work.
const Datum* FormExpander::bind_fresh(const Datum* code) {
  if (fresh_.size() == fresh_begin_) return code;
  syntax::Span span = code->span;
  std::vector<const Datum*> bindings;
  for (size_t i = fresh_begin_; i < fresh_.size(); ++i) {
    std::string_view text = owner_.names_.text(u32(fresh_[i].written));
    const Datum* made = builder_.list(
        {builtin(name::gensym, span), builder_.string(text.substr(0, text.size() - 1), span)},
        span);
    bindings.push_back(builder_.list({builder_.symbol(fresh_[i].variable, span), made}, span));
  }
  return builder_.list({builtin(name::let, span), builder_.list(bindings, span), code}, span);
}

}  // namespace lithe::expand
