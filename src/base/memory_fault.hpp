// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdlib>

#include "base/integers.hpp"

// Tests of what happens when the system has no memory: our own allocators (heap blocks, fragments,
// process blocks and stacks, native slices, units, off-heap data, limbs) ask memory_fails() before
// each request to the system. All are slow paths; off, it costs a load and a branch.
// Any thread.

namespace lithe::base {

namespace memory_fault {

extern std::atomic<bool> armed;

/// The n-th request from now on fails, n at least 1; `sticky`: and all after it.
void arm(u64 n, bool sticky);
/// From the variable LITHE_FAIL_ALLOCATION: `N`, or `N+` when all after it fail too. Once: a second
/// call changes nothing.
void arm_from_environment();
/// Ends it. => how many requests have failed.
u64 disarm();
bool next_fails();

}  // namespace memory_fault

inline bool memory_fails() {
  return memory_fault::armed.load(std::memory_order_relaxed) && memory_fault::next_fails();
}

/// std::malloc, unless a test lets it fail.
inline void* try_malloc(u64 bytes) { return memory_fails() ? nullptr : std::malloc(bytes); }

/// For what cannot be refused: says on stderr that there is no memory for `what` and ends the
/// program with exit code 1. Allocates nothing.
[[noreturn, gnu::cold]] void end_without_memory(const char* what);

}  // namespace lithe::base
