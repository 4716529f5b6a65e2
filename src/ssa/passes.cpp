// SPDX-License-Identifier: Apache-2.0
#include "ssa/passes.hpp"

#include <cstdio>

#include "base/assert.hpp"

namespace lithe::ssa {

namespace {

struct Pass {
  const char* name;
  void (*run)(Graph&);
  bool represented;  ///< types agree afterwards
};

constexpr Pass passes[] = {
    {"simplify_phis", simplify_phis, false},  // before types: a phi of one value hides its type
    {"infer_types", infer_types, false},      // what the rest goes by
    {"represent", represent, true},           // conversions, of which many are equal:
    {"share", share, true},
    {"strip_mine", strip_mine, true},    // sees what is the same in every turn
    {"drop_unused", drop_unused, true},  // last: sharing leaves nodes without users
};

}  // namespace

void run_passes(Graph& graph) {
  for (const Pass& pass : passes) {
    pass.run(graph);
#ifndef NDEBUG
    std::string fault = verify(graph, pass.represented);
    if (!fault.empty()) {
      std::fprintf(stderr, "ssa, after %s: %s\n%s", pass.name, fault.c_str(), print(graph).c_str());
      LITHE_CHECK(!"a pass left a wrong graph");
    }
#endif
  }
}

}  // namespace lithe::ssa
