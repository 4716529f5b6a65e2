// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/name_table.hpp"
#include "base/result.hpp"
#include "expand/evaluator.hpp"
#include "expand/modules.hpp"
#include "expand/records.hpp"
#include "syntax/datum.hpp"
#include "syntax/diagnostic.hpp"

namespace lithe::expand {

struct Limits {
  u32 nesting = 10'000;            ///< levels of brackets in an expanded form
  u32 macro_depth = 200;           ///< expansions within expansions
  u32 expansions = 100'000;        ///< of macros, in one top-level form
  u32 data = 20'000'000;           ///< nodes in all that the macros of one top-level form give
  size_t stack_bytes = 96 * 1024;  ///< of the calling thread's stack; where there is nothing to
                                   ///< expand none is used
};

/// Expands macros and quasiquotes, datum to datum. What is left are special forms, calls and data:
/// no `defmacro`, no `defrecord`, no `quasiquote`.
///
/// - A local binding hides a macro, and a special form, of the same name.
/// - `defmacro` stands at top level, where `begin` does not count as nesting; it defines the
///   macro at once and becomes the quoted name.
/// - Data that a quasiquote makes is made by builtins named with Datum::builtin_bit, which no
///   definition of the program's hides.
/// - `defrecord` stands at top level too; it becomes the definitions of its functions, and a
///   pattern with its name becomes a pattern of the record's type.
/// - What does not expand is returned as it came, not copied.
/// - Errors in code that a macro made have notes that name the macros and the places of their
///   calls, innermost first.
///
/// Malformed special forms are left as they are: the analyzer tells what is wrong with them.
/// Not thread-safe.
class Expander {
 public:
  /// `names` and `evaluator` must outlive it.
  Expander(base::NameTable& names, Evaluator& evaluator, Limits limits = {});

  /// Expands a top-level form; new data goes into `arena`, which holds the result's parts with
  /// those of `form`. A macro that runs may call it.
  base::Result<const syntax::Datum*, syntax::Diagnostic> expand(const syntax::Datum& form,
                                                                base::Arena& arena);

  /// If the place of a diagnostic about the form expanded last lies in a macro call, or in what
  /// one made, adds notes that name the macros, innermost first.
  void add_expansion_notes(syntax::Diagnostic& diagnostic) const;

  /// What a `defrecord` of that top-level name has told; null: there is none.
  const RecordShape* record(u32 name) const;

  Modules& modules() { return modules_; }

 private:
  friend class FormExpander;
  static constexpr u32 most_inside = 10;

  /// A macro call of the form in work.
  struct Expansion {
    u32 macro;
    syntax::Span span;  ///< of the call
    syntax::Span last;  ///< of the call's last atom
    i32 parent;         ///< the expansion that the call itself came from; -1: none
  };
  /// Names that quasiquotes expand to and that are not predefined.
  struct BuiltinNames {
    u32 append;
    u32 list_to_vector;
    u32 list_to_map;
    u32 record_type;
    u32 record;
    u32 is_record;
    u32 record_get;
  };

  base::Result<const syntax::Datum*, syntax::Diagnostic> expand_inside(const syntax::Datum& form,
                                                                       base::Arena& arena);
  bool may_expand(const syntax::Datum& list);
  u32 meaning(u64 symbol);
  bool nothing_expands(const syntax::Datum& form);
  void add_chain(syntax::Diagnostic& diagnostic, i32 innermost) const;

  base::NameTable& names_;
  Evaluator& evaluator_;
  Limits limits_;
  BuiltinNames builtins_;
  Records records_;
  Modules modules_;
  bool active_ = false;  // a form is in work
  u32 inside_ = 0;       // calls of expand() by macros that are running
  u64 stack_begin_ = 0;  // the addresses that the form in work may use
  u64 stack_end_ = 0;
  std::vector<const syntax::Datum*> pending_;
  std::vector<u64> scope_;             // names bound around the datum in work
  std::vector<Expansion> expansions_;  // of the last form
};

}  // namespace lithe::expand
