// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

#include "base/integers.hpp"
#include "heap/block_cache.hpp"
#include "heap/memory_account.hpp"

namespace lithe::base {
class NameTable;
}

namespace lithe::heap {

class UnitRegistry;

struct HeapOptions {
  /// 0: collect when full. n: collect at every n-th allocation, each one on the slow path, every
  /// fourth collection a major one; old space comes into use early.
  u32 stress_every = 0;
  /// Walk and check the whole heap after each collection (heap/validate.hpp).
  bool validate = false;
  /// The system has no memory for collections: for tests of what happens then.
  bool fail_blocks = false;
  u32 first_words = 40;  ///< size of a new heap that was given no memory

  /// LITHE_GC_STRESS=n, LITHE_GC_VALIDATE=1; also arms base/memory_fault.hpp.
  static HeapOptions from_environment();
};

/// Totals over the heaps of a runtime. Any thread.
struct HeapTotals {
  std::atomic<u64> minor_collections{0};
  std::atomic<u64> major_collections{0};
  std::atomic<u64> copied_bytes{0};
  std::atomic<u64> longest_pause_ns{0};  ///< processor time; collections of more than 32 KiB
  /// The most that a major collection of one heap has found alive, in blocks of more than 32 KiB.
  std::atomic<u64> most_live_bytes{0};
};

/// What the heaps of a runtime share. Outlives them all.
struct HeapEnvironment {
  MemoryAccount& account;
  UnitRegistry& units;
  const base::NameTable& names;
  HeapOptions options;
  HeapTotals totals = {};
  /// Largest integer, in limbs: less where nothing may take long, as no operation on integers can
  /// be interrupted.
  u64 most_limbs = ~u64{0};
  BlockCache blocks{account.ceiling()};
};

}  // namespace lithe::heap
