// SPDX-License-Identifier: Apache-2.0
// An optimistic fixed point: types start at none and only rise to raw ones, then to any.
#include <algorithm>

#include "ssa/passes.hpp"

namespace lithe::ssa {

namespace {

bool works_on_floats(Op op) { return op <= Op::divide || is_comparison(op); }

/// On integers when nothing else was seen: integers leave no record.
Mode decide(const Node& node) {
  Type left = node.inputs[0]->type, right = node.inputs[1]->type;
  bool boolean = left == Type::boolean || right == Type::boolean;
  if (boolean) return Mode::generic;
  bool floating = left == Type::floating || right == Type::floating;
  if (floating) return works_on_floats(node.op) ? Mode::floating : Mode::generic;
  if (node.failed) return Mode::generic;
  bool inexact = node.op == Op::divide && (node.feedback & seen::other);
  if (inexact) return Mode::generic;
  if (left == Type::integer && right == Type::integer) return Mode::integer;
  if (node.feedback == 0) return Mode::integer;
  if (node.feedback == seen::floating && works_on_floats(node.op)) return Mode::floating;
  return Mode::generic;
}

Mode decide_on_numbers(const Node& node) {
  bool floating = std::ranges::any_of(
      node.inputs, [](const Node* input) { return input->type == Type::floating; });
  return floating ? Mode::floating : Mode::integer;
}

Type result_of(Op op, Mode mode) {
  if (is_comparison(op)) return Type::boolean;
  return mode == Mode::integer    ? Type::integer
         : mode == Mode::floating ? Type::floating
                                  : Type::any;
}

class Inference {
 public:
  explicit Inference(Graph& graph) : graph_(graph) {
    result_ = graph.request.loop >= 0 ? Type::any : Type::none;
  }

  void run() {
    do {
      changed_ = false;
      for (Block* block : graph_.blocks) {
        for (Node* node : block->nodes) visit(*node);
      }
    } while (changed_);
    finish();
  }

 private:
  void raise(Type& type, Type to) {
    Type joined = join(type, to);
    if (joined == type) return;
    type = joined;
    changed_ = true;
  }

  void visit(Node& node) {
    switch (node.op) {
      case Op::phi:
        for (Node* input : node.inputs) raise(node.type, input->type);
        return;
      case Op::call_self:
        pass_arguments(node);
        return raise(node.type, result_);
      case Op::call_known:
        return raise(node.type, graph_.request.natives[node.bits].signature.result);
      case Op::return_value:
        return raise(result_, node.inputs[0]->type);
      case Op::tail_known:
        if (node.bits == own_native) return pass_arguments(node);
        return raise(result_, graph_.request.natives[node.bits].signature.result);
      default:
        break;
    }
    if (!is_arithmetic(node.op) && !is_on_numbers(node.op)) return;
    bool known = std::ranges::none_of(node.inputs,
                                      [](const Node* input) { return input->type == Type::none; });
    if (known) raise(node.type, result_of(node.op, mode_of(node)));
  }

  /// An argument that is known to be of another type makes the parameter a Value; one that may
  /// be anything is guessed to be right.
  void pass_arguments(const Node& call) {
    for (u32 i = 0; i < call.inputs.size(); i++) {
      Type argument = call.inputs[i]->type;
      if (is_raw(argument)) raise(graph_.parameters[i]->type, argument);
    }
  }

  void finish() {
    for (Block* block : graph_.blocks) {
      for (Node* node : block->nodes) {
        if (is_arithmetic(node->op) || is_on_numbers(node->op)) {
          node->mode = mode_of(*node);
          node->type = result_of(node->op, node->mode);
        } else if (node->type == Type::none && gives(node->op)) {
          node->type = Type::any;
        }
      }
    }
    graph_.signature.result = result_ == Type::none ? Type::any : result_;
    graph_.signature.parameters.clear();
    if (graph_.request.loop >= 0) return;
    for (Node* parameter : graph_.parameters) {
      if (parameter->type == Type::none) parameter->type = Type::any;
      graph_.signature.parameters.push_back(parameter->type);
    }
  }

  static Mode mode_of(const Node& node) {
    return is_arithmetic(node.op) ? decide(node) : decide_on_numbers(node);
  }
  static bool gives(Op op) { return op == Op::phi || op == Op::call_self || op == Op::call_known; }

  Graph& graph_;
  Type result_;
  bool changed_ = false;
};

}  // namespace

void infer_types(Graph& graph) { Inference(graph).run(); }

}  // namespace lithe::ssa
