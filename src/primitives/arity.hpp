// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "primitives/primitives.hpp"

namespace lithe::primitives {

/// How many arguments a function takes.
struct Arity {
  u64 least = 0;
  std::optional<u64> most;  ///< none: no bound

  bool takes(u64 given) const { return given >= least && (!most || given <= *most); }
};

Arity arity_of(const Info& builtin);

/// What is said of a call with another number of arguments, before it is run and when it is:
/// "f takes 1 to 2 arguments, got 3".
std::string wrong_arity(std::string_view function, const Arity& arity, u64 given);

}  // namespace lithe::primitives
