// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/integers.hpp"

namespace lithe::heap {

/// Memory for heaps, in words. Large blocks are mappings of their own, so that what is not
/// touched costs nothing and the end can be given back; under AddressSanitizer all come from
/// malloc, so that whatever was left behind in a freed block is caught.

/// True if a block of that size is a mapping of its own.
bool is_mapped(u64 words);
/// How large that mapping is.
u64 mapping_words(u64 words);
/// Uninitialised; nullptr: no memory.
u64* allocate_block(u64 words);
/// `words`: as allocated or as trim_block() answered.
void free_block(u64* block, u64 words);
/// The same block with another size, in another place or not; its beginning keeps its contents. A
/// large one is never there twice. nullptr: no memory, and nothing has changed.
u64* resize_block(u64* block, u64 words, u64 new_words);
/// Gives back the end of a block as far as that is possible. => its size now, at least `keep`.
u64 trim_block(u64* block, u64 words, u64 keep);

/// Marks memory that is not freed but not to be touched, for AddressSanitizer.
void poison(u64* begin, u64 words);
void unpoison(u64* begin, u64 words);

}  // namespace lithe::heap
