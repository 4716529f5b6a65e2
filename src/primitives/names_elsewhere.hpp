// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace lithe::primitives {

/// What a name that other Lisps give to something is called here; empty if the table has none.
std::string_view name_here(std::string_view elsewhere);

}  // namespace lithe::primitives
