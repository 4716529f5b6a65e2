// SPDX-License-Identifier: Apache-2.0
#include "runtime/code_memory.hpp"

#include <algorithm>
#include <cstring>

#include <sys/mman.h>

#include "base/memory_fault.hpp"

namespace lithe::runtime {

namespace {

constexpr u64 page = 4096;
constexpr u64 region_bytes = u64{64} << 20;

u64 whole_pages(u64 bytes) { return (bytes + page - 1) / page * page; }

}  // namespace

CodeMemory::~CodeMemory() {
  for (const Run& region : regions_) munmap(reinterpret_cast<void*>(region.begin), region.bytes);
}

/// Address space for `bytes`, which is whole pages; 0: there is none.
u64 CodeMemory::take(u64 bytes) {
  for (u64 i = 0; i < free_.size(); i++) {
    if (free_[i].bytes < bytes) continue;
    u64 begin = free_[i].begin;
    free_[i].begin += bytes;
    free_[i].bytes -= bytes;
    if (free_[i].bytes == 0) free_.erase(free_.begin() + i64(i));
    return begin;
  }
  u64 size = std::max(region_bytes, bytes + 2 * page);
  void* region = base::memory_fails() ? MAP_FAILED
                                      : mmap(nullptr, size, PROT_NONE,
                                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (region == MAP_FAILED) return 0;
  Run usable{reinterpret_cast<u64>(region) + page, size - 2 * page};
  regions_.push_back({reinterpret_cast<u64>(region), size});
  auto after =
      std::ranges::find_if(free_, [&](const Run& run) { return run.begin > usable.begin; });
  free_.insert(after, usable);
  return take(bytes);
}

const u8* CodeMemory::place(const u8* code, u64 bytes) {
  u64 size = whole_pages(bytes);
  u64 begin;
  {
    std::lock_guard lock(mutex_);
    begin = take(size);
    if (begin == 0) return nullptr;
    in_use_ += size;
  }
  auto* at = reinterpret_cast<u8*>(begin);
  if (mprotect(at, size, PROT_READ | PROT_WRITE) != 0) {
    free(at, bytes);
    return nullptr;
  }
  std::memcpy(at, code, bytes);
  std::memset(at + bytes, 0xCC, size - bytes);
  if (mprotect(at, size, PROT_READ | PROT_EXEC) != 0) {
    free(at, bytes);
    return nullptr;
  }
  return at;
}

void CodeMemory::free(const u8* code, u64 bytes) {
  Run run{reinterpret_cast<u64>(code), whole_pages(bytes)};
  void* at = reinterpret_cast<void*>(run.begin);
  madvise(at, run.bytes, MADV_DONTNEED);
  mprotect(at, run.bytes, PROT_NONE);
  std::lock_guard lock(mutex_);
  in_use_ -= run.bytes;
  auto after =
      std::ranges::find_if(free_, [&](const Run& other) { return other.begin > run.begin; });
  u64 i = u64(free_.insert(after, run) - free_.begin());
  auto join = [&](u64 left) {
    if (left + 1 >= free_.size() || free_[left].begin + free_[left].bytes != free_[left + 1].begin)
      return;
    free_[left].bytes += free_[left + 1].bytes;
    free_.erase(free_.begin() + i64(left) + 1);
  };
  join(i);
  if (i > 0) join(i - 1);
}

u64 CodeMemory::bytes_in_use() const {
  std::lock_guard lock(mutex_);
  return in_use_;
}

}  // namespace lithe::runtime
