// SPDX-License-Identifier: Apache-2.0
#include "program_host.hpp"

#include <cstdio>
#include <cstdlib>

/// The runtime lives as long as the target, and some of its pointers carry a count in their upper
/// bits, or lie in memory of its own, where a search for leaks between two inputs does not see
/// them. What evaluator_fuzz runs is freed each time, and is searched.
extern "C" __attribute__((visibility("default"))) int __lsan_is_turned_off() { return 1; }

namespace lithe::fuzz {

Runtime& runtime_with(const char* program) {
  auto& runtime = *new Runtime({.jit = Jit::off, .max_heap_bytes = std::uint64_t{64} << 20});
  Evaluation defined = runtime.eval(program);
  if (!defined) fail("the target's own program", program, defined.error);
  return runtime;
}

void fail(const char* what, std::string_view input, std::string_view got) {
  std::fprintf(stderr, "%s\ninput: %.*s\ngot: %.*s\n", what, int(input.size()), input.data(),
               int(got.size()), got.data());
  std::abort();
}

}  // namespace lithe::fuzz
