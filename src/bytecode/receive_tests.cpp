// SPDX-License-Identifier: Apache-2.0
#include "bytecode/receive_tests.hpp"

#include <vector>

#include "core/walk.hpp"
#include "primitives/primitives.hpp"

namespace lithe::bytecode {

using core::as;
using core::Node;
using core::NodeKind;

namespace {

bool keeps_by_itself(const Node& node) {
  switch (node.kind) {
    case NodeKind::constant:
    case NodeKind::local_ref:
    case NodeKind::self_ref:
    case NodeKind::if_:
    case NodeKind::sequence:
    case NodeKind::let:
    case NodeKind::alternatives:
    case NodeKind::next_alternative:
    case NodeKind::accept_message:
    case NodeKind::skip_message:
      return false;
    case NodeKind::primitive_call: {
      auto primitive = primitives::Primitive(as<core::PrimitiveCall>(node).primitive);
      return primitives::info(primitive).effect != primitives::Effect::pure;
    }
    default:
      return true;
  }
}

}  // namespace

bool tests_may_keep(const Node& body) {
  std::vector<const Node*> open{&body};
  while (!open.empty()) {
    const Node& node = *open.back();
    open.pop_back();
    if (keeps_by_itself(node)) return true;
    bool accepted = false;
    core::for_each_child(node, [&](const Node& child) {
      accepted = accepted || child.kind == NodeKind::accept_message;
      if (!accepted) open.push_back(&child);
    });
  }
  return false;
}

}  // namespace lithe::bytecode
