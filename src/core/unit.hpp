// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "base/arena.hpp"
#include "core/core.hpp"

namespace lithe::core {

/// One top-level form as Core, with the memory of everything in it. Whoever keeps code made from it
/// keeps the unit. Not copied, not moved: nodes may be pointed to from anywhere.
class CoreUnit {
 public:
  CoreUnit() = default;
  CoreUnit(const CoreUnit&) = delete;
  CoreUnit& operator=(const CoreUnit&) = delete;

  base::Arena arena;
  /// The form as a function of no arguments; null until it was analyzed.
  Lambda* top = nullptr;
  /// Number of Lambdas below `top`. Zero: nothing made from the unit outlives one run of it.
  u32 lambdas = 0;
  /// Names of the top-level variables that the form assigns with `set!`, with repetitions: they
  /// are not settled once its code is loaded.
  std::vector<u32> assigned_globals;

  /// Empties it for the next form; the arena's first block stays.
  void reset() {
    arena.reset();
    top = nullptr;
    lambdas = 0;
    assigned_globals.clear();
  }
};

}  // namespace lithe::core
