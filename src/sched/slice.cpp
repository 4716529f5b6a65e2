// SPDX-License-Identifier: Apache-2.0
#include "sched/slice.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/assert.hpp"
#include "base/memory_fault.hpp"
#include "sched/switch.hpp"

namespace lithe::sched {
namespace {

constexpr u64 page_bytes = 4096;
constexpr u64 largest_region = u64{1} << 30;
/// A larger slice in the pool keeps no memory.
constexpr u64 largest_warm_bytes = u64{1} << 20;
/// A flow that sanitizers watch is kept: they hold state for it that only its end would free.
constexpr bool keep_flows = LITHE_ASAN || LITHE_TSAN;

u64 round_up(u64 bytes) { return (bytes + page_bytes - 1) & ~(page_bytes - 1); }

}  // namespace

const u64 SliceAllocator::headroom_bytes = (LITHE_ASAN || LITHE_TSAN ? 512 : 128) * u64{1024};

SliceOptions SliceOptions::from_environment() {
  SliceOptions options;
  if (const char* text = std::getenv("LITHE_SLICE_KB")) {
    u64 kib = std::strtoul(text, nullptr, 10);
    if (kib >= 4 && kib <= 65'536) options.slice_kib = static_cast<u32>(kib);
  }
  return options;
}

Slice::Slice(SliceAllocator& owner, u64 low, u64 limit, u64 top, u32 size_class)
    : owner_(&owner), low_(low), limit_(limit), top_(top), size_class_(size_class) {}

SliceAllocator::SliceAllocator(SliceOptions options)
    : options_(options), guards_left_(options.guards) {
  options_.slice_kib = (options.slice_kib + 3) / 4 * 4;
}

SliceAllocator::~SliceAllocator() {
  for (Slice& slice : slices_) drop_flow(slice);
  for (const Region& region : regions_) munmap(reinterpret_cast<void*>(region.begin), region.bytes);
}

u32 SliceAllocator::class_for(u64 bytes) const {
  u32 size_class = 0;
  while (size_class < class_count && usable_bytes(size_class) < bytes) ++size_class;
  return size_class;
}

bool SliceAllocator::reserve(u64 least) {
  for (u64 bytes = std::max(next_region_bytes_, least);; bytes = std::max(bytes / 2, least)) {
    void* memory = base::memory_fails() ? MAP_FAILED
                                        : mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory != MAP_FAILED) {
      // A huge page would commit many slices at the first touch of one.
      madvise(memory, bytes, MADV_NOHUGEPAGE);
      cursor_ = reinterpret_cast<u64>(memory);
      end_ = cursor_ + bytes;
      regions_.push_back({cursor_, bytes});
      next_region_bytes_ = std::min(next_region_bytes_ * 2, largest_region);
      ++statistics_.reservations;
      return true;
    }
    if (bytes == least) return false;
  }
}

u64 SliceAllocator::carve(u64 bytes) {
  if (end_ - cursor_ < bytes && !reserve(bytes)) return 0;
  u64 address = cursor_;
  cursor_ += bytes;
  return address;
}

Slice* SliceAllocator::make(u32 size_class) {
  u64 guard = guards_left_ > 0 ? page_bytes : 0;
  u64 bytes = round_up(guard + headroom_bytes + usable_bytes(size_class));
  u64 low = carve(bytes);
  if (low == 0) return nullptr;
  if (guard != 0) {
    --guards_left_;
    // Refused when the process has too many mappings already: then there is no guard.
    if (mprotect(reinterpret_cast<void*>(low), guard, PROT_NONE) != 0) guards_left_ = 0;
  }
  ++statistics_.made;
  u64 limit = low + guard + headroom_bytes;
  return &slices_.emplace_back(*this, low, limit, limit + usable_bytes(size_class), size_class);
}

Slice* SliceAllocator::take(u32 size_class) {
  if (size_class >= class_count) return nullptr;
  std::lock_guard lock(mutex_);
  Slice* slice = warm_[size_class];
  if (slice != nullptr) {
    warm_[size_class] = slice->next;
    --warm_count_[size_class];
  } else if ((slice = cold_[size_class]) != nullptr) {
    cold_[size_class] = slice->next;
  } else if ((slice = make(size_class)) == nullptr) {
    return nullptr;
  }
  ++statistics_.taken;
  slice->next = nullptr;
  slice->outer = nullptr;
  if (slice->context == nullptr) prepare_slice(*slice);
  return slice;
}

// Gives the memory back, all of it or all below the flow that is suspended at the top.
void SliceAllocator::trim(Slice& slice) {
  u64 low = slice.limit() - headroom_bytes;
  u64 end = slice.top();
  if (slice.context != nullptr && keep_flows) {
    end = reinterpret_cast<u64>(slice.context) & ~(page_bytes - 1);
  } else {
    drop_flow(slice);
  }
  madvise(reinterpret_cast<void*>(low), end - low, MADV_DONTNEED);
  ++statistics_.trims;
}

void SliceAllocator::give(Slice& slice) {
  std::lock_guard lock(mutex_);
  --statistics_.taken;
  u32 size_class = slice.size_class();
  u32 wanted = std::max(options_.warm >> size_class, 1u);
  if (warm_count_[size_class] < wanted && slice.usable_bytes() <= largest_warm_bytes) {
    slice.next = warm_[size_class];
    warm_[size_class] = &slice;
    ++warm_count_[size_class];
    return;
  }
  trim(slice);
  slice.next = cold_[size_class];
  cold_[size_class] = &slice;
}

void SliceAllocator::give_chain(Slice* innermost) {
  while (innermost != nullptr) {
    Slice* outer = innermost->outer;
    drop_flow(*innermost);
    give(*innermost);
    innermost = outer;
  }
}

SliceAllocator::Statistics SliceAllocator::statistics() const {
  std::lock_guard lock(mutex_);
  return statistics_;
}

}  // namespace lithe::sched
