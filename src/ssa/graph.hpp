// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "ssa/source.hpp"

// A function as typed SSA. Blocks are in an order in which every predecessor but those of back
// edges comes first; the first is the entry. Nodes belong to the graph and stay where they are;
// a node that was replaced forwards to its replacement until Graph::apply_replacements.

namespace lithe::ssa {

namespace op_flag {
constexpr u16 pure = 1, guard = 2, collects = 4, after = 8, effect = 16, calls = 32, end = 64;
}

enum class Op : u8 {
#define LITHE_SSA_OP(name, flags, text) name,
#include "ssa/ops.def"
#undef LITHE_SSA_OP
};

// By their places in the table.
inline bool is_arithmetic(Op op) { return op >= Op::add && op <= Op::equal; }
inline bool is_comparison(Op op) { return op >= Op::less && op <= Op::equal; }
inline bool is_on_numbers(Op op) { return op >= Op::negate && op <= Op::maximum; }

struct OpInfo {
  std::string_view name;
  u16 flags;
};

inline constexpr auto op_table = [] {
  using namespace op_flag;
  return std::to_array<OpInfo>({
#define LITHE_SSA_OP(name, flags, text) {#name, flags},
#include "ssa/ops.def"
#undef LITHE_SSA_OP
  });
}();

/// How an arithmetic node works.
enum class Mode : u8 {
  undecided,
  integer,   ///< on integers, leaves on overflow
  floating,  ///< on floats
  generic,   ///< on Values, by the runtime; an error unwinds
};

struct Block;
struct Node;

/// As `bits` of a tail_known: the function that is compiled.
constexpr u64 own_native = ~u64{0};

/// An interpreter frame that a place in the code stands for, and the frames that wait for it.
struct FrameState {
  i32 function;  ///< Request::functions
  u32 instruction;
  Node* closure;
  std::vector<Node*> registers;  ///< null: not live
  FrameState* outer = nullptr;   ///< at the call that this frame is inlined for
};

struct Node {
  Op op;
  Type type = Type::none;
  Mode mode = Mode::undecided;
  bool swapped = false;  ///< its operands stand the other way round in the source
  u16 before = 0;        ///< arithmetic: arguments to the left of both in the source
  u16 opcode = 0;        ///< arithmetic: the instruction
  u8 feedback = 0;       ///< arithmetic: what has been seen there
  bool failed = false;   ///< a guess was made here before, and was wrong
  /// A call in tail position of an inlined function: its frame is gone when the callee starts, so
  /// what cannot be called is left to the interpreter.
  bool replaces_frame = false;
  u32 id = 0;
  Block* block = nullptr;
  u64 bits = 0;
  std::vector<Node*> inputs;
  FrameState* state = nullptr;  ///< before it: where a guard leaves to
  FrameState* after = nullptr;  ///< calls: when it is done; null in a tail call's place
  Node* replacement = nullptr;

  u16 flags() const { return op_table[u8(op)].flags; }
  bool is_end() const { return flags() & op_flag::end; }
  bool collects() const;
};

struct Block {
  u32 id = 0;
  bool loop_head = false;
  bool bounded = false;      ///< head of a strip-mined loop: it ends by itself soon enough
  std::vector<Node*> nodes;  ///< phis first, the end last
  std::vector<Block*> predecessors;
  std::vector<Block*> successors;
  Block* dominator = nullptr;  ///< after compute_dominators()
  u32 order = 0;

  Node* end() const { return nodes.back(); }
};

class Graph {
 public:
  explicit Graph(const Request& request) : request(request) {}
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  const Request& request;
  Signature signature;
  std::vector<Block*> blocks;
  std::vector<Node*> parameters;  ///< or frame registers, for a loop's entry
  Node* closure = nullptr;
  FrameState* entry_state = nullptr;  ///< where the function, or the loop, starts
  std::vector<u32> dependencies;      ///< cells whose value is taken as it is
  std::vector<i32> inlined;           ///< functions whose code is in here
  std::vector<i32> known_natives;     ///< compiled functions that are called directly

  Block* new_block();
  Node* new_node(Op op, Type type = Type::none);
  /// In no block.
  FrameState* new_state();
  u32 node_count() const { return u32(nodes_.size()); }
  Node* node(u32 id) { return &nodes_[id]; }
  const std::deque<FrameState>& states() const { return states_; }
  std::deque<FrameState>& states() { return states_; }

  /// All inputs and states refer to what replaced nodes stand for.
  void apply_replacements();
  void compute_dominators();
  static Node* resolve(Node* node);

  void depend_on(u32 cell);

 private:
  std::deque<Node> nodes_;
  std::deque<Block> blocks_;
  std::deque<FrameState> states_;
};

/// a dominates b. Dominators are computed.
bool dominates(const Block* a, const Block* b);

template <class Visit>
void for_each_state_input(const FrameState* state, Visit&& visit) {
  for (; state; state = state->outer) {
    if (state->closure) visit(state->closure);
    for (Node* node : state->registers) {
      if (node) visit(node);
    }
  }
}

/// The graph as text, a line per node.
std::string print(const Graph& graph);
/// What is wrong with it; empty if nothing is. `represented`: every input has the type its user
/// wants.
std::string verify(const Graph& graph, bool represented);

}  // namespace lithe::ssa
