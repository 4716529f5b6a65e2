// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "heap/heap.hpp"

namespace lithe::heap {

/// Walks the whole heap and checks that every word is what it should be: headers, tags, layouts,
/// pointers into live memory and to the start of something, the remembered set complete, the
/// lists of off-heap objects complete. Empty if all is well, else what is wrong and where.
/// Never collects. Slow.
std::string validate(Heap& heap);

}  // namespace lithe::heap
