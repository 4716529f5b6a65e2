// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/name_table.hpp"
#include "heap/heap.hpp"
#include "heap/memory_account.hpp"
#include "heap/unit_registry.hpp"

namespace lithe::heap {

/// What a heap needs around it, for tests.
struct TestWorld {
  explicit TestWorld(HeapOptions options = {}, u64 ceiling = u64{4} << 30)
      : account(ceiling), environment{account, units, names, options} {}

  static HeapOptions stressed(u32 every) {
    HeapOptions options;
    options.stress_every = every;
    options.validate = true;
    return options;
  }

  /// So large that nothing is collected unless a test asks for it: for tests of other things,
  /// which may then keep Values in locals.
  static HeapOptions roomy() {
    HeapOptions options;
    options.first_words = 1 << 20;
    return options;
  }

  base::NameTable names;
  MemoryAccount account;
  UnitRegistry units;
  HeapEnvironment environment;
};

/// A list of integers, for instance.
inline Value list_of(Heap& heap, const std::vector<Value>& items) {
  RootVector rooted(heap);
  for (Value v : items) rooted.push_back(v);
  return heap.make_list(rooted.span());
}

inline Value vector_of(Heap& heap, const std::vector<Value>& items) {
  RootVector rooted(heap);
  for (Value v : items) rooted.push_back(v);
  return heap.make_vector(rooted.span());
}

}  // namespace lithe::heap
