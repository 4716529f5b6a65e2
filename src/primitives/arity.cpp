// SPDX-License-Identifier: Apache-2.0
#include "primitives/arity.hpp"

namespace lithe::primitives {

Arity arity_of(const Info& builtin) {
  Arity arity{.least = u64(builtin.least), .most = std::nullopt};
  if (builtin.most != any_number) arity.most = u64(builtin.most);
  return arity;
}

std::string wrong_arity(std::string_view function, const Arity& arity, u64 given) {
  std::string text(function);
  text += " takes ";
  if (!arity.most) text += "at least ";
  text += std::to_string(arity.least);
  if (arity.most && *arity.most != arity.least) text += " to " + std::to_string(*arity.most);
  text += arity.most.value_or(arity.least) == 1 ? " argument, got " : " arguments, got ";
  return text + std::to_string(given);
}

}  // namespace lithe::primitives
