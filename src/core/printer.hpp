// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/core.hpp"

namespace lithe::base {
class NameTable;
}

namespace lithe::core {

struct PrintOptions {
  /// Name of a builtin by number; null: `%number`.
  std::string_view (*primitive_name)(u16) = nullptr;
  u32 width = 100;       ///< lines are broken to fit, where they can be
  bool effects = false;  ///< appends `:sync` or `:async` to what is not pure
};

/// The tree as text, for people and goldens. On one line if it fits the width.
/// What is nested deeper than 96 KiB of stack allow is printed as `…`.
///
///     x.0            local, with its id          x.0*  the same where it is bound, boxed
///     ^x.0           captured local              @x    global
///     (+ 1 2)        builtin called by name      (%head x.0)   builtin whatever its name means
///     (call f a)     call                        (tail-call f a)
///     (fun f (a.0 (b.1 default) . c.2) [captures] body)
std::string print(const Node& node, const base::NameTable& names, const PrintOptions& options = {});

}  // namespace lithe::core
