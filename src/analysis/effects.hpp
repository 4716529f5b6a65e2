// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/globals.hpp"
#include "base/name_table.hpp"
#include "core/core.hpp"
#include "syntax/source_map.hpp"

namespace lithe::analysis {

using core::Effect;

/// A global name as one name space sees it.
struct GlobalName {
  NameSpace space;
  u32 name;
  friend bool operator==(const GlobalName&, const GlobalName&) = default;
};

/// What decided a function's effect.
struct EffectCause {
  enum class Kind : u8 {
    none,               ///< pure: nothing did
    builtin,            ///< calls the builtin `name`
    function,           ///< calls the global function `name`
    unknown_call,       ///< calls a value that is not known
    unknown_global,     ///< calls the global `name`, which is not defined or no function
    receive,            ///< waits for messages
    assignment,         ///< assigns a captured or global variable, or defines one
    assigned_variable,  ///< reads a variable that is assigned
  };
  Kind kind = Kind::none;
  u32 name = 0;       ///< that it is called by, or of the global; 0 if there is none
  syntax::Span span;  ///< of the call, or of what else did it
  std::optional<primitives::Primitive> which =
      std::nullopt;  ///< builtin: in a module it has no `name`
};

struct FunctionEffect {
  Effect effect = Effect::pure;
  /// Bit i: it also does what its parameter i does when called; bit 63 stands for all further ones.
  u64 as_arguments = 0;
  EffectCause cause;
  /// What a caller that knows nothing of the arguments has to count with.
  Effect worst() const { return as_arguments != 0 ? Effect::async : effect; }
};

/// The effects of all global functions, inferred on demand and kept until something they rest on
/// changes. Each fact records the names that it rests on; a redefinition drops exactly the facts
/// that rest on it, directly or through others. Not thread-safe.
class EffectStore {
 public:
  explicit EffectStore(const Globals& globals);
  ~EffectStore();

  /// `name` is now a function (`lambda` must stay alive until it is redefined or undefined),
  /// whose own names are those of the space that it was written in…
  void define_function(GlobalName name, const core::Lambda& lambda, NameSpace written_in);
  void define_function(GlobalName name, const core::Lambda& lambda) {
    define_function(name, lambda, name.space);
  }
  /// …or any other value…
  void define_value(GlobalName name);
  /// …or, as far as this name space goes, nothing.
  void undefine(GlobalName name);
  /// Some loaded code assigns the variable with `set!`: reading it is sync from now on.
  void note_assigned(GlobalName name);

  /// Effect of calling a global function; async when the name is not known to be a function.
  FunctionEffect of(GlobalName name);
  /// Effect of calling a function given as Core, such as a closure's.
  FunctionEffect of(const core::Lambda& lambda, NameSpace space);
  /// The function that a global name stands for, and whose the names in it are; null: it is no
  /// function that is known, or a builtin.
  struct Function {
    const core::Lambda* lambda = nullptr;
    NameSpace written_in = NameSpace::user;
  };
  Function function(GlobalName name);
  /// The names that a global's fact rests on directly.
  std::vector<GlobalName> rests_on(GlobalName name);
  /// Number of facts held: what invalidation dropped is not counted.
  size_t fact_count() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// "calls the builtin timer/sleep", without the place.
std::string describe(const EffectCause& cause, const base::NameTable& names);

/// "it calls the builtin timer/sleep at FILE:LINE:COLUMN": why a function's effect is what it is;
/// empty if nothing decided it. `lambda` names the parameters that it calls; it may be null.
std::string explain_effect(const FunctionEffect& effect, const core::Lambda* lambda,
                           const base::NameTable& names, const syntax::SourceMap& sources);

}  // namespace lithe::analysis
