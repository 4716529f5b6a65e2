// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <absl/container/flat_hash_map.h>

#include <functional>
#include <memory>

#include "expand/evaluator.hpp"
#include "value/value.hpp"

namespace lithe::core {
class CoreUnit;
}
namespace lithe::heap {
struct SharedUnit;
}
namespace lithe::process {
class Process;
}

namespace lithe::runtime {

class Runtime;

/// The macros of a runtime, and how they are run: on the process that expands, as a nested call
/// that must not wait.
class MacroTable final : public expand::Evaluator {
 public:
  explicit MacroTable(Runtime& runtime) : runtime_(runtime) {}

  /// The process that expands from now on. => the one before.
  process::Process* set_process(process::Process* process) {
    return std::exchange(process_, process);
  }

  /// Is told of each macro that is defined, as the function that it is: the form and its Core.
  using Watcher =
      std::function<void(u32 name, const syntax::Datum& lambda, std::shared_ptr<core::CoreUnit>)>;
  void watch(Watcher watcher) { watcher_ = std::move(watcher); }

  bool is_macro(u32 name) const override { return !macros_.empty() && macros_.contains(name); }
  base::Result<void, syntax::Diagnostic> define_macro(u32 name,
                                                      const syntax::Datum& lambda) override;
  void forget_macro(u32 name) override;
  base::Result<const syntax::Datum*, syntax::Diagnostic> expand(u32 name, const syntax::Datum& form,
                                                                base::Arena& arena) override;
  bool is_library_name(u32 name) const override;
  bool is_library_namespace(std::string_view text) const override;
  u64 fresh_gensym() override;
  /// The function that a macro is; unbound if there is none.
  value::Value closure(u32 name) const {
    auto found = macros_.find(name);
    return found == macros_.end() ? value::Value::unbound() : found->second.closure;
  }
  /// f(name) for each macro.
  template <class F>
  void for_each(F&& f) const {
    for (const auto& [name, macro] : macros_) f(name);
  }

 private:
  struct Macro {
    value::Value closure;  ///< shared
    heap::SharedUnit* unit;
  };

  Runtime& runtime_;
  process::Process* process_ = nullptr;
  Watcher watcher_;
  absl::flat_hash_map<u32, Macro> macros_;
};

}  // namespace lithe::runtime
