// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "expand/expander.hpp"

namespace lithe::expand {

/// The names bound around the datum in work; what was bound since it was made is unbound when it
/// ends.
class ScopeMark {
 public:
  explicit ScopeMark(std::vector<u64>& scope) : scope_(scope), size_(scope.size()) {}
  ~ScopeMark() { scope_.resize(size_); }
  ScopeMark(const ScopeMark&) = delete;
  ScopeMark& operator=(const ScopeMark&) = delete;

 private:
  std::vector<u64>& scope_;
  size_t size_;
};

/// A sequence datum some of whose children may be replaced; copied at the first replacement.
class Edit {
 public:
  Edit(const syntax::Datum& original, base::Arena& arena) : original_(original), arena_(arena) {}

  u32 size() const { return original_.size; }
  const syntax::Datum& get(u32 i) const { return items_ != nullptr ? *items_[i] : original_[i]; }
  void set(u32 i, const syntax::Datum* child) {
    if (child != &get(i)) replace(i, child);
  }
  const syntax::Datum* result() const;

 private:
  void replace(u32 i, const syntax::Datum* child);

  const syntax::Datum& original_;
  base::Arena& arena_;
  const syntax::Datum** items_ = nullptr;
};

/// The expansion of one top-level form. Functions answer the expanded datum, or null after an
/// error, which is then in `error_`: a result that carried the diagnostic would make every frame
/// of a deep recursion bigger.
class FormExpander {
 public:
  /// Where a datum stands. `top`: `defmacro` and `include` may stand here. `top_branch`: inside
  /// a top-level form that binds nothing; `def` still defines a global.
  enum class Place : u8 { top, top_branch, inner };

  FormExpander(Expander& owner, base::Arena& arena);

  const syntax::Datum* expand(const syntax::Datum& datum) { return walk(datum, Place::top); }
  syntax::Diagnostic take_error() { return std::move(*error_); }

 private:
  using Datum = syntax::Datum;

  /// Which macro calls the datum in work came from.
  struct MacroState {
    i32 current = -1;  ///< innermost expansion; -1: none
    u32 depth = 0;
  };

  const Datum* walk(const Datum& datum, Place place);
  const Datum* walk_macro_call(const Datum& list, Place place);
  const Datum* walk_list(const Datum& list, Place place);
  const Datum* walk_form(u32 name, const Datum& list, Place place);
  const Datum* walk_children(const Datum& datum, u32 from, Place place);
  bool walk_into(Edit& edit, u32 i, Place place);
  bool walk_range(Edit& edit, u32 from, Place place);

  // expand_forms.cpp: a function for each shape of special form
  const Datum* walk_definition(const Datum& list, Place place);
  const Datum* walk_function(const Datum& list, u32 parameters, u32 body);
  const Datum* walk_let(const Datum& list);
  const Datum* walk_cond(const Datum& list, Place place);
  const Datum* walk_case(const Datum& list, Place place);
  const Datum* walk_block(const Datum& list, u32 body, Place place);
  const Datum* walk_match(const Datum& list, u32 first_clause);
  const Datum* walk_match_clause(const Datum& clause);
  const Datum* walk_after(const Datum& clause);
  const Datum* walk_try_clause(const Datum& clause, Place place);
  const Datum* walk_try(const Datum& list, Place place);
  const Datum* fail_parameters(const Datum& given);
  const Datum* walk_macro_definition(const Datum& list, Place place);
  bool walk_binding(Edit& bindings, u32 i);
  bool walk_parameters(Edit& edit, u32 i);
  bool walk_body(Edit& edit, u32 from, u32 to);
  bool bind_definitions(Edit& edit, u32 from, u32 to, std::vector<MacroState>& states);
  void bind_definition(const Datum& form);
  const Datum* walk_pattern(const Datum& pattern);
  const Datum* walk_pattern_list(const Datum& pattern);

  // expand_record.cpp
  const Datum* walk_record_definition(const Datum& list, Place place);
  bool check_record(const Datum& list);
  const Datum* record_definitions(const Datum& list, u32 defined, const RecordShape& shape);
  const RecordShape* record_of_pattern(const Datum& pattern) const;
  const Datum* walk_record_pattern(const Datum& pattern, const RecordShape& shape);

  // expand_quasiquote.cpp
  struct Fresh {
    u64 written;   ///< the symbol `name#`
    u64 variable;  ///< local that holds the fresh symbol when the code runs
  };
  struct Quoted {
    const Datum* datum = nullptr;  ///< null: an error
    bool is_constant = true;       ///< `datum` is data; else code that makes the data
  };
  const Datum* walk_quasiquote(const Datum& list);
  Quoted quote_part(const Datum& datum, u32 level);
  Quoted quote_symbol(const Datum& symbol);
  Quoted quote_sequence(const Datum& sequence, u32 level);
  Quoted quote_elements(const Datum& sequence, u32 level);
  const Datum* constant_sequence(const Datum& sequence, std::span<const Quoted> parts);
  const Datum* as_code(Quoted part);
  const Datum* sequence_code(const Datum& sequence, std::span<const Quoted> parts,
                             std::span<const u32> splices);
  const Datum* spliced_list(const Datum& sequence, std::span<const Quoted> parts,
                            std::span<const u32> splices);
  const Datum* bind_fresh(const Datum* code);

  // Macros
  const Datum* expand_macros(const Datum& datum);
  const Datum* expand_once(const Datum& list);
  bool is_macro_call(const Datum& datum) const;
  bool count_data(const Datum& root);

  bool is_bound(u64 name) const;
  void bind(u64 name) { owner_.scope_.push_back(name); }
  /// The special form that the head of a list means here; `none` if it means something else.
  static constexpr u32 none = ~u32{0};
  u32 form_name(const Datum& list) const;

  std::string text_of(u64 name) const;
  const Datum* builtin(u32 name, syntax::Span span);
  const Datum* fail(std::string_view kind, syntax::Span span, std::string message);
  bool too_deep(const Datum& datum);

  Expander& owner_;
  base::Arena& arena_;
  syntax::DatumBuilder builder_;
  std::optional<syntax::Diagnostic> error_;
  std::vector<Fresh> fresh_;
  u64 stack_end_;
  u32 depth_ = 0;
  u32 data_made_ = 0;
  size_t fresh_begin_ = 0;  ///< in fresh_: of the quasiquote in work
  MacroState macros_;
};

}  // namespace lithe::expand
