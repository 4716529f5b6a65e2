// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "heap/roots.hpp"
#include "io/operation.hpp"
#include "primitives/primitives.hpp"
#include "runtime/inbox.hpp"
#include "value/value.hpp"

// Functions of the host. Each is a row of a table and a generated top-level function,
//
//     (def area (a1 a2) (%host-pure 7 a1 a2))
//
// whose body calls the primitive of the declared effect with the row's index. So arity, effect,
// redefinition and compiling are those of any other function.

namespace lithe::process {
class Process;
}
namespace lithe::vm {
class NativeCall;
}

namespace lithe::runtime {

struct HostFunction;
using value::Value;

/// A call of a host function, on the slice of the process that calls.
struct HostCall {
  Runtime& runtime;
  process::Process& process;
  const HostFunction& function;
  heap::RootVector& arguments;
  /// What it called was interrupted: so is the call, whatever its body makes of that.
  bool interrupted = false;

  /// Sets the error. => Value::error(), to be returned. May collect.
  Value fail(std::string_view kind, std::string_view message);
};

struct HostFunction {
  std::string name;
  primitives::Effect effect;
  u32 least, most;  ///< arguments
  std::string doc;
  /// As a vm::NativeFunction: a value, Value::error() after fail(), or (async alone)
  /// Value::wait() after wait_for_answer(). Throws nothing.
  std::function<Value(HostCall&)> body;
  Value closure;  ///< the generated function; shared

  static constexpr u32 any_number = 0xFFFF'FFFF;
};

/// The answer that an async host function owes. Shared by the operation that waits for it and
/// whoever may give it.
class Answer {
 public:
  explicit Answer(std::shared_ptr<Inbox> inbox) : inbox_(std::move(inbox)) {}

  /// Gives a value in the process's heap, or Value::error() with its error set.
  using Make = std::function<Value(Runtime&, process::Process&)>;
  /// Any thread. => false: it was given before, or the runtime is gone.
  static bool give(const std::shared_ptr<Answer>& answer, Make make);

 private:
  friend class AnswerOperation;
  std::shared_ptr<Inbox> inbox_;
  std::atomic<bool> given_{false};
  class AnswerOperation* operation_ = nullptr;  ///< the runtime's thread; null: nobody waits
};

class HostFunctions {
 public:
  explicit HostFunctions(Runtime& runtime) : runtime_(runtime) {}

  /// Makes the function and defines its name. => false: `problem` says why not.
  bool define(HostFunction function, std::string& problem);
  /// The body of the %host-… primitives.
  Value call(vm::NativeCall& call);
  /// Doc line of a function as long as its name stands for it.
  const HostFunction* find(Value function) const;

  /// The process waits from when the host function has given Value::wait().
  std::shared_ptr<Answer> wait_for_answer(process::Process& process);

  /// The call that runs now; null: none. A host function may call what calls another.
  HostCall* running() const { return running_; }

 private:
  Runtime& runtime_;
  std::vector<std::unique_ptr<HostFunction>> table_;  ///< rows stay: old code has their index
  HostCall* running_ = nullptr;
};

}  // namespace lithe::runtime
