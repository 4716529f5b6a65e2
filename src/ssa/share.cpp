// SPDX-License-Identifier: Apache-2.0
#include <absl/container/flat_hash_map.h>

#include "base/hash.hpp"
#include "ssa/passes.hpp"

namespace lithe::ssa {

namespace {

struct Key {
  Op op;
  Mode mode;
  u64 bits;
  std::vector<Node*> inputs;

  bool operator==(const Key&) const = default;
  template <class H>
  friend H AbslHashValue(H h, const Key& key) {
    return H::combine(std::move(h), key.op, key.mode, key.bits, key.inputs);
  }
};

bool shareable(const Node& node) {
  if (!(node.flags() & op_flag::pure)) return false;
  return node.mode != Mode::generic && node.op != Op::parameter && node.op != Op::frame_register;
}

}  // namespace

void share(Graph& graph) {
  graph.compute_dominators();
  absl::flat_hash_map<Key, std::vector<Node*>> known;
  for (Block* block : graph.blocks) {
    for (Node* node : block->nodes) {
      for (Node*& input : node->inputs) input = Graph::resolve(input);
      if (!shareable(*node)) continue;
      std::vector<Node*>& equal = known[Key{node->op, node->mode, node->bits, node->inputs}];
      for (Node* other : equal) {
        // A guard that an equal one dominates would hold again. A conversion that only one of
        // them checks is not the same.
        bool same = other->type == node->type && (!other->state == !node->state);
        if (!same || !dominates(other->block, block)) continue;
        node->replacement = other;
        break;
      }
      if (!node->replacement) equal.push_back(node);
    }
  }
  graph.apply_replacements();
}

}  // namespace lithe::ssa
