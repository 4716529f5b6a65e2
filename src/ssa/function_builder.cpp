// SPDX-License-Identifier: Apache-2.0
// Frames, pieces and how control goes between them. The rules are in function_builder.hpp.
#include "ssa/function_builder.hpp"

#include <algorithm>

#include "bytecode/operands.hpp"
#include "ssa/builder.hpp"
#include "value/value.hpp"

namespace lithe::ssa {

using bytecode::Instruction;
using bytecode::Opcode;
using value::Value;
namespace opcode_flag = bytecode::opcode_flag;

std::string build(Graph& graph) { return FunctionBuilder(graph).run(); }

namespace {

Type guess(u8 seen_bits) {
  if (seen_bits == seen::integer) return Type::integer;
  if (seen_bits == seen::floating) return Type::floating;
  return Type::any;
}

}  // namespace

std::string FunctionBuilder::run() {
  const Request& request = graph_.request;
  const Source& source = request.functions[0];
  const bytecode::Function& code = *source.function;
  if (code.code.size() > Limits::instructions) return "it is too large";
  if (code.registers > Limits::registers) return "it has too many variables";
  if (graph_.request.loop < 0 && code.parameters() > Limits::window)
    return "it takes too many arguments";
  live_.resize(request.functions.size());
  active_.push_back(0);
  Block* entry = graph_.new_block();
  graph_.blocks.push_back(entry);
  block_ = entry;
  Frame frame{.function = 0,
              .source = &source,
              .code = &code,
              .live = &liveness(0),
              .closure = nullptr,
              .outer = nullptr,
              .tail = true,
              .outermost = true,
              .depth = 0,
              .piece_at = {},
              .pieces = {},
              .returns = {}};
  u32 start = request.loop >= 0 ? code.loop_heads[u32(request.loop)] : code.entries.back();
  if (source.closure) {
    frame.closure = constant(source.closure);
    graph_.depend_on(source.closure_cell);
  } else {
    frame.closure = add(Op::closure, Type::any);
  }
  graph_.closure = frame.closure;
  graph_.signature.takes_closure = !source.closure;
  registers_.assign(code.registers, nullptr);
  u32 given = request.loop >= 0 ? code.live_tops[start] : code.parameters();
  for (u32 i = 0; i < given; i++) {
    bool header = i >= code.parameters() && i < u32(code.parameters() + bytecode::header_words);
    if (header || (request.loop >= 0 && !frame.live->before(start, i))) continue;
    Node* node = add(request.loop >= 0 ? Op::frame_register : Op::parameter);
    node->bits = i;
    if (request.loop >= 0) {
      node->type = guess(request.register_types[i]);
      if (source.failed[start]) node->type = Type::any;
    } else {
      bool failed = i >= 8 || ((source.failed_parameters >> i) & 1);
      node->type = failed ? Type::any : guess(source.parameter_types[i]);
    }
    graph_.parameters.push_back(node);
    registers_[i] = node;
  }
  graph_.entry_state = state_before(frame, start);
  build_frame(frame, start);
  if (refused()) return refusal_;
  split_edges();
  return {};
}

const Liveness& FunctionBuilder::liveness(i32 function) {
  std::unique_ptr<Liveness>& live = live_[u32(function)];
  if (!live) live = std::make_unique<Liveness>(*graph_.request.functions[u32(function)].function);
  return *live;
}

/// Where control may go after instruction `at`.
void FunctionBuilder::follow(const Frame& frame, u32 at, std::vector<u32>& targets) {
  Instruction instruction = frame.code->code[at];
  u16 flags = bytecode::opcode_table[instruction.op].flags;
  if (!(flags & opcode_flag::end)) targets.push_back(at + 1);
  if (flags & opcode_flag::jump) {
    targets.push_back(u32(i32(at) + 1 + bytecode::jump_distance(instruction)));
  }
  if (is_self_tail(frame, instruction)) targets.push_back(frame.start);
}

/// Finds the pieces that can be reached, in reverse postorder.
void FunctionBuilder::cut(Frame& frame) {
  u32 size = u32(frame.code->code.size());
  std::vector<bool> leads(size);
  std::vector<u32> targets;
  leads[frame.start] = true;
  for (u32 at = 0; at < size; at++) {
    u16 flags = bytecode::opcode_table[frame.code->code[at].op].flags;
    if (!(flags & (opcode_flag::jump | opcode_flag::end))) continue;
    targets.clear();
    follow(frame, at, targets);
    for (u32 target : targets) leads[target] = true;
  }
  struct Visit {
    u32 begin;
    std::vector<u32> targets;
    u64 next = 0;
  };
  auto open = [&](u32 begin) {
    Visit visit{begin, {}};
    u32 at = begin;
    for (;; at++) {
      u16 flags = bytecode::opcode_table[frame.code->code[at].op].flags;
      if (flags & (opcode_flag::jump | opcode_flag::end)) {
        follow(frame, at, visit.targets);
        break;
      }
      if (leads[at + 1]) {
        visit.targets.push_back(at + 1);
        break;
      }
    }
    return visit;
  };
  std::vector<u8> seen(size);
  std::vector<u32> order;
  std::vector<Visit> stack;
  stack.push_back(open(frame.start));
  seen[frame.start] = 1;
  while (!stack.empty()) {
    Visit& top = stack.back();
    if (top.next == top.targets.size()) {
      order.push_back(top.begin);
      stack.pop_back();
      continue;
    }
    u32 target = top.targets[top.next++];
    if (seen[target]) continue;
    seen[target] = 1;
    stack.push_back(open(target));
  }
  std::ranges::reverse(order);
  frame.piece_at.assign(size, -1);
  for (u32 begin : order) {
    frame.piece_at[begin] = i32(frame.pieces.size());
    frame.pieces.push_back({.begin = begin, .edges = {}, .phis = {}});
  }
  for (u32 i = 0; i < order.size(); i++) {
    for (u32 target : open(order[i]).targets) {
      Piece& piece = frame.pieces[u32(frame.piece_at[target])];
      if (u32(frame.piece_at[target]) <= i) piece.head = true;
    }
  }
}

void FunctionBuilder::build_frame(Frame& frame, u32 start) {
  frame.start = start;
  cut(frame);
  go_to(frame, start, block_, 0);
  block_ = nullptr;
  for (Piece& piece : frame.pieces) {
    if (!enter(frame, piece)) continue;
    visit_piece(frame, piece);
    if (refused()) return;
  }
}

bool FunctionBuilder::enter(Frame& frame, Piece& piece) {
  if (piece.edges.empty()) return false;
  Block* block = graph_.new_block();
  block->loop_head = piece.head;
  graph_.blocks.push_back(block);
  piece.block = block;
  Registers registers(frame.code->registers, nullptr);
  for (u32 i = 0; i < registers.size(); i++) {
    if (!frame.live->before(piece.begin, i)) continue;
    if (!piece.head) {
      registers[i] = merge(block, piece.edges, i);
      continue;
    }
    Node* phi = graph_.new_node(Op::phi);
    phi->block = block;
    block->nodes.push_back(phi);
    for (const Edge& edge : piece.edges) phi->inputs.push_back(edge.registers[i]);
    piece.phis.emplace_back(i, phi);
    registers[i] = phi;
  }
  for (const Edge& edge : piece.edges) link(edge.from, edge.slot, block);
  piece.edges.clear();
  registers_ = std::move(registers);
  block_ = block;
  return true;
}

Node* FunctionBuilder::merge(Block* block, const std::vector<Edge>& edges, u32 reg) {
  Node* first = edges[0].registers[reg];
  bool same =
      std::ranges::all_of(edges, [&](const Edge& edge) { return edge.registers[reg] == first; });
  if (same) return first;
  Node* phi = graph_.new_node(Op::phi);
  phi->block = block;
  block->nodes.push_back(phi);
  for (const Edge& edge : edges) phi->inputs.push_back(edge.registers[reg]);
  return phi;
}

void FunctionBuilder::visit_piece(Frame& frame, Piece& piece) {
  for (u32 at = piece.begin; block_ && !refused(); at++) {
    if (at != piece.begin && frame.piece_at[at] >= 0) {
      add_end(Op::jump, {}, 1);
      go_to(frame, at, block_, 0);
      block_ = nullptr;
      return;
    }
    visit(frame, at);
  }
}

/// From a block whose end is in place, with the registers as they are.
void FunctionBuilder::go_to(Frame& frame, u32 target, Block* from, u32 slot) {
  Piece& piece = frame.pieces[u32(frame.piece_at[target])];
  if (from->nodes.empty() || !from->end()->is_end()) {
    block_ = from;
    add_end(Op::jump, {}, 1);
  }
  if (!piece.block) {
    piece.edges.push_back({from, slot, registers_});
    return;
  }
  for (auto [reg, phi] : piece.phis) phi->inputs.push_back(registers_[reg]);
  link(from, slot, piece.block);
}

void FunctionBuilder::link(Block* from, u32 slot, Block* to) {
  from->successors[slot] = to;
  to->predecessors.push_back(from);
}

/// Gives each edge from a block with two successors to one with two predecessors a block.
void FunctionBuilder::split_edges() {
  std::vector<Block*> blocks;
  for (Block* block : graph_.blocks) {
    blocks.push_back(block);
    if (block->successors.size() < 2) continue;
    for (u32 slot = 0; slot < block->successors.size(); slot++) {
      Block* to = block->successors[slot];
      if (to->predecessors.size() < 2) continue;
      Block* between = graph_.new_block();
      block_ = between;
      add_end(Op::jump, {}, 1);
      between->successors[0] = to;
      between->predecessors.push_back(block);
      block->successors[slot] = between;
      // Two edges between the same blocks: the first that is left is this one.
      *std::ranges::find(to->predecessors, block) = between;
      blocks.push_back(between);
    }
  }
  graph_.blocks = std::move(blocks);
}

Node* FunctionBuilder::add(Op op, Type type) {
  Node* node = graph_.new_node(op, type);
  node->block = block_;
  block_->nodes.push_back(node);
  return node;
}

Node* FunctionBuilder::add(Op op, std::vector<Node*> inputs, Type type) {
  Node* node = add(op, type);
  node->inputs = std::move(inputs);
  return node;
}

Node* FunctionBuilder::add_end(Op op, std::vector<Node*> inputs, u32 successors) {
  Node* node = add(op, std::move(inputs));
  block_->successors.resize(successors);
  return node;
}

Node* FunctionBuilder::integer(i64 number) {
  Node* node = add(Op::integer_constant, Type::integer);
  node->bits = u64(number);
  return node;
}

Node* FunctionBuilder::constant(u64 word) {
  Value v = Value::from_bits(word);
  if (v.is_integer()) return integer(v.as_integer());
  Node* node;
  if (v.is_float()) {
    node = add(Op::float_constant, Type::floating);
  } else if (v.is_boolean()) {
    node = add(Op::boolean_constant, Type::boolean);
    word = v.is(Value::Special::true_);
  } else {
    node = add(Op::value_constant, Type::any);
  }
  node->bits = word;
  return node;
}

FrameState* FunctionBuilder::state_before(Frame& frame, u32 at) {
  FrameState* state = graph_.new_state();
  state->function = frame.function;
  state->instruction = at;
  state->closure = frame.closure;
  state->outer = frame.outer;
  u32 live = frame.code->live_tops[at];
  state->registers.assign(live, nullptr);
  for (u32 i = 0; i < live; i++) {
    if (frame.live->before(at, i)) state->registers[i] = registers_[i];
  }
  return state;
}

/// The frame at a call that has been made, or that a frame above it stands for.
FrameState* FunctionBuilder::state_after(Frame& frame, u32 at) {
  FrameState* state = graph_.new_state();
  state->function = frame.function;
  state->instruction = at;
  state->closure = frame.closure;
  state->outer = frame.outer;
  u32 window = frame.code->code[at].a;
  u32 least = frame.code->parameters() + bytecode::header_words;
  state->registers.assign(std::max(window, least), nullptr);
  for (u32 i = 0; i < window; i++) {
    if (frame.live->after(at, i)) state->registers[i] = registers_[i];
  }
  return state;
}

}  // namespace lithe::ssa
