// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "analysis/lint.hpp"
#include "runtime/runtime.hpp"

namespace lithe::runtime {

/// Looks at a program form by form (`lithe check`). Of its forms those are run that define
/// functions, records and constants, because macros may need them; nothing else is.
class Checker final : private analysis::LintWorld {
 public:
  /// `path` is the program's. A file of lib/ may use internal builtins, and what it defines hides
  /// nothing.
  Checker(Runtime& runtime, const std::string& path);
  ~Checker() override;

  /// Whether the expanded form is to be run. One that cannot be analyzed is: the error is met
  /// again there, and reported.
  bool wants_run(const syntax::Form& form);
  /// Reading, expanding or running a form has failed; it would have defined a name, or
  /// Modules::nothing.
  void note_error(const syntax::Diagnostic& diagnostic, u32 defined);
  /// All findings.
  std::vector<syntax::Diagnostic> finish() { return lint_.finish(); }

 private:
  bool is_known(u32 name) const override;
  bool is_hidden_by_definition(u32 name) const override;
  bool is_defined(u32 name) const override;
  std::string undefined(u32 name) override { return runtime_.undefined(name); }
  std::optional<primitives::Arity> arity(u32 name, bool library) override;

  Runtime& runtime_;
  std::string_view library_file_;  ///< the program's name in lib/, if it has one
  analysis::Lint lint_;
};

}  // namespace lithe::runtime
