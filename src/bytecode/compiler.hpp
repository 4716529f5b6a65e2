// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/result.hpp"
#include "bytecode/function.hpp"
#include "core/core.hpp"
#include "syntax/diagnostic.hpp"

namespace lithe::bytecode {

/// Knows which builtins' names the program has defined since its code was analyzed: a
/// PrimitiveCall by such a name is a call of the definition.
class Shadowing {
 public:
  virtual bool defined(u32 name) const = 0;
  /// A function of the standard library, and the program has not defined the name. None calls its
  /// argument in a tail position, so a call of one need not be a tail call: its caller's frame
  /// stays, and an error in it has its place.
  virtual bool of_library(u32 name) const = 0;

 protected:
  ~Shadowing() = default;
};

struct CompilerOptions {
  size_t stack_bytes = size_t{64} << 10;  ///< of the calling thread's stack
  /// A function that needs more is compiled on a further stack of this size
  /// (base/further_stack.hpp); one that is nested too deeply for that, too, is an error.
  size_t further_stack_bytes = size_t{16} << 20;
};

/// Core to bytecode, one Lambda (or unit's top) at a time; the Lambdas in it become children.
/// Keeps its scratch memory between functions. Not thread-safe.
class Compiler {
 public:
  explicit Compiler(CompilerOptions options = {});
  ~Compiler();
  Compiler(const Compiler&) = delete;
  Compiler& operator=(const Compiler&) = delete;

  /// Fills `out`, whose tables keep their memory and may be used again. It points into the
  /// lambda's unit, which must outlive it. An error says what is too large or nested too deeply;
  /// `out` then holds nothing of use.
  /// `shadowing`: null: every builtin means itself.
  base::Result<void, syntax::Diagnostic> compile(const core::Lambda& lambda, Function& out,
                                                 const Shadowing* shadowing = nullptr);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The same with scratch memory of its own.
base::Result<void, syntax::Diagnostic> compile(const core::Lambda& lambda, Function& out,
                                               CompilerOptions options = {});

}  // namespace lithe::bytecode
