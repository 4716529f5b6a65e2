// SPDX-License-Identifier: Apache-2.0
#include <cinttypes>
#include <cstdio>

#include "ssa/graph.hpp"

namespace lithe::ssa {

namespace {

constexpr const char* type_names[] = {"", "integer", "float", "boolean", "value"};
constexpr const char* mode_names[] = {"", ".integer", ".float", ".generic"};

std::string name(const Node* node) { return node ? "n" + std::to_string(node->id) : "-"; }

void print_bits(const Node& node, std::string& out) {
  char text[40];
  switch (node.op) {
    case Op::integer_constant:
      std::snprintf(text, sizeof text, " %" PRId64, i64(node.bits));
      break;
    case Op::float_constant:
      std::snprintf(text, sizeof text, " %.17g", std::bit_cast<double>(node.bits));
      break;
    case Op::value_constant:
      std::snprintf(text, sizeof text, " 0x%" PRIx64, node.bits);
      break;
    case Op::parameter:
    case Op::frame_register:
    case Op::boolean_constant:
    case Op::strip_limit:
    case Op::get_capture:
    case Op::get_global:
    case Op::call_known:
    case Op::tail_known:
    case Op::call_primitive:
      std::snprintf(text, sizeof text, " #%" PRId64, i64(node.bits));
      break;
    default:
      return;
  }
  out += text;
}

/// " [f@12 r0=n1 r4=n7 < g@3 …]"
void print_state(const Graph& graph, const char* label, const FrameState* state, std::string& out) {
  if (!state) return;
  out += std::string("  ") + label + "[";
  for (; state; state = state->outer) {
    out += graph.request.functions[u32(state->function)].name + "@" +
           std::to_string(state->instruction);
    for (u32 i = 0; i < state->registers.size(); i++) {
      if (state->registers[i]) out += " r" + std::to_string(i) + "=" + name(state->registers[i]);
    }
    if (state->outer) out += " < ";
  }
  out += "]";
}

void print_node(const Graph& graph, const Node& node, std::string& out) {
  out += "  " + name(&node);
  if (node.type != Type::none) out += std::string(": ") + type_names[u8(node.type)];
  out += " = " + std::string(op_table[u8(node.op)].name) + mode_names[u8(node.mode)];
  print_bits(node, out);
  for (const Node* input : node.inputs) out += " " + name(input);
  for (const Block* to : node.is_end() ? node.block->successors : std::vector<Block*>{}) {
    out += " b" + std::to_string(to->id);
  }
  print_state(graph, "before", node.state, out);
  print_state(graph, "after", node.after, out);
  out += "\n";
}

}  // namespace

std::string print(const Graph& graph) {
  std::string out = "function " + graph.request.functions[0].name + " (";
  for (Type type : graph.signature.parameters) out += std::string(type_names[u8(type)]) + " ";
  if (out.back() == ' ') out.pop_back();
  out += std::string(") -> ") + type_names[u8(graph.signature.result)] + "\n";
  for (const Block* block : graph.blocks) {
    out += "b" + std::to_string(block->id) + (block->loop_head ? " (loop):" : ":");
    for (const Block* from : block->predecessors) out += " b" + std::to_string(from->id);
    out += "\n";
    for (const Node* node : block->nodes) print_node(graph, *node, out);
  }
  return out;
}

}  // namespace lithe::ssa
