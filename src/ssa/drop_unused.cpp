// SPDX-License-Identifier: Apache-2.0
#include "ssa/passes.hpp"

namespace lithe::ssa {

namespace {

/// Evaluating it can be seen from outside even if its value is not used.
bool is_needed(const Node& node) {
  if (node.op == Op::integer_to_float) return node.state != nullptr;
  return node.op != Op::phi &&
         ((node.flags() & (op_flag::guard | op_flag::end | op_flag::effect)) ||
          node.mode == Mode::generic);
}

}  // namespace

void drop_unused(Graph& graph) {
  std::vector<bool> used(graph.node_count());
  std::vector<Node*> pending;
  auto use = [&](Node* node) {
    if (used[node->id]) return;
    used[node->id] = true;
    pending.push_back(node);
  };
  for (Block* block : graph.blocks) {
    for (Node* node : block->nodes) {
      if (is_needed(*node)) use(node);
    }
  }
  for_each_state_input(graph.entry_state, use);
  while (!pending.empty()) {
    Node* node = pending.back();
    pending.pop_back();
    for (Node* input : node->inputs) use(input);
    for_each_state_input(node->state, use);
    for_each_state_input(node->after, use);
  }
  for (Block* block : graph.blocks) {
    std::erase_if(block->nodes, [&](Node* node) {
      bool fixed =
          node->op == Op::parameter || node->op == Op::frame_register || node->op == Op::closure;
      return !used[node->id] && !fixed;
    });
  }
}

}  // namespace lithe::ssa
