// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ssa/graph.hpp"
#include "ssa/liveness.hpp"

// How bytecode becomes SSA. Rules:
//
// 1. A frame is one activation of one function: the one that is compiled, or one inlined in it.
//    Its instructions are cut into pieces that control enters at the front only, visited so that
//    all predecessors of a piece but those of back edges come first.
// 2. Every back edge of the bytecode is a `loop` or a call of the running function in tail
//    position; each polls before it goes back.
// 3. `registers_` is what each register of the running frame holds; null: nothing live.
// 4. A state is made before the instruction that it belongs to writes anything.

namespace lithe::ssa {

using Registers = std::vector<Node*>;

/// What it takes to leave a function uncompiled.
struct Limits {
  static constexpr u32 instructions = 4000;
  static constexpr u32 registers = 256;
  static constexpr u32 window = 16;  ///< arguments of a call
  static constexpr u32 inline_instructions = 40;
  static constexpr u32 inline_total = 400;
  static constexpr u32 inline_depth = 3;
  static constexpr u32 unroll_instructions = 24;
};

class FunctionBuilder {
 public:
  explicit FunctionBuilder(Graph& graph) : graph_(graph) {}
  std::string run();

 private:
  /// A way into a piece: the block that it leaves, by that successor, with these registers.
  struct Edge {
    Block* from;
    u32 slot;
    Registers registers;
  };
  struct Piece {
    u32 begin = 0;
    bool head = false;  ///< control also comes back to it
    Block* block = nullptr;
    std::vector<Edge> edges;
    std::vector<std::pair<u32, Node*>> phis;  ///< of a head: register, phi
  };
  struct Return {
    Edge edge;
    Node* value;
  };
  struct Frame {
    i32 function;
    const Source* source;
    const bytecode::Function* code;
    const Liveness* live;
    Node* closure;
    FrameState* outer;  ///< null: none waits for it
    bool tail;          ///< its result is the compiled function's
    bool outermost;
    u32 depth;
    u32 start = 0;
    std::vector<i32> piece_at;  ///< by instruction; -1: no piece begins here
    std::vector<Piece> pieces;  ///< in the order of visits
    std::vector<Return> returns;
  };

  // function_builder.cpp
  void build_frame(Frame& frame, u32 start);
  void cut(Frame& frame);
  void follow(const Frame& frame, u32 at, std::vector<u32>& targets);
  bool enter(Frame& frame, Piece& piece);
  void visit_piece(Frame& frame, Piece& piece);
  void go_to(Frame& frame, u32 target, Block* from, u32 slot);
  void link(Block* from, u32 slot, Block* to);
  Node* merge(Block* block, const std::vector<Edge>& edges, u32 reg);
  void split_edges();
  void refuse(std::string why) {
    if (refusal_.empty()) refusal_ = std::move(why);
  }
  bool refused() const { return !refusal_.empty(); }
  const Liveness& liveness(i32 function);

  Node* add(Op op, Type type = Type::none);
  Node* add(Op op, std::vector<Node*> inputs, Type type = Type::none);
  Node* add_end(Op op, std::vector<Node*> inputs, u32 successors);
  Node* constant(u64 value);
  Node* integer(i64 number);
  FrameState* state_before(Frame& frame, u32 at);
  FrameState* state_after(Frame& frame, u32 at);

  // visit.cpp: one instruction
  void visit(Frame& frame, u32 at);
  bool visit_data(Frame& frame, u32 at, bytecode::Instruction instruction);
  bool visit_arithmetic(Frame& frame, u32 at, bytecode::Instruction instruction);
  bool visit_branch(Frame& frame, u32 at, bytecode::Instruction instruction);
  bool visit_element(Frame& frame, u32 at, bytecode::Instruction instruction);
  Node* arithmetic(Frame& frame, u32 at, Op op, Node* left, Node* right);
  void branch(Frame& frame, u32 at, Node* condition, u32 then, u32 otherwise);
  void make_closure(Frame& frame, u32 at, bytecode::Instruction instruction);
  void loop_back(Frame& frame, u32 at, u32 target);
  Node* global(Frame& frame, u32 at, const Global& global);

  // visit_call.cpp
  bool visit_call(Frame& frame, u32 at, bytecode::Instruction instruction);
  struct Call {
    u32 at;
    u32 window, count;
    bool tail;
    std::vector<Node*> arguments;
  };
  bool is_self_tail(const Frame& frame, bytecode::Instruction instruction) const;
  void call_global(Frame& frame, const Call& call, const Global& global);
  void call_function(Frame& frame, const Call& call, const Global& global);
  void call_own(Frame& frame, const Call& call);
  void call_value(Frame& frame, const Call& call, Node* callee);
  void call_primitive(Frame& frame, const Call& call, u32 index);
  Node* simple_primitive(Frame& frame, const Call& call, u32 index);
  Node* record_primitive(Frame& frame, const Call& call, u32 index);
  void inline_call(Frame& frame, const Call& call, i32 function, Node* closure);
  bool may_inline(const Frame& frame, i32 function, u32 count) const;
  bool may_unroll(const Frame& frame) const;
  bool exact(i32 function, u32 count) const;
  void finish_call(Frame& frame, const Call& call, Node* node);
  void give_result(Frame& frame, const Call& call, Node* result);
  void self_tail(Frame& frame, const Call& call);

  Graph& graph_;
  std::string refusal_;
  Block* block_ = nullptr;  ///< null: not reachable
  Registers registers_;
  std::vector<std::unique_ptr<Liveness>> live_;
  std::vector<i32> active_;  ///< functions being inlined, the compiled one first
  u32 inlined_instructions_ = 0;
};

}  // namespace lithe::ssa
