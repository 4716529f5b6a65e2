// SPDX-License-Identifier: Apache-2.0
#include "primitives/names_elsewhere.hpp"

namespace lithe::primitives {

namespace {

constexpr NameElsewhere rows[] = {
#define LITHE_NAME_ELSEWHERE(elsewhere, here) {elsewhere, here},
#define LITHE_WORDS_ELSEWHERE(elsewhere, words) {elsewhere, words, true},
#include "primitives/names_elsewhere.def"
#undef LITHE_NAME_ELSEWHERE
#undef LITHE_WORDS_ELSEWHERE
};

}  // namespace

std::span<const NameElsewhere> names_elsewhere() { return rows; }

const NameElsewhere* find_name_elsewhere(std::string_view elsewhere) {
  for (const NameElsewhere& row : rows) {
    if (row.elsewhere == elsewhere) return &row;
  }
  return nullptr;
}

}  // namespace lithe::primitives
