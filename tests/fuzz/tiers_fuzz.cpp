// SPDX-License-Identifier: Apache-2.0
// The same program in the interpreter, compiled, and compiled with guards that fail at random,
// mostly on small stack slices: output, values, errors and their places are the same. The first
// byte chooses the collections, the scheduler and the slices of the compiled runs.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "program_maker.hpp"
#include "program_runs.hpp"

using namespace lithe::fuzz;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string text = make_program({data + 1, size - 1});
  RunResult expected = run_program(text, {});
  if (std::getenv("LITHE_FUZZ_SHOW")) {
    std::fprintf(stderr, "%s\n---\n%s", text.c_str(), expected.output.c_str());
  }
  if (expected.cut_short) return 0;
  RunSettings settings{.compiled = true};
  if (data[0] & 1) settings.collect_every = 7;
  if (data[0] & 2) settings.scheduler_seed = 1 + (data[0] >> 4);
  check_same(text, expected, settings, "compiled");
  settings.failing_guards = 1 + unsigned(text.size() % 1000);
  // Small slices: every call of some depth goes on on a further one.
  if (!(data[0] & 8)) settings.slice_kib = 4;
  check_same(text, expected, settings, "compiled, guards failing");
  return 0;
}
