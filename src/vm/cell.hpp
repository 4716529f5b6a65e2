// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include <absl/container/flat_hash_set.h>

#include "base/integers.hpp"
#include "value/value.hpp"

namespace lithe::base {
class NameTable;
}
namespace lithe::heap {
struct SharedUnit;
}

namespace lithe::vm {

struct Code;

/// A top-level name: what `def` publishes to every process. Never freed, so compiled code and
/// the interpreter keep its address.
///
/// Readers look at `plain` and `value` without a lock. Writers hold the publication lock and
/// store `value` (release) before `version`.
struct Cell {
  std::atomic<u64> value{value::Value::unbound().bits()};
  /// The Code of the value when it is a closure that captures nothing: a call's shortcut.
  std::atomic<Code*> code{nullptr};
  /// False while a read must take the slow path: unbound, `set!` somewhere in loaded code (a
  /// process may have its own value), or the value holds something mutable (each process has
  /// its own copy), or a library definition not loaded yet.
  std::atomic<bool> plain{false};
  std::atomic<bool> assigned{false};  ///< some loaded code `set!`s it: not settled
  std::atomic<u32> version{0};
  u32 name = 0;          ///< NameTable id
  bool library = false;  ///< of the standard library: no user code can define it
  /// User cells alone. False: the name stands for the builtin or library definition of that
  /// name, if there is one, and `value` is a copy of it.
  bool user_defined = false;
  bool has_mutable = false;               ///< `value` is only for heap::thaw
  heap::SharedUnit* unit = nullptr;       ///< of the value; null for immediate and copied ones
  absl::flat_hash_set<Code*> dependents;  ///< made under the assumption that it stays as it is
};

/// All cells of a runtime, in two name spaces: library code sees library cells alone, user code
/// its own, which start out as copies of the library's. Any thread; a Cell's address is stable.
class Cells {
 public:
  /// What the cells take counts as the names'.
  explicit Cells(base::NameTable& names) : names_(names) {}

  Cell& user(u32 name) { return get(user_, name, false); }
  Cell& library(u32 name) { return get(library_, name, true); }
  /// Null: nobody has asked for it yet.
  Cell* find_user(u32 name) const;

  /// Held by whoever publishes a definition, installs code or walks the dependents.
  /// Recursive: looking at effects under it may load a library function, which is a definition.
  std::recursive_mutex publication;

  /// All user cells (for suggestions and completion).
  std::vector<Cell*> all_user() const;

 private:
  using Table = std::vector<std::unique_ptr<Cell>>;
  Cell& get(Table& table, u32 name, bool library);

  base::NameTable& names_;
  mutable std::mutex mutex_;
  Table user_, library_;  // by name id
};

}  // namespace lithe::vm
