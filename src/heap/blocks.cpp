// SPDX-License-Identifier: Apache-2.0
#include "heap/blocks.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "base/memory_fault.hpp"

#if defined(__SANITIZE_ADDRESS__)
#define LITHE_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LITHE_ADDRESS_SANITIZER 1
#endif
#endif
#ifdef LITHE_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#endif

namespace lithe::heap {

namespace {

/// Mappings are multiples of this, so that those of heaps that differ a little can take the place
/// of each other (heap/block_cache.hpp).
constexpr u64 granule_words = 16384;
/// From here on a block is a mapping. A process so large is rare, so there are few of them.
constexpr u64 mapped_words = 32768;
/// From here on the kernel is asked for huge pages: a collection touches each page anew. Not for
/// what BlockCache keeps, whose pages are touched once: it may take milliseconds to find one.
constexpr u64 huge_words = u64{3} << 18;
constexpr u64 largest_words = u64{1} << 43;

}  // namespace

u64 mapping_words(u64 words) { return (words + granule_words - 1) & ~(granule_words - 1); }

#ifdef LITHE_ADDRESS_SANITIZER
bool is_mapped(u64) { return false; }
#else
bool is_mapped(u64 words) { return words >= mapped_words; }
#endif

u64* allocate_block(u64 words) {
  if (words > largest_words || base::memory_fails()) return nullptr;
  if (!is_mapped(words)) return static_cast<u64*>(std::malloc(words * 8));
  void* at = mmap(nullptr, mapping_words(words) * 8, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) return nullptr;
  if (words >= huge_words) madvise(at, mapping_words(words) * 8, MADV_HUGEPAGE);
  return static_cast<u64*>(at);
}

void free_block(u64* block, u64 words) {
  if (is_mapped(words)) {
    munmap(block, mapping_words(words) * 8);
  } else {
    std::free(block);
  }
}

u64* resize_block(u64* block, u64 words, u64 new_words) {
  if (is_mapped(words) && is_mapped(new_words)) {
    void* at = base::memory_fails() ? MAP_FAILED
                                    : mremap(block, mapping_words(words) * 8,
                                             mapping_words(new_words) * 8, MREMAP_MAYMOVE);
    return at == MAP_FAILED ? nullptr : static_cast<u64*>(at);
  }
  u64* at = allocate_block(new_words);
  if (at == nullptr) return nullptr;
  std::memcpy(at, block, std::min(words, new_words) * 8);
  free_block(block, words);
  return at;
}

u64 trim_block(u64* block, u64 words, u64 keep) {
  if (!is_mapped(words)) return words;
  u64 kept = mapping_words(keep < mapped_words ? mapped_words : keep);
  u64 whole = mapping_words(words);
  if (kept >= whole) return words;
  munmap(block + kept, (whole - kept) * 8);
  return kept;
}

#ifdef LITHE_ADDRESS_SANITIZER
void poison(u64* begin, u64 words) { ASAN_POISON_MEMORY_REGION(begin, words * 8); }
void unpoison(u64* begin, u64 words) { ASAN_UNPOISON_MEMORY_REGION(begin, words * 8); }
#else
void poison(u64*, u64) {}
void unpoison(u64*, u64) {}
#endif

}  // namespace lithe::heap
