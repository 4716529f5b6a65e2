// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/core.hpp"

namespace lithe::core {

/// Calls `visit(Node&)` for every child of a node, in evaluation order; those of a Lambda are its
/// defaults and its body.
template <class Visit>
void for_each_child(const Node& node, Visit&& visit) {
  auto one = [&](Node* child) {
    if (child != nullptr) visit(*child);
  };
  auto all = [&](std::span<Node* const> children) {
    for (Node* child : children) visit(*child);
  };
  auto bindings = [&](std::span<const Binding> items) {
    for (const Binding& item : items) one(item.init);
  };
  switch (node.kind) {
    case NodeKind::constant:
    case NodeKind::local_ref:
    case NodeKind::global_ref:
    case NodeKind::self_ref:
    case NodeKind::next_alternative:
    case NodeKind::accept_message:
    case NodeKind::skip_message:
      return;
    case NodeKind::set_local:
      return one(as<SetLocal>(node).value);
    case NodeKind::set_global:
      return one(as<SetGlobal>(node).value);
    case NodeKind::define_global:
      return one(as<DefineGlobal>(node).value);
    case NodeKind::if_:
      one(as<If>(node).test);
      one(as<If>(node).then);
      return one(as<If>(node).otherwise);
    case NodeKind::sequence:
      return all(as<Sequence>(node).items);
    case NodeKind::let:
      bindings(as<Let>(node).bindings);
      return one(as<Let>(node).body);
    case NodeKind::loop:
      bindings(as<Loop>(node).bindings);
      return one(as<Loop>(node).body);
    case NodeKind::recur:
      return all(as<Recur>(node).arguments);
    case NodeKind::lambda:
      all(as<Lambda>(node).defaults);
      return one(as<Lambda>(node).body);
    case NodeKind::call:
      one(as<Call>(node).callee);
      return all(as<Call>(node).arguments);
    case NodeKind::primitive_call:
      return all(as<PrimitiveCall>(node).arguments);
    case NodeKind::try_:
      one(as<Try>(node).body);
      one(as<Try>(node).handler);
      return one(as<Try>(node).finally);
    case NodeKind::throw_:
      return one(as<Throw>(node).value);
    case NodeKind::alternatives:
      return all(as<Alternatives>(node).tries);
    case NodeKind::receive:
      one(as<Receive>(node).timeout);
      one(as<Receive>(node).body);
      return one(as<Receive>(node).timeout_body);
  }
}

/// Calls `visit(const Node&)` for every node of a tree, parents first. The tree may be deep.
template <class Visit>
void for_each_node(const Node& top, Visit&& visit) {
  std::vector<const Node*> waiting{&top};
  while (!waiting.empty()) {
    const Node* node = waiting.back();
    waiting.pop_back();
    visit(*node);
    for_each_child(*node, [&](const Node& child) { waiting.push_back(&child); });
  }
}

}  // namespace lithe::core
