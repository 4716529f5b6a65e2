// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace lithe::primitives {

/// What has a name in other languages, and how it is said here.
struct NameElsewhere {
  std::string_view elsewhere;
  std::string_view here;  ///< a name, or several with blanks between; words if `is_words`
  bool is_words = false;
};

/// All rows; no name elsewhere stands in two.
std::span<const NameElsewhere> names_elsewhere();

/// The row of a name; null if there is none.
const NameElsewhere* find_name_elsewhere(std::string_view elsewhere);

}  // namespace lithe::primitives
