// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <absl/container/flat_hash_map.h>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "analysis/effects.hpp"
#include "analysis/globals.hpp"
#include "base/name_table.hpp"
#include "core/unit.hpp"
#include "primitives/arity.hpp"
#include "syntax/datum.hpp"
#include "syntax/diagnostic.hpp"
#include "syntax/source_map.hpp"

namespace lithe::analysis {

primitives::Arity arity_of(const core::Lambda& lambda);

/// What is known of global names apart from the program that is looked at.
class LintWorld {
 public:
  virtual ~LintWorld() = default;
  /// A builtin, or a function of the library.
  virtual bool is_known(u32 name) const = 0;
  /// Whether a definition takes it from the rest of the program.
  virtual bool is_hidden_by_definition(u32 name) const { return is_known(name); }
  /// What was defined before the program, or by the forms of it that were run.
  virtual bool is_defined(u32 name) const = 0;
  /// "x is not defined", and perhaps what was meant.
  virtual std::string undefined(u32 name) = 0;
  /// How many arguments a function takes that is_known() or is_defined(), if it is a function.
  /// `library`: the library's, whatever was defined by that name.
  virtual std::optional<primitives::Arity> arity(u32 name, bool library) = 0;
};

/// Finds in a program, without running it, what is wrong or most likely meant otherwise:
/// - errors: names that nothing defines, calls by name (or in a new process) with a number of
///   arguments that the function does not take, functions given to a function of the library that
///   calls them so, calls of constants, macros that wait, assertions about effects that do not
///   hold;
/// - warnings: clauses, and forms behind a throw, that are never reached, locals and parameters
///   that are never read, definitions that hide a builtin or a function of the library.
/// A name that begins with `_` may be unused, and so may one that a macro made.
///
/// What is defined more than once is not judged: which definition counts is known when it runs.
class Lint {
 public:
  /// `effects` knows the functions that were defined before finish().
  Lint(const base::NameTable& names, const syntax::SourceMap& sources, EffectStore& effects,
       LintWorld& world)
      : names_(names), sources_(sources), effects_(effects), world_(world) {}

  /// A form of the program, in order: expanded, and as Core, which is kept until finish().
  void add(const syntax::Datum& form, std::shared_ptr<core::CoreUnit> unit);
  /// A macro that the program defines, as the function that it is; kept likewise.
  void add_macro(u32 name, const syntax::Datum& form, std::shared_ptr<core::CoreUnit> unit);
  /// Something that running forms has met, to be told in its place among the others.
  void add(syntax::Diagnostic diagnostic) { met_.push_back(std::move(diagnostic)); }
  /// A name that is defined, as what is not known: its definition is wrong, say.
  void add_defined(u32 name) {
    definitions_[name] = {.lambda = nullptr, .constant = nullptr, .count = 2};
  }
  /// Some of the program cannot be read, with who knows which definitions in it.
  void note_missing_text() { text_is_missing_ = true; }

  /// All findings, by place.
  std::vector<syntax::Diagnostic> finish();

 private:
  struct Definition {
    // Both null: something else, or defined more than once.
    const core::Lambda* lambda = nullptr;
    const syntax::Datum* constant = nullptr;
    u32 count = 0;
  };
  /// What the locals of a unit are bound to that are bound once.
  using LocalValues = absl::flat_hash_map<const core::Local*, const core::Node*>;

  // lint.cpp
  void note_definitions(const core::Node& top);
  void hides(u32 name, syntax::Span span);
  void look_at(const core::Node& node, const LocalValues& values);
  void look_at_call(const core::Call& call, const LocalValues& values);
  void look_at_spawn(const core::PrimitiveCall& call, const LocalValues& values);
  void look_at_arguments(const core::Node& callee, const core::Node& head, u64 given,
                         syntax::Span span);
  void look_at_sequence(const core::Sequence& sequence);
  void look_at_name(u32 name, syntax::Span span);
  struct Callee {
    std::string name;
    std::optional<primitives::Arity> arity;  ///< none: it is not known
  };
  Callee callee_of(const core::Node& function, const core::Node& head);
  const syntax::Datum* constant_of_global(const core::GlobalRef& global) const;
  std::optional<primitives::Arity> arity_of_global(const core::GlobalRef& global);
  void find(syntax::Severity severity, syntax::Span span, std::string message);

  // lint_callbacks.cpp
  using Counts = std::set<u64>;
  void look_at_callbacks(const core::Node& callee, const core::Call& call,
                         const LocalValues& values);
  std::optional<Counts> calls_of_parameter(const core::Lambda& lambda, size_t index);
  std::optional<Counts> count_calls(const core::Lambda& lambda, size_t index);

  // lint_clauses.cpp
  void look_at_clauses(const syntax::Datum& form, const core::Node& top);
  void clauses_of_cond(const syntax::Datum& form);
  void clauses_of_case(const syntax::Datum& form);
  void clauses_of_patterns(const syntax::Datum& form, u32 first);

  // lint_locals.cpp
  static LocalValues values_of(const core::Node& top);
  static const core::Node& known(const core::Node& node, const LocalValues& values);
  void unused(const core::Node& top);
  bool is_written(const core::Local& local) const;

  // lint_effects.cpp
  void look_at_assertion(const core::If& test, const LocalValues& values);
  void look_at_claim(const core::PrimitiveCall& comparison, const LocalValues& values);
  const core::Node* function_of_effect(const core::Node& node, const LocalValues& values);
  void claim(const core::Node& function, const syntax::Datum& word, bool holds_if_same,
             syntax::Span span);
  struct Known {
    FunctionEffect effect;
    const core::Lambda* lambda;
    NameSpace space;
    std::string name;
  };
  std::optional<Known> effect_of(const core::Node& function);
  bool is_settled(const FunctionEffect& effect, NameSpace space);
  std::optional<std::string> how_it_waits(const EffectCause& cause, NameSpace space);
  void macro_that_waits(u32 name, const core::Lambda& macro);

  struct Macro {
    u32 name;
    std::shared_ptr<core::CoreUnit> unit;
  };

  const base::NameTable& names_;
  const syntax::SourceMap& sources_;
  EffectStore& effects_;
  LintWorld& world_;
  std::vector<std::shared_ptr<core::CoreUnit>> units_;
  std::vector<Macro> macros_;
  std::map<u32, Definition> definitions_;
  std::map<std::pair<const core::Lambda*, size_t>, std::optional<Counts>> calls_of_parameters_;
  std::set<u32> assigned_;  ///< by set!: what they stand for is known when the program runs
  bool text_is_missing_ = false;
  std::vector<syntax::Diagnostic> found_, met_;
};

}  // namespace lithe::analysis
