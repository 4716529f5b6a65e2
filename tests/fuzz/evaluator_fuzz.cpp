// SPDX-License-Identifier: Apache-2.0
// Programs run by the interpreter, under the sanitizers: those that the bytes are made into, or
// the bytes themselves as a text. The first byte says which, and how: under a seed of the stepping
// scheduler, with a collection at every allocation or every seventh, form by form. A made program
// prints the same however it is run.
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
  constexpr unsigned seeds[] = {0, 1, 7, 1234};
  constexpr unsigned collections[] = {0, 0, 1, 7};
  unsigned how = data[0];
  bool as_text = how & 0x20;
  RunSettings settings;
  settings.scheduler_seed = seeds[how & 3];
  settings.collect_every = collections[(how >> 2) & 3];
  settings.form_by_form = how & 0x10;
  settings.limit_ms = as_text ? 500 : 10'000;
  // A text may wait for a long time; the stepping scheduler has a clock of its own.
  if (as_text && settings.scheduler_seed == 0) settings.scheduler_seed = 3;
  std::string text = as_text ? std::string(reinterpret_cast<const char*>(data) + 1, size - 1)
                             : make_program({data + 1, size - 1});
  bool shown = std::getenv("LITHE_FUZZ_SHOW");
  if (shown) std::fprintf(stderr, "%s\n", text.c_str());
  RunResult result = run_program(text, settings);
  if (shown) std::fprintf(stderr, "---\n%s", result.output.c_str());
  if (!as_text && !settings.form_by_form) check_same(text, result, {}, "the normal way");
  return 0;
}
