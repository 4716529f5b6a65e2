// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/integers.hpp"
#include "base/result.hpp"
#include "syntax/datum.hpp"
#include "syntax/diagnostic.hpp"

namespace lithe::expand {

/// What runs macros: the expander knows no values. Implemented above it; asked from the thread
/// that expands. A macro is a function from data to data that cannot wait.
class Evaluator {
 public:
  virtual ~Evaluator() = default;

  /// Whether the name stands for a macro in the code that is being expanded. Asked for the head
  /// of almost every list: must be quick.
  virtual bool is_macro(u32 name) const = 0;

  /// Makes `name` a macro. `lambda` is the function that it is, `(fun (parameter …) body …)` with
  /// everything inside expanded. It may be compiled later, at the first call.
  virtual base::Result<void, syntax::Diagnostic> define_macro(u32 name,
                                                              const syntax::Datum& lambda) = 0;

  /// `name` was defined as something else and is no macro any more.
  virtual void forget_macro(u32 name) = 0;

  /// Calls the macro with the elements of `form` behind its head, as data, and gives its answer
  /// as a datum in `arena`. What came in with the call and comes out again keeps its spans (it
  /// may be the very same Datum); what the macro made has the span of `form`. An error that
  /// the macro raises is a diagnostic at the place where it was raised.
  virtual base::Result<const syntax::Datum*, syntax::Diagnostic> expand(u32 name,
                                                                        const syntax::Datum& form,
                                                                        base::Arena& arena) = 0;

  /// Whether the library has that name: a builtin or a function of lib/.
  virtual bool is_library_name(u32 name) const = 0;

  /// A number that no gensym of the runtime has.
  virtual u64 fresh_gensym() = 0;
};

}  // namespace lithe::expand
