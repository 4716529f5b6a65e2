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
  explicit Checker(Runtime& runtime)
      : runtime_(runtime), lint_(runtime.names(), runtime.primitive_names(), *this) {}

  /// Whether the expanded form is to be run. One that cannot be analyzed is: the error is met
  /// again there, and reported.
  bool wants_run(const syntax::Form& form);
  /// All findings.
  std::vector<syntax::Diagnostic> finish() { return lint_.finish(); }

 private:
  bool is_known(u32 name) const override;
  bool is_defined(u32 name) const override;
  std::string undefined(u32 name) override { return runtime_.undefined(name); }

  Runtime& runtime_;
  analysis::Lint lint_;
};

}  // namespace lithe::runtime
