// SPDX-License-Identifier: Apache-2.0
#include "heap/environment.hpp"

#include <cstdlib>

#include "base/memory_fault.hpp"

namespace lithe::heap {

HeapOptions HeapOptions::from_environment() {
  base::memory_fault::arm_from_environment();
  HeapOptions options;
  if (const char* every = std::getenv("LITHE_GC_STRESS")) {
    options.stress_every = u32(std::strtoul(every, nullptr, 10));
  }
  if (const char* validate = std::getenv("LITHE_GC_VALIDATE")) {
    options.validate = validate[0] == '1';
  }
  return options;
}

}  // namespace lithe::heap
