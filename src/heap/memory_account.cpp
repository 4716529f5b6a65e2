// SPDX-License-Identifier: Apache-2.0
#include "heap/memory_account.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace lithe::heap {

u64 MemoryAccount::limit_in(const char* path, u64 otherwise) {
  std::FILE* file = std::fopen(path, "r");
  if (file == nullptr) return otherwise;
  unsigned long long limit = 0;
  bool read = std::fscanf(file, "%llu", &limit) == 1;
  std::fclose(file);
  return read ? limit : otherwise;
}

u64 MemoryAccount::default_ceiling() {
  u64 pages = u64(sysconf(_SC_PHYS_PAGES));
  u64 memory = pages * u64(sysconf(_SC_PAGESIZE));
  memory = std::min(memory, limit_in("/sys/fs/cgroup/memory.max", memory));
  memory = std::min(memory, limit_in("/sys/fs/cgroup/memory/memory.limit_in_bytes", memory));
  return memory / 4 * 3;
}

}  // namespace lithe::heap
