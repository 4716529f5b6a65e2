// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "base/integers.hpp"
#include "value/object.hpp"

namespace lithe::heap {

/// What a heap has when it is large enough for two generations.
///
/// The remembered set is exact where it must be: every slot in the old space that holds a
/// pointer to something young (in the young space or an adopted fragment) is in it. A slot whose
/// content is not young any more may be in it too, and one slot more than once.
struct OldSpace {
  u64* begin = nullptr;
  u64* top = nullptr;
  u64* end = nullptr;  ///< as far as it is filled
  u64 words = 0;       ///< of the block: beyond `end` is room for the next collection's worst case
  value::Object* off_heap = nullptr;  ///< its objects of that layout, linked through word 1
  std::vector<value::Value*> remembered;
  u64* spare = nullptr;  ///< the other young block: minor collections go to and fro
  u64 spare_words = 0;
  u64 nursery_words = 0;         ///< size that the young space should have
  bool outgrown = false;         ///< what is alive asks for a larger block than it has
  bool mostly_survives = false;  ///< last time more than half of a well-filled young space did

  bool contains(const void* p) const { return u64(p) - u64(begin) < u64(end) - u64(begin); }
  u64 used_words() const { return u64(top - begin); }
};

}  // namespace lithe::heap
