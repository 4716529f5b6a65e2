// SPDX-License-Identifier: Apache-2.0
#include "syntax/display_width.hpp"

#include <algorithm>
#include <array>

namespace lithe::syntax {

namespace {

struct Range {
  u32 first;
  u32 last;
};

// Coarse on purpose: a caret that is off by one under a rare script misleads nobody.
constexpr auto wide_ranges = std::to_array<Range>({
    {0x1100, 0x115F},
    {0x2E80, 0x303E},
    {0x3041, 0xA4CF},
    {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},
    {0xFE30, 0xFE6F},
    {0xFF00, 0xFF60},
    {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F},
    {0x1F900, 0x1F9FF},
    {0x20000, 0x3FFFD},
});
constexpr auto zero_width_ranges = std::to_array<Range>({
    {0x0300, 0x036F},
    {0x200B, 0x200F},
    {0x20D0, 0x20FF},
    {0xFE00, 0xFE0F},
});

template <size_t N>
bool in_ranges(const std::array<Range, N>& ranges, u32 code_point) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](Range r) { return code_point >= r.first && code_point <= r.last; });
}

}  // namespace

u32 display_width(u32 code_point) {
  if (code_point < 0x300) return 1;
  if (in_ranges(zero_width_ranges, code_point)) return 0;
  return in_ranges(wide_ranges, code_point) ? 2 : 1;
}

}  // namespace lithe::syntax
