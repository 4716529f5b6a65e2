// SPDX-License-Identifier: Apache-2.0
#include "core/verifier.hpp"

#include <algorithm>
#include <vector>

namespace lithe::core {

namespace {

/// Where a node stands, as seen from the function it runs in.
struct Position {
  bool tail;       ///< the function's tail position
  bool loop_tail;  ///< tail position of the innermost Loop's body
  bool pattern;    ///< reached from a try through If, Let, Sequence and Alternatives alone
};

class Verifier {
 public:
  std::string run(const Lambda& top) {
    if (!top.top || top.outer != nullptr) return "the top is not marked as one";
    if (!top.parameters.empty() || top.rest != nullptr) return "the top has parameters";
    check_lambda(top);
    return std::move(error_);
  }

 private:
  static constexpr size_t stack_bytes = 64 * 1024;

  bool too_deep() const {
    return reinterpret_cast<u64>(__builtin_frame_address(0)) + stack_bytes < stack_begin_;
  }

  struct Target {
    const void* node;     // Loop, Alternatives or Receive
    const Lambda* owner;  // the function it stands in
    bool last_try;        // of Alternatives: its last try is being checked
  };

  void fail(const char* message, const Node& node) {
    if (!error_.empty()) return;
    error_ = std::string(node_table[u8(node.kind)].name) + " at line " +
             std::to_string(node.span.line) + ", column " + std::to_string(node.span.column) +
             ": " + message;
  }

  void check_lambda(const Lambda& lambda) {
    const Lambda* enclosing = current_;
    current_ = &lambda;
    size_t scope = bound_.size();
    if (lambda.defaults.size() > lambda.parameters.size())
      fail("more defaults than parameters", lambda);
    check_captures(lambda, enclosing);
    for (size_t i = 0; i < lambda.parameters.size(); ++i) {
      if (i >= lambda.required()) check(lambda.defaults[i - lambda.required()], {}, lambda);
      bind(lambda.parameters[i], lambda);
    }
    if (lambda.rest != nullptr) bind(lambda.rest, lambda);
    check(lambda.body, {.tail = true, .loop_tail = false, .pattern = false}, lambda);
    bound_.resize(scope);
    current_ = enclosing;
  }

  void check_captures(const Lambda& lambda, const Lambda* enclosing) {
    if (lambda.outer != enclosing) fail("outer is not the function around it", lambda);
    for (const Capture& capture : lambda.captures) {
      if (enclosing == nullptr) return fail("captures without a function around it", lambda);
      if (capture.self) {
        if (enclosing->self_local != capture.local) fail("captures a self that is none", lambda);
      } else if (capture.capture == LocalPlace::own) {
        if (capture.local->owner != enclosing)
          fail("captures a local that its parent does not own", lambda);
        if (!capture.local->captured) fail("captures a local that is not marked", lambda);
        if (!is_bound(capture.local)) fail("captures a local that is not bound yet", lambda);
      } else if (capture.capture >= enclosing->captures.size() ||
                 enclosing->captures[capture.capture].local != capture.local) {
        fail("capture leads to another local", lambda);
      }
    }
  }

  bool is_bound(const Local* local) const {
    return std::find(bound_.rbegin(), bound_.rend(), local) != bound_.rend();
  }

  void bind(const Local* local, const Node& at) {
    if (local == nullptr) return fail("binds nothing", at);
    if (local->owner != current_) fail("binds a local of another function", at);
    if (local->id >= current_->local_count) fail("local's id is out of range", at);
    bound_.push_back(local);
  }

  void check_place(const LocalPlace& place, const Node& at) {
    if (place.local == nullptr) return fail("names no local", at);
    if (place.capture == LocalPlace::own) {
      if (place.local->owner != current_)
        return fail("names another function's local as its own", at);
      if (!is_bound(place.local)) fail("names a local that is not bound here", at);
    } else if (place.capture >= current_->captures.size() ||
               current_->captures[place.capture].local != place.local) {
      fail("capture index leads to another local", at);
    }
  }

  const Target* find(const void* node) const {
    for (auto it = targets_.rbegin(); it != targets_.rend(); ++it) {
      if (it->node == node) return &*it;
    }
    return nullptr;
  }

  void check_bindings(std::span<const Binding> bindings, const Node& at, bool may_be_open) {
    for (const Binding& binding : bindings) {
      if (binding.init != nullptr) {
        check(binding.init, {}, at);
      } else if (!may_be_open || binding.local == nullptr) {
        fail("binding without a value", at);
      }
      if (binding.local != nullptr) {
        bind(binding.local, at);
      } else if (!may_be_open) {
        fail("loop binding without a local", at);
      }
    }
  }

  void check_all(std::span<Node* const> nodes, const Node& at) {
    for (Node* node : nodes) check(node, {}, at);
  }

  void check(const Node* node, Position position, const Node& parent) {
    if (!error_.empty()) return;
    if (node == nullptr) return fail("has no child where one must be", parent);
    if (too_deep()) return;
    if (node->tail && !position.tail) fail("marked as a tail call, but is none", *node);
    check_node(*node, position);
  }

  void check_node(const Node& node, Position position) {
    switch (node.kind) {
      case NodeKind::constant:
        if (as<Constant>(node).datum == nullptr) fail("has no datum", node);
        return;
      case NodeKind::local_ref:
        return check_place(as<LocalRef>(node).place, node);
      case NodeKind::global_ref:
      case NodeKind::accept_message:
        return;
      case NodeKind::self_ref:
        if (current_->self_local == nullptr ||
            as<SelfRef>(node).place.local != current_->self_local) {
          fail("names no function around it", node);
        }
        return;
      case NodeKind::set_local:
        check_place(as<SetLocal>(node).place, node);
        return check(as<SetLocal>(node).value, {}, node);
      case NodeKind::set_global:
        return check(as<SetGlobal>(node).value, {}, node);
      case NodeKind::define_global:
        return check(as<DefineGlobal>(node).value, {}, node);
      case NodeKind::if_:
        check(as<If>(node).test, {}, node);
        check(as<If>(node).then, position, node);
        return check(as<If>(node).otherwise, position, node);
      case NodeKind::sequence:
        return check_sequence(as<Sequence>(node), position);
      case NodeKind::let:
        return check_let(as<Let>(node), position);
      case NodeKind::loop:
        return check_loop(as<Loop>(node), position);
      case NodeKind::recur:
        return check_recur(as<Recur>(node), position);
      case NodeKind::lambda:
        if (as<Lambda>(node).top) return fail("a nested function is marked as top", node);
        return check_lambda(as<Lambda>(node));
      case NodeKind::call:
        check(as<Call>(node).callee, {}, node);
        return check_all(as<Call>(node).arguments, node);
      case NodeKind::primitive_call:
        return check_all(as<PrimitiveCall>(node).arguments, node);
      case NodeKind::try_:
        return check_try(as<Try>(node), position);
      case NodeKind::throw_:
        return check(as<Throw>(node).value, {}, node);
      case NodeKind::alternatives:
        return check_alternatives(as<Alternatives>(node), position);
      case NodeKind::next_alternative:
        return check_next(as<NextAlternative>(node), position);
      case NodeKind::receive:
        return check_receive(as<Receive>(node), position);
      case NodeKind::skip_message: {
        const Target* target = find(as<SkipMessage>(node).receive);
        if (target == nullptr || target->owner != current_) fail("not inside its receive", node);
        return;
      }
    }
  }

  void check_sequence(const Sequence& node, Position position) {
    if (node.items.size() < 2) return fail("has fewer than two items", node);
    Position inner{.tail = false, .loop_tail = false, .pattern = position.pattern};
    for (Node* item : node.items.first(node.items.size() - 1)) check(item, inner, node);
    check(node.items.back(), position, node);
  }

  void check_let(const Let& node, Position position) {
    size_t scope = bound_.size();
    check_bindings_of_let(node, position);
    check(node.body, position, node);
    bound_.resize(scope);
  }

  void check_bindings_of_let(const Let& node, Position position) {
    Position inner{.tail = false, .loop_tail = false, .pattern = position.pattern};
    for (const Binding& binding : node.bindings) {
      if (binding.init != nullptr) check(binding.init, inner, node);
      if (binding.init == nullptr && binding.local == nullptr) fail("empty binding", node);
      if (binding.local != nullptr) bind(binding.local, node);
    }
  }

  void check_loop(const Loop& node, Position position) {
    size_t scope = bound_.size();
    check_bindings(node.bindings, node, false);
    for (const Binding& binding : node.bindings) {
      if (binding.local != nullptr && !binding.local->loop_variable)
        fail("binds a local that is no loop variable", node);
    }
    targets_.push_back({&node, current_, false});
    check(node.body, {.tail = position.tail, .loop_tail = true, .pattern = false}, node);
    targets_.pop_back();
    bound_.resize(scope);
  }

  void check_recur(const Recur& node, Position position) {
    const Target* target = find(node.loop);
    if (target == nullptr || target->owner != current_) return fail("not inside its loop", node);
    if (!position.loop_tail) fail("not in a tail position of its loop", node);
    if (node.arguments.size() != node.loop->bindings.size())
      fail("wrong number of arguments", node);
    check_all(node.arguments, node);
  }

  void check_try(const Try& node, Position position) {
    if ((node.handler == nullptr) != (node.caught == nullptr))
      fail("handler without a variable", node);
    check(node.body, {}, node);
    if (node.handler != nullptr) {
      size_t scope = bound_.size();
      if (node.caught != nullptr) bind(node.caught, node);
      Position inner = node.finally == nullptr ? position : Position{};
      inner.pattern = false;
      check(node.handler, inner, node);
      bound_.resize(scope);
    }
    if (node.finally != nullptr) check(node.finally, {}, node);
  }

  void check_alternatives(const Alternatives& node, Position position) {
    if (node.tries.empty()) return fail("has no tries", node);
    targets_.push_back({&node, current_, false});
    position.pattern = true;
    for (size_t i = 0; i < node.tries.size(); ++i) {
      targets_.back().last_try = i + 1 == node.tries.size();
      check(node.tries[i], position, node);
    }
    targets_.pop_back();
  }

  void check_next(const NextAlternative& node, Position position) {
    const Target* target = find(node.target);
    if (target == nullptr || target->owner != current_)
      return fail("not inside its alternatives", node);
    if (target->last_try) fail("there is no next alternative", node);
    if (!position.pattern) fail("jumps out of an expression", node);
  }

  void check_receive(const Receive& node, Position position) {
    if ((node.timeout == nullptr) != (node.timeout_body == nullptr))
      fail("timeout without a body", node);
    if (node.body == nullptr && node.timeout == nullptr) fail("waits for nothing", node);
    if (node.timeout != nullptr) check(node.timeout, {}, node);
    if (node.body != nullptr) {
      size_t scope = bound_.size();
      bind(node.message, node);
      targets_.push_back({&node, current_, false});
      check(node.body, position, node);
      targets_.pop_back();
      bound_.resize(scope);
    }
    if (node.timeout_body != nullptr) check(node.timeout_body, position, node);
  }

  const Lambda* current_ = nullptr;
  std::vector<const Local*> bound_;
  std::vector<Target> targets_;
  u64 stack_begin_ = reinterpret_cast<u64>(__builtin_frame_address(0));
  std::string error_;
};

}  // namespace

std::string verify(const Lambda& top) { return Verifier().run(top); }

}  // namespace lithe::core
