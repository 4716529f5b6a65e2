// SPDX-License-Identifier: Apache-2.0
#include "primitives/names_elsewhere.hpp"

namespace lithe::primitives {

std::string_view name_here(std::string_view elsewhere) {
  struct Row {
    std::string_view elsewhere, here;
  };
  static constexpr Row rows[] = {
#define LITHE_NAME_ELSEWHERE(elsewhere, here) {elsewhere, here},
#include "primitives/names_elsewhere.def"
#undef LITHE_NAME_ELSEWHERE
  };
  for (const Row& row : rows) {
    if (row.elsewhere == elsewhere) return row.here;
  }
  return {};
}

}  // namespace lithe::primitives
