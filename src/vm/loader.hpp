// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "core/unit.hpp"
#include "vm/machine.hpp"

namespace lithe::heap {
class UnitBuilder;
}

namespace lithe::vm {

/// Makes bytecode for `code` at its first call, and its nested functions' Codes. The unit that
/// the function is in also gets its literals. => false: the error is set. May collect.
bool prepare(Process& process, Code& code);

/// The Code of a whole top-level form, and the closure to call it by. Literals are captured
/// values of that closure, in the process's heap: they go when the form has run. Each of the
/// functions in it starts a shared unit of its own.
/// A TopLevel is used for one form after the other: forms without functions in them use the
/// same Code, whose tables keep their memory.
struct TopLevel {
  std::unique_ptr<Code> code;
  Value closure;                         ///< local
  std::vector<heap::SharedUnit*> units;  ///< of the outermost functions in it
};
/// => false: the error is set. May collect.
bool load_top_level(Process& process, std::shared_ptr<core::CoreUnit> unit, bool library,
                    TopLevel& out);

/// After the form has run: whatever no definition refers to can go once no process has it.
void retire_top_level(Runtime& runtime, TopLevel& top);

/// A top-level form as a closure whose code the collector keeps alive for as long as it is in
/// use: for eval. => Value::error(), with the error set. May collect.
Value load_evaluated(Process& process, std::shared_ptr<core::CoreUnit> unit);

/// A cell was defined anew: code that took its name for a builtin is made again at its next call.
void invalidate_dependents(Runtime& runtime, Cell& cell);

/// A function without captures as a value of its own shared unit.
struct LoadedFunction {
  heap::SharedUnit* unit;
  Value closure;  ///< shared
};
LoadedFunction load_function(Runtime& runtime, const JitPolicy& jit,
                             std::shared_ptr<core::CoreUnit> unit, const core::Node& lambda,
                             bool library);

}  // namespace lithe::vm
