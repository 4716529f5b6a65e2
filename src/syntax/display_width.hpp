// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/integers.hpp"

namespace lithe::syntax {

constexpr u32 tab_width = 8;

/// The columns that a printable code point takes on a screen: 0, 1 or 2. A guess under rare
/// scripts, for terminals differ there, too.
u32 display_width(u32 code_point);

}  // namespace lithe::syntax
