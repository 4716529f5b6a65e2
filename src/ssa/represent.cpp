// SPDX-License-Identifier: Apache-2.0
#include "ssa/passes.hpp"

#include "base/assert.hpp"
#include "value/off_heap.hpp"
#include "value/value.hpp"

namespace lithe::ssa {

namespace {

const Signature& signature_of(const Graph& graph, u64 native) {
  return native == own_native ? graph.signature : graph.request.natives[native].signature;
}

}  // namespace

Type wanted(const Graph& graph, const Node& node, u32 input) {
  if (is_arithmetic(node.op) || is_on_numbers(node.op)) {
    return node.mode == Mode::integer    ? Type::integer
           : node.mode == Mode::floating ? Type::floating
                                         : Type::any;
  }
  switch (node.op) {
    case Op::phi:
      return node.type;
    case Op::box:
      return Type::none;
    case Op::integer_to_float:
    case Op::strip_limit:
      return Type::integer;
    case Op::branch:
    case Op::logical_not:
      return Type::boolean;
    case Op::square_root:
      return Type::floating;
    case Op::vector_get:
    case Op::char_code:
    case Op::buffer_get:
      return input == 1 ? Type::integer : Type::any;
    case Op::buffer_set:
      if (input == 0) return Type::any;
      if (input == 1) return Type::integer;
      return node.bits == u64(value::ElementType::f64_) ? Type::floating : Type::integer;
    case Op::return_value:
      return graph.signature.result;
    case Op::call_self:
      return graph.signature.parameters[input];
    case Op::call_known:
    case Op::tail_known:
      return signature_of(graph, node.bits).parameters[input];
    default:
      return Type::any;
  }
}

namespace {

class Representation {
 public:
  explicit Representation(Graph& graph) : graph_(graph) {}

  void run() {
    for (Block* block : graph_.blocks) {
      for (Node* node : block->nodes) make_callable(*node);
    }
    for (Block* block : graph_.blocks) {
      std::vector<Node*> before = std::move(block->nodes);
      block->nodes.clear();
      block_ = block;
      for (Node* node : before) {
        if (node->op != Op::phi) convert_inputs(*node);
        block->nodes.push_back(node);
      }
    }
    for (Block* block : graph_.blocks) convert_phis(*block);
  }

 private:
  /// A direct call whose arguments cannot be what the callee wants, or whose result cannot be
  /// given on as it is, becomes one by Values.
  void make_callable(Node& node) {
    bool is_tail = node.op == Op::tail_known;
    if (!is_tail && node.op != Op::call_known) return;
    const Signature& signature = signature_of(graph_, node.bits);
    bool good = !is_tail || signature.result == graph_.signature.result;
    for (u32 i = 0; i < node.inputs.size(); i++) {
      Type want = signature.parameters[i], have = node.inputs[i]->type;
      good = good && (want == Type::any || have == Type::any || want == have);
    }
    if (good) return;
    u64 closure = graph_.request.functions[function_of(node)].closure;
    Node* callee = graph_.new_node(Op::value_constant, Type::any);
    callee->bits = closure;
    callee->block = graph_.blocks[0];
    std::vector<Node*>& entry = graph_.blocks[0]->nodes;
    entry.insert(entry.begin(), callee);
    node.op = is_tail ? Op::tail_value : Op::call_value;
    node.inputs.insert(node.inputs.begin(), callee);
    if (!is_tail) node.type = Type::any;
  }
  u32 function_of(const Node& node) const {
    return node.bits == own_native ? 0 : u32(graph_.request.natives[node.bits].function);
  }

  void convert_inputs(Node& node) {
    for (u32 i = 0; i < node.inputs.size(); i++) {
      Type want = wanted(graph_, node, i);
      if (want != Type::none && node.inputs[i]->type != want) {
        node.inputs[i] = convert(node.inputs[i], want, node);
      }
    }
  }

  /// At the end of the block that the input comes from.
  void convert_phis(Block& block) {
    for (Node* phi : block.nodes) {
      if (phi->op != Op::phi) break;
      for (u32 i = 0; i < phi->inputs.size(); i++) {
        if (phi->inputs[i]->type == phi->type) continue;
        block_ = block.predecessors[i];
        Node* end = block_->nodes.back();
        block_->nodes.pop_back();
        phi->inputs[i] = convert(phi->inputs[i], phi->type, *phi);
        block_->nodes.push_back(end);
      }
    }
  }

  Node* add(Op op, Type type, Node* input) {
    Node* node = graph_.new_node(op, type);
    node->block = block_;
    node->inputs.push_back(input);
    block_->nodes.push_back(node);
    return node;
  }

  Node* convert(Node* node, Type want, const Node& user) {
    switch (want) {
      case Type::any:
        return box(node);
      case Type::integer:
        if (node->type != Type::any) node = box(node);  // of another type: it will leave
        return guarded(Op::unbox_integer, want, node, user);
      case Type::floating:
        if (node->type == Type::integer) return to_float(node, user);
        if (node->type != Type::any) node = box(node);  // of another type: it will leave
        return guarded(strict(user) ? Op::unbox_float : Op::unbox_number, want, node, user);
      case Type::boolean:
        if (node->type == Type::any) return add(Op::truthy, want, node);
        return truth();
      case Type::none:
        break;
    }
    LITHE_UNREACHABLE();
  }

  Node* box(Node* node) {
    if (node->op == Op::integer_constant && value::Value::fits_integer(i64(node->bits))) {
      return constant(Op::value_constant, Type::any, value::Value::integer(i64(node->bits)).bits());
    }
    if (node->op == Op::float_constant) return constant(Op::value_constant, Type::any, node->bits);
    return add(Op::box, Type::any, node);
  }

  Node* constant(Op op, Type type, u64 bits) {
    Node* node = graph_.new_node(op, type);
    node->block = block_;
    node->bits = bits;
    block_->nodes.push_back(node);
    return node;
  }
  Node* truth() { return constant(Op::boolean_constant, Type::boolean, 1); }

  /// An integer is no float for the user of an input: an argument or a result stays what it is. In
  /// arithmetic it becomes one, but where only floats were seen it would be a surprise.
  static bool strict(const Node& user) {
    if (is_arithmetic(user.op)) return user.feedback == seen::floating && !user.failed;
    return !is_on_numbers(user.op) && user.op != Op::square_root && user.op != Op::buffer_set;
  }

  Node* guarded(Op op, Type type, Node* input, const Node& user) {
    LITHE_ASSERT(user.state && input->type == Type::any);
    Node* node = add(op, type, input);
    node->state = user.state;
    return node;
  }

  /// A comparison must not round: it leaves when the integer is no float.
  Node* to_float(Node* node, const Node& user) {
    if (node->op == Op::integer_constant) {
      return constant(Op::float_constant, Type::floating,
                      std::bit_cast<u64>(double(i64(node->bits))));
    }
    Node* converted = add(Op::integer_to_float, Type::floating, node);
    if (is_comparison(user.op)) converted->state = user.state;
    return converted;
  }

  Graph& graph_;
  Block* block_ = nullptr;
};

}  // namespace

void represent(Graph& graph) { Representation(graph).run(); }

}  // namespace lithe::ssa
