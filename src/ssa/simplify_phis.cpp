// SPDX-License-Identifier: Apache-2.0
#include "ssa/passes.hpp"

namespace lithe::ssa {

namespace {

/// The one value that a phi merges, itself left out; null if there are more.
Node* only_value(const Node& phi) {
  Node* only = nullptr;
  for (Node* input : phi.inputs) {
    input = Graph::resolve(input);
    if (input == &phi || input == only) continue;
    if (only) return nullptr;
    only = input;
  }
  return only;
}

}  // namespace

void simplify_phis(Graph& graph) {
  for (bool changed = true; changed;) {
    changed = false;
    for (Block* block : graph.blocks) {
      for (Node* node : block->nodes) {
        if (node->op != Op::phi) break;
        if (node->replacement) continue;
        if (Node* value = only_value(*node)) {
          node->replacement = value;
          changed = true;
        }
      }
    }
  }
  graph.apply_replacements();
}

}  // namespace lithe::ssa
