// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "ssa/graph.hpp"
#include "ssa/passes.hpp"

namespace lithe::ssa {

namespace {

class Verifier {
 public:
  Verifier(const Graph& graph, bool represented) : graph_(graph), represented_(represented) {}

  std::string run() {
    if (graph_.blocks.empty()) return "there is no entry";
    place_.assign(graph_.node_count(), {-1, 0});
    for (i64 b = 0; b < i64(graph_.blocks.size()); b++) {
      const Block& block = *graph_.blocks[u64(b)];
      for (u32 i = 0; i < block.nodes.size(); i++) place_[block.nodes[i]->id] = {b, i};
    }
    for (u32 b = 0; b < graph_.blocks.size() && fault_.empty(); b++) check_block(b);
    if (fault_.empty()) check_polls();
    return std::move(fault_);
  }

 private:
  struct Place {
    i64 block;
    u32 index;
  };

  void fail(const Node& node, const char* what) {
    if (fault_.empty())
      fault_ = "n" + std::to_string(node.id) + " " + std::string(op_table[u8(node.op)].name) +
               ": " + what;
  }

  void check_block(u32 at) {
    const Block& block = *graph_.blocks[at];
    if (block.nodes.empty()) {
      fault_ = "block " + std::to_string(block.id) + " is empty";
      return;
    }
    for (u32 i = 0; i < block.nodes.size(); i++) {
      const Node& node = *block.nodes[i];
      if (node.is_end() != (i + 1 == block.nodes.size()))
        return fail(node, "does not stand at its block's end");
      if (node.op == Op::phi && i > 0 && block.nodes[i - 1]->op != Op::phi)
        return fail(node, "stands behind another node");
      if (node.block != &block) return fail(node, "is in another block");
      check_node(node, at, i);
    }
    check_edges(block);
    if (block.bounded) check_bound(block);
  }

  void check_edges(const Block& block) {
    u64 ways = block.end()->op == Op::branch ? 2 : block.end()->op == Op::jump ? 1 : 0;
    if (block.successors.size() != ways)
      return fail(*block.end(), "has another number of successors");
    for (const Block* to : block.successors) {
      if (!to || std::ranges::find(to->predecessors, &block) == to->predecessors.end()) {
        return fail(*block.end(), "goes to a block that does not know of it");
      }
      if (std::ranges::find(graph_.blocks, to) == graph_.blocks.end()) {
        return fail(*block.end(), "goes to a block that is not there");
      }
    }
  }

  /// A bounded head goes on only while it is below its limit.
  void check_bound(const Block& block) {
    const Node* test = block.end()->op == Op::branch ? block.end()->inputs[0] : nullptr;
    bool good = test && test->op == Op::less && test->mode == Mode::integer &&
                test->inputs[1]->op == Op::strip_limit;
    if (!good) fail(*block.end(), "ends a bounded loop's head without a limit");
  }

  /// Without the blocks that poll there is no cycle.
  void check_polls() {
    std::vector<u32> state(graph_.node_count());  // by the end's id: 1 on the way, 2 done
    std::vector<std::pair<const Block*, u64>> path;
    auto open = [&](const Block* block) {
      u32& seen = state[block->end()->id];
      if (seen == 1) fail(*block->end(), "can be reached again without a poll");
      auto is_poll = [](const Node* node) { return node->op == Op::poll; };
      if (seen != 0 || block->bounded || std::ranges::any_of(block->nodes, is_poll)) return;
      seen = 1;
      path.emplace_back(block, 0);
    };
    for (const Block* start : graph_.blocks) {
      open(start);
      while (!path.empty() && fault_.empty()) {
        auto& [block, next] = path.back();
        if (next < block->successors.size()) {
          open(block->successors[next++]);
        } else {
          state[block->end()->id] = 2;
          path.pop_back();
        }
      }
    }
  }

  void check_node(const Node& node, u32 at, u32 index) {
    bool is_phi = node.op == Op::phi;
    if (is_phi && node.inputs.size() != node.block->predecessors.size())
      return fail(node, "has another number of inputs than its block predecessors");
    for (u32 i = 0; i < node.inputs.size(); i++) {
      const Node* input = node.inputs[i];
      if (!input) return fail(node, "lacks an input");
      Place place = place_[input->id];
      if (place.block < 0) return fail(node, "uses a node that is not there");
      bool before = place.block < i64(at) || (place.block == i64(at) && place.index < index);
      if (!is_phi && !before) return fail(node, "uses a node that comes later");
      if (!represented_) continue;
      Type want = wanted(graph_, node, i);
      if (want != Type::none && input->type != want)
        return fail(node, "has an input of the wrong type");
    }
    check_state(node, node.state);
    check_state(node, node.after);
    bool leaves = (node.flags() & op_flag::guard) && node.op != Op::square_root;
    bool may_not = node.mode == Mode::floating || node.op == Op::equal || node.op == Op::phi;
    if (leaves && !may_not && !node.state) fail(node, "has no state to leave to");
  }

  void check_state(const Node& user, const FrameState* state) {
    for_each_state_input(state, [&](const Node* node) {
      if (place_[node->id].block < 0) fail(user, "has a state with a node that is not there");
    });
  }

  const Graph& graph_;
  bool represented_;
  std::vector<Place> place_;
  std::string fault_;
};

}  // namespace

std::string verify(const Graph& graph, bool represented) {
  return Verifier(graph, represented).run();
}

}  // namespace lithe::ssa
