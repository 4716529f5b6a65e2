// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "analysis/globals.hpp"
#include "base/name_table.hpp"
#include "base/result.hpp"
#include "core/unit.hpp"
#include "syntax/datum.hpp"
#include "syntax/diagnostic.hpp"

namespace lithe::analysis {

struct AnalyzerOptions {
  u32 nesting = 10'000;            ///< levels of brackets and of patterns
  size_t stack_bytes = 96 * 1024;  ///< of the calling thread's stack
  /// A form that needs more is analyzed on a further stack of this size
  /// (base/further_stack.hpp); one that is nested too deeply for that, too, is an error.
  size_t further_stack_bytes = size_t{64} << 20;
};

/// Whether a name heads a special form, or belongs to one.
bool is_special_form(u64 symbol);

/// Expanded datum to Core: resolves names, lowers special forms and patterns, finds captures,
/// loops and tail calls. Keeps its scratch memory between forms. Not thread-safe; while it works
/// on a further stack it asks Globals from there.
class Analyzer {
 public:
  Analyzer(const base::NameTable& names, const primitives::Names& builtins, const Globals& globals,
           AnalyzerOptions options = {});
  ~Analyzer();

  /// Analyzes a top-level form into an empty unit, which does not refer to the form afterwards.
  /// After an error the unit holds nothing of use.
  base::Result<void, syntax::Diagnostic> analyze(const syntax::Datum& form, NameSpace space,
                                                 core::CoreUnit& unit);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lithe::analysis
