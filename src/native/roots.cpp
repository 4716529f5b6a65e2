// SPDX-License-Identifier: Apache-2.0
#include "native/roots.hpp"

namespace lithe::native {

using ssa::Block;
using ssa::Node;
using ssa::Op;

namespace {

using Set = std::vector<u64>;

bool is_movable(const Node& node) {
  return node.type == ssa::Type::any && node.op != Op::value_constant;
}

class Liveness {
 public:
  explicit Liveness(const ssa::Graph& graph)
      : graph_(graph), words_((graph.node_count() + 63) / 64) {
    for (const Block* block : graph.blocks) live_in_[block] = Set(words_);
  }

  /// Calls visit(node, set) for each node that collects, with what lives across it.
  template <class Visit>
  void run(Visit&& visit) {
    auto nothing = [](const Node&, const Set&) {};
    for (bool changed = true; changed;) {
      changed = false;
      for (u64 b = graph_.blocks.size(); b-- > 0;) {
        Set live = walk(*graph_.blocks[b], nothing);
        Set& before = live_in_[graph_.blocks[b]];
        if (before == live) continue;
        before = std::move(live);
        changed = true;
      }
    }
    for (const Block* block : graph_.blocks) walk(*block, visit);
  }

 private:
  static void add(Set& set, const Node* node) {
    if (is_movable(*node)) set[node->id / 64] |= u64{1} << (node->id % 64);
  }
  static void remove(Set& set, const Node* node) {
    set[node->id / 64] &= ~(u64{1} << (node->id % 64));
  }

  Set live_out(const Block& block) {
    Set live(words_);
    for (const Block* to : block.successors) {
      const Set& in = live_in_[to];
      for (u64 w = 0; w < words_; w++) live[w] |= in[w];
      for (u64 i = 0; i < to->predecessors.size(); i++) {
        if (to->predecessors[i] != &block) continue;
        for (const Node* phi : to->nodes) {
          if (phi->op != Op::phi) break;
          add(live, phi->inputs[i]);
        }
      }
    }
    return live;
  }

  template <class Visit>
  Set walk(const Block& block, Visit&& visit) {
    Set live = live_out(block);
    for (u64 i = block.nodes.size(); i-- > 0;) {
      const Node& node = *block.nodes[i];
      remove(live, &node);
      if (node.op == Op::phi) continue;
      auto use = [&](const Node* input) { add(live, input); };
      if (node.collects()) {
        ssa::for_each_state_input(node.after, use);
        if (node.op == Op::poll) ssa::for_each_state_input(node.state, use);
        if (node.flags() & ssa::op_flag::after) {
          for (const Node* input : node.inputs) use(input);
        }
        visit(node, live);
      }
      for (const Node* input : node.inputs) use(input);
      ssa::for_each_state_input(node.state, use);
    }
    if (&block == graph_.blocks[0])
      ssa::for_each_state_input(graph_.entry_state, [&](const Node* n) { add(live, n); });
    return live;
  }

  const ssa::Graph& graph_;
  u64 words_;
  std::unordered_map<const Block*, Set> live_in_;
};

}  // namespace

Roots::Roots(const ssa::Graph& graph) : moves_(graph.node_count()) {
  std::vector<const Node*> by_id(graph.node_count());
  for (const Block* block : graph.blocks) {
    for (const Node* node : block->nodes) by_id[node->id] = node;
  }
  Liveness(graph).run([&](const Node& node, const Set& live) {
    std::vector<const Node*>& list = across_[&node];
    for (u64 w = 0; w < live.size(); w++) {
      for (u64 bits = live[w]; bits; bits &= bits - 1) {
        u32 id = u32(w * 64 + u64(__builtin_ctzll(bits)));
        list.push_back(by_id[id]);
        moves_[id] = true;
      }
    }
    most_ = std::max(most_, u32(list.size()));
  });
  // Across the poll at the entry.
  for (const Node* parameter : graph.parameters) moves_[parameter->id] = is_movable(*parameter);
  moves_[graph.closure->id] = is_movable(*graph.closure);
}

}  // namespace lithe::native
