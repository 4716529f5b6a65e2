// SPDX-License-Identifier: Apache-2.0
#include "ssa/graph.hpp"

#include <algorithm>

namespace lithe::ssa {

bool Node::collects() const {
  if (op == Op::box) return inputs[0]->type == Type::integer;
  bool by_runtime = mode == Mode::generic && op != Op::equal;
  return (flags() & op_flag::collects) || by_runtime;
}

Block* Graph::new_block() {
  blocks_.emplace_back();
  Block* block = &blocks_.back();
  block->id = u32(blocks_.size()) - 1;
  return block;
}

Node* Graph::new_node(Op op, Type type) {
  nodes_.emplace_back();
  Node* node = &nodes_.back();
  node->op = op;
  node->type = type;
  node->id = u32(nodes_.size()) - 1;
  return node;
}

FrameState* Graph::new_state() {
  states_.emplace_back();
  return &states_.back();
}

Node* Graph::resolve(Node* node) {
  while (node && node->replacement) node = node->replacement;
  return node;
}

void Graph::apply_replacements() {
  for (Block* block : blocks) {
    std::erase_if(block->nodes, [](Node* node) { return node->replacement != nullptr; });
    for (Node* node : block->nodes) {
      for (Node*& input : node->inputs) input = resolve(input);
    }
  }
  for (FrameState& state : states_) {
    state.closure = resolve(state.closure);
    for (Node*& node : state.registers) node = resolve(node);
  }
  closure = resolve(closure);
}

void Graph::depend_on(u32 cell) {
  if (std::ranges::find(dependencies, cell) == dependencies.end()) dependencies.push_back(cell);
}

void Graph::compute_dominators() {
  for (u32 i = 0; i < blocks.size(); i++) {
    blocks[i]->order = i;
    blocks[i]->dominator = nullptr;
  }
  blocks[0]->dominator = blocks[0];
  auto meet = [](Block* a, Block* b) {
    while (a != b) {
      while (a->order > b->order) a = a->dominator;
      while (b->order > a->order) b = b->dominator;
    }
    return a;
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (u32 i = 1; i < blocks.size(); i++) {
      Block* best = nullptr;
      for (Block* before : blocks[i]->predecessors) {
        if (!before->dominator) continue;
        best = best ? meet(best, before) : before;
      }
      if (best == blocks[i]->dominator) continue;
      blocks[i]->dominator = best;
      changed = true;
    }
  }
}

bool dominates(const Block* a, const Block* b) {
  while (b->order > a->order) b = b->dominator;
  return a == b;
}

}  // namespace lithe::ssa
