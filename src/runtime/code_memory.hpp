// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <vector>

#include "base/integers.hpp"

namespace lithe::runtime {

/// Memory for machine code. No page is ever writable and executable at once, and none is written
/// again once something in it may run: each piece has its own pages, in reservations with a guard
/// page at either end. Thread-safe.
class CodeMemory {
 public:
  CodeMemory() = default;
  ~CodeMemory();
  CodeMemory(const CodeMemory&) = delete;
  CodeMemory& operator=(const CodeMemory&) = delete;

  /// Copies code to where it may run. Null: the system has no memory for it.
  const u8* place(const u8* code, u64 bytes);
  /// Nothing runs in it any more.
  void free(const u8* code, u64 bytes);

  u64 bytes_in_use() const;

 private:
  struct Run {
    u64 begin, bytes;
  };
  u64 take(u64 bytes);

  mutable std::mutex mutex_;
  std::vector<Run> regions_;
  std::vector<Run> free_;  ///< by address, neighbours joined
  u64 in_use_ = 0;
};

}  // namespace lithe::runtime
