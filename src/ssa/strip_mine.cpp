// SPDX-License-Identifier: Apache-2.0
// A loop `while (i < n) { …; i += c; }` without calls becomes
//
//     outer: limit = min(n, i + turns * c)
//     head:  while (i < limit) { …; i += c; }
//     if (i < n) { poll; goto outer; }
//
// so that the inner loop is free of polls, and still some poll comes every few microseconds.
#include <algorithm>

#include "base/assert.hpp"
#include "ssa/passes.hpp"

namespace lithe::ssa {

namespace {

/// Of a strip: about as many nodes are evaluated between polls, each well below a nanosecond.
constexpr u64 nodes_per_strip = 1 << 14;
constexpr u64 least_turns = 16, most_turns = 4096;

class Miner {
 public:
  explicit Miner(Graph& graph) : graph_(graph) {}

  void run() {
    graph_.compute_dominators();
    std::vector<Block*> heads;
    for (Block* block : graph_.blocks) {
      if (block->loop_head && block->predecessors.size() == 2) heads.push_back(block);
    }
    for (Block* head : heads) {
      if (find(*head)) mine(*head);
    }
  }

 private:
  /// Whether the head's loop has the form that is looked for.
  bool find(Block& head) {
    if (head.end()->op != Op::branch) return false;
    bool first_enters = !dominates(&head, head.predecessors[0]);
    before_ = first_enters ? 0 : 1;
    latch_ = head.predecessors[1 - before_];
    if (!dominates(&head, latch_) || dominates(&head, head.predecessors[before_])) return false;
    test_ = head.end()->inputs[0];
    bool counts = test_->op == Op::less && test_->mode == Mode::integer && test_->block == &head;
    if (!counts || !test_->state || !stays_inside(head)) return false;
    index_ = test_->inputs[0];
    bound_ = test_->inputs[1];
    if (index_->op != Op::phi || index_->block != &head) return false;
    if (!dominates(bound_->block, head.predecessors[before_])) return false;
    return steps() && only_pure(head);
  }

  /// The index grows by a constant.
  bool steps() {
    const Node* next = index_->inputs[1 - before_];
    if (next->op != Op::add || next->mode != Mode::integer || next->inputs[0] != index_)
      return false;
    const Node* by = next->inputs[1];
    if (by->op != Op::integer_constant || i64(by->bits) <= 0 || by->bits > (1 << 16)) return false;
    step_ = by->bits;
    return true;
  }

  /// The first successor stays in the loop, the second leaves it; nothing in it waits or collects.
  bool stays_inside(Block& head) {
    std::vector<Block*> loop{&head, latch_};
    for (u64 i = 1; i < loop.size(); i++) {
      if (loop[i] == &head) continue;
      for (Block* from : loop[i]->predecessors) {
        if (std::ranges::find(loop, from) == loop.end()) loop.push_back(from);
      }
    }
    size_ = 0;
    for (const Block* block : loop) {
      if (block != &head && block->loop_head) return false;
      for (const Node* node : block->nodes) {
        bool is_poll = node->op == Op::poll && block == latch_;
        if (node->collects() && !is_poll) return false;
        size_++;
      }
    }
    auto inside = [&](const Block* block) { return std::ranges::find(loop, block) != loop.end(); };
    return inside(head.successors[0]) && !inside(head.successors[1]);
  }

  /// What stands in the head before its end may be evaluated again after a poll.
  static bool only_pure(const Block& head) {
    return std::ranges::all_of(head.nodes, [](const Node* node) {
      return node->op == Op::phi || node->is_end() || (node->flags() & op_flag::pure);
    });
  }

  Node* add(Block* block, Op op, Type type, std::vector<Node*> inputs) {
    Node* node = graph_.new_node(op, type);
    node->block = block;
    node->inputs = std::move(inputs);
    block->nodes.push_back(node);
    return node;
  }

  Block* add_block(std::vector<Block*>::iterator before) {
    Block* block = graph_.new_block();
    graph_.blocks.insert(before, block);
    return block;
  }

  static void replace(std::vector<Block*>& list, Block* from, Block* to) {
    auto place = std::ranges::find(list, from);
    LITHE_CHECK(place != list.end());
    *place = to;
  }

  void mine(Block& head) {
    u64 turns = std::clamp(nodes_per_strip / std::max<u64>(size_, 1), least_turns, most_turns);
    auto place = [&](const Block* block) { return std::ranges::find(graph_.blocks, block); };
    Block* outer = add_block(place(&head));
    Block* enters = head.predecessors[before_];
    Block* leaves = head.successors[1];
    Block* polls = add_block(place(latch_) + 1);
    Block* strip_end = add_block(place(polls));

    // The outer head: a phi for each of the head's.
    outer->loop_head = true;
    outer->predecessors = {enters, polls};
    replace(enters->successors, &head, outer);
    for (Node* phi : head.nodes) {
      if (phi->op != Op::phi) break;
      Node* carried = add(outer, Op::phi, phi->type, {phi->inputs[before_], phi});
      phi->inputs[before_] = carried;
    }
    Node* index = index_->inputs[before_];
    Node* limit = add(outer, Op::strip_limit, Type::integer, {index, bound_});
    limit->bits = step_ * turns;
    add(outer, Op::jump, Type::none, {});
    outer->successors = {&head};

    // The head: below the limit.
    head.predecessors[before_] = outer;
    head.bounded = true;
    Node* below = graph_.new_node(Op::less, Type::boolean);
    *below = Node{.op = Op::less,
                  .type = Type::boolean,
                  .mode = Mode::integer,
                  .opcode = test_->opcode,
                  .id = below->id,
                  .block = &head,
                  .inputs = {index_, limit},
                  .state = test_->state};
    head.nodes.insert(head.nodes.end() - 1, below);
    head.end()->inputs[0] = below;
    head.successors[1] = strip_end;
    std::erase_if(latch_->nodes, [](const Node* node) { return node->op == Op::poll; });

    // Behind the strip: the loop's own test again, with a poll if there is more.
    strip_end->predecessors = {&head};
    strip_end->successors = {polls, leaves};
    Node* more = add(strip_end, Op::less, Type::boolean, {index_, bound_});
    more->mode = Mode::integer;
    more->opcode = test_->opcode;
    more->state = test_->state;
    add(strip_end, Op::branch, Type::none, {more});
    replace(leaves->predecessors, &head, strip_end);
    polls->predecessors = {strip_end};
    polls->successors = {outer};
    add(polls, Op::poll, Type::none, {})->state = test_->state;
    add(polls, Op::jump, Type::none, {});
    graph_.compute_dominators();
  }

  Graph& graph_;
  u64 before_ = 0;  ///< which of the head's predecessors enters the loop
  Block* latch_ = nullptr;
  Node* test_ = nullptr;
  Node* index_ = nullptr;
  Node* bound_ = nullptr;
  u64 step_ = 0;
  u64 size_ = 0;
};

}  // namespace

void strip_mine(Graph& graph) { Miner(graph).run(); }

}  // namespace lithe::ssa
