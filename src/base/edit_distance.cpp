// SPDX-License-Identifier: Apache-2.0
#include "base/edit_distance.hpp"

#include <algorithm>
#include <array>

namespace lithe::base {

namespace {
// Longer names are not compared: nobody misspells one of them by two letters.
constexpr size_t longest = 63;
}  // namespace

u32 edit_distance(std::string_view a, std::string_view b, u32 limit) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > limit || b.size() > longest) return a == b ? 0 : limit + 1;
  using Row = std::array<u32, longest + 1>;
  std::array<Row, 3> rows{};  // row i, i - 1 and i - 2 of the table, in turn
  for (u32 j = 0; j <= b.size(); ++j) rows[0][j] = j;
  for (u32 i = 1; i <= a.size(); ++i) {
    Row& row = rows[i % 3];
    const Row& above = rows[(i + 2) % 3];
    const Row& two_above = rows[(i + 1) % 3];
    row[0] = i;
    u32 least = i;
    for (u32 j = 1; j <= b.size(); ++j) {
      bool same = a[i - 1] == b[j - 1];
      u32 cost = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + !same});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cost = std::min(cost, two_above[j - 2] + 1);
      }
      row[j] = cost;
      least = std::min(least, cost);
    }
    if (least > limit) return limit + 1;
  }
  return std::min(rows[a.size() % 3][b.size()], limit + 1);
}

ClosestName::ClosestName(std::string_view wanted)
    : wanted_(wanted),
      limit_(wanted.size() < 3   ? 1
             : wanted.size() < 6 ? 2
                                 : 3) {}

void ClosestName::consider(std::string_view candidate) {
  if (limit_ == 0 || candidate.empty()) return;
  u32 distance = edit_distance(wanted_, candidate, limit_);
  if (distance > limit_ || distance == 0 ||
      distance >= std::max(wanted_.size(), candidate.size())) {
    return;
  }
  best_ = candidate;
  limit_ = distance - 1;  // from now on only something closer
}

}  // namespace lithe::base
