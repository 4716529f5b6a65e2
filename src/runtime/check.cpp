// SPDX-License-Identifier: Apache-2.0
#include "runtime/check.hpp"

#include <algorithm>

#include "core/walk.hpp"

namespace lithe::runtime {

using core::as;
using core::Node;
using core::NodeKind;

namespace {

/// Ends soon and has no effect: nothing is called but builtins that have none.
bool is_plain(const Node& node) {
  std::vector<const Node*> waiting{&node};
  while (!waiting.empty()) {
    const Node* next = waiting.back();
    waiting.pop_back();
    if (next->kind == NodeKind::lambda) continue;  // it is made, not called
    if (next->effect != core::Effect::pure || next->kind == NodeKind::loop) return false;
    core::for_each_child(*next, [&](const Node& child) { waiting.push_back(&child); });
  }
  return true;
}

bool only_defines(const Node& node) {
  if (node.kind == NodeKind::define_global) return is_plain(*as<core::DefineGlobal>(node).value);
  if (node.kind != NodeKind::sequence) return is_plain(node);
  auto& items = as<core::Sequence>(node).items;
  return std::ranges::all_of(items, [](const Node* item) { return only_defines(*item); });
}

}  // namespace

bool Checker::wants_run(const syntax::Form& form) {
  auto unit = runtime_.analyze(form);
  if (!unit) return true;
  bool run = only_defines(*(*unit)->top->body);
  lint_.add(*form.root, std::move(*unit));
  return run;
}

bool Checker::is_known(u32 name) const {
  return runtime_.primitive_names().find(name).has_value() || runtime_.in_library(name);
}

bool Checker::is_defined(u32 name) const {
  const vm::Cell* cell = runtime_.cells().find_user(name);
  return cell && cell->user_defined;
}

}  // namespace lithe::runtime
