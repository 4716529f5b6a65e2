// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/globals.hpp"
#include "base/name_table.hpp"
#include "core/unit.hpp"
#include "syntax/datum.hpp"
#include "syntax/diagnostic.hpp"

namespace lithe::analysis {

/// What is known of global names apart from the program that is looked at.
class LintWorld {
 public:
  virtual ~LintWorld() = default;
  /// A builtin, or a function of the library.
  virtual bool is_known(u32 name) const = 0;
  /// What was defined before the program, or by the forms of it that were run.
  virtual bool is_defined(u32 name) const = 0;
  /// Words that follow "x is not defined", perhaps none.
  virtual std::string undefined(u32 name) = 0;
};

/// Finds in a program, without running it, what is wrong or most likely meant otherwise:
/// - errors: names that nothing defines, calls of the program's functions and of builtins with a
///   number of arguments that they do not take;
/// - warnings: clauses that are never reached, locals that are never read, definitions that hide a
///   builtin or a function of the library.
/// A name that begins with `_` may be unused.
class Lint {
 public:
  Lint(const base::NameTable& names, const primitives::Names& builtins, LintWorld& world)
      : names_(names), builtins_(builtins), world_(world) {}

  /// A form of the program, in order: expanded, and as Core, which is kept until finish().
  void add(const syntax::Datum& form, std::shared_ptr<core::CoreUnit> unit);

  /// All findings, by place.
  std::vector<syntax::Diagnostic> finish();

 private:
  struct Definition {
    const core::Lambda* lambda;  ///< null: not a function, or defined more than once
    u32 count = 0;
  };

  void note_definitions(const core::Node& node);
  void look_at(const core::Node& node);
  void look_at_call(const core::Call& call);
  void look_at_name(u32 name, syntax::Span span);
  void look_at_clauses(const syntax::Datum& form);
  void look_at_form(const syntax::Datum& form);
  void clauses_of_cond(const syntax::Datum& form);
  void clauses_of_case(const syntax::Datum& form);
  void clauses_of_patterns(const syntax::Datum& form, u32 first);
  void unused(const core::Node& top);
  void find(syntax::Severity severity, syntax::Span span, std::string message);

  const base::NameTable& names_;
  const primitives::Names& builtins_;
  LintWorld& world_;
  std::vector<std::shared_ptr<core::CoreUnit>> units_;
  std::map<u32, Definition> definitions_;
  std::vector<syntax::Diagnostic> found_;
};

}  // namespace lithe::analysis
