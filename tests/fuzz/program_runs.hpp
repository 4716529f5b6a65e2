// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace lithe::fuzz {

/// How a program is run.
struct RunSettings {
  bool compiled = false;        ///< everything that can be, before its first call
  unsigned failing_guards = 0;  ///< with `compiled`: seed of the guards that fail; 0: as they are
  unsigned slice_kib = 0;       ///< of the smallest native stack slice; 0: the usual
  unsigned scheduler_seed = 0;  ///< 0: the normal scheduler
  unsigned collect_every = 0;   ///< allocations; 0: when the heap is full
  bool form_by_form = false;    ///< through the public API, one after the other
  unsigned limit_ms = 3000;     ///< then it is stopped
};

/// What a run came to.
struct RunResult {
  std::string output;  ///< of all handles, in order
  int exit_code = 0;
  bool cut_short = false;  ///< stopped for its time or its memory: no reason to compare it
};

/// Runs a program in a runtime of its own, within limits of time and memory.
RunResult run_program(std::string_view text, const RunSettings& settings);

/// Runs it once more; what it came to before must come again. Aborts if not, with the program and
/// both outputs on stderr; `how` names the second run.
void check_same(std::string_view text, const RunResult& expected, const RunSettings& settings,
                const char* how);

}  // namespace lithe::fuzz
