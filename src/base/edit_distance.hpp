// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/integers.hpp"

namespace lithe::base {

/// Insertions, deletions, replacements and swaps of neighbours (bytes) that turn one text into
/// the other; `limit + 1` when there are more than `limit`.
u32 edit_distance(std::string_view a, std::string_view b, u32 limit);

/// Finds what a misspelt name was probably meant to be ("did you mean").
class ClosestName {
 public:
  explicit ClosestName(std::string_view wanted);

  /// Offers a candidate; its text must live as long as this object is used.
  void consider(std::string_view candidate);

  /// The closest candidate, the first of equals; empty when none was close enough to be likely.
  std::string_view best() const { return best_; }

 private:
  std::string_view wanted_;
  std::string_view best_;
  u32 limit_;
};

}  // namespace lithe::base
