// SPDX-License-Identifier: Apache-2.0
// What is decided once a whole form was analyzed: which function owns which variable, what is
// captured and how, what needs a box.
#include "analysis/form_analyzer.hpp"

namespace lithe::analysis {

/// The function that runs a Lambda's body: itself, unless it became a Loop.
Function& FormAnalyzer::merged(core::Lambda* lambda) {
  auto* function = static_cast<Function*>(lambda);
  while (function->merged_into != nullptr) function = function->merged_into;
  return *function;
}

void FormAnalyzer::finish() {
  for (Variable* local : variables_) local->owner = &merged(local->owner);
  std::erase_if(functions_, [](Function* f) { return f->merged_into != nullptr; });
  for (Function* function : functions_) {
    function->outer = &merged(function->outer);
    auto* self = static_cast<Variable*>(function->self_local);
    if (self != nullptr && self->set) function->self_local = nullptr;
  }
  if (!references_.empty()) resolve_captures();
  for (Variable* local : variables_) {
    local->assigned = local->set || local->early;
    local->assigned_once = local->early && !local->set;
    if (!local->gone) local->id = local->owner->local_count++;
  }
  box_early_definitions();
}

void FormAnalyzer::resolve_captures() {
  for (const Reference& reference : references_) {
    bool is_set = reference.node->kind == core::NodeKind::set_local;
    core::LocalPlace& place = is_set ? core::as<core::SetLocal>(*reference.node).place
                                     : core::as<core::LocalRef>(*reference.node).place;
    resolve_reference(*reference.node, place, merged(reference.from), reference.before_bound);
  }
  for (Function* function : functions_) {
    if (function->capture_count == 0) continue;
    auto* captures = arena_->allocate_array<core::Capture>(function->capture_count);
    u32 count = 0;
    for (CaptureItem* item = function->first_capture; item != nullptr; item = item->next) {
      captures[count++] = item->capture;
    }
    function->captures = {captures, count};
  }
}

void FormAnalyzer::resolve_reference(Node& node, core::LocalPlace& place, Function& from,
                                     bool before_bound) {
  auto& local = static_cast<Variable&>(*place.local);
  if (local.owner == &from) {
    if (before_bound)
      local.captured = local.early = true;  // in a loop that runs before the definition
  } else if (from.self_local == &local) {
    node.kind = core::NodeKind::self_ref;
  } else {
    place.capture = capture_index(from, local, before_bound);
  }
}

/// Index of the variable among the captures of `function`, made if it is new; so are those of the
/// functions in between.
u32 FormAnalyzer::capture_index(Function& function, Variable& local, bool before_bound) {
  // Going outward from `function` to the one that has the variable, collecting who must capture;
  // then inward again, capturing from one to the next.
  StackMark<Node*> mark(nodes_);
  Function* at = &function;
  u32 index = core::LocalPlace::own;
  bool self = false;
  for (;;) {
    u32 known = 0;
    CaptureItem* item = at->first_capture;
    while (item != nullptr && item->capture.local != &local) {
      item = item->next;
      ++known;
    }
    if (item != nullptr) {
      index = known;
      // Captured earlier, but this use may be one of before its definition.
      if (before_bound && !item->capture.self) local.early = local.early || local.captured;
      break;
    }
    nodes_.push_back(at);
    at = static_cast<Function*>(at->outer);
    if (at->self_local == &local) {
      self = true;
      break;
    }
    if (local.owner == at) {
      local.captured = true;
      local.early = local.early || before_bound;
      break;
    }
  }
  for (auto items = mark.items(); !items.empty(); items = items.first(items.size() - 1)) {
    auto& inner = static_cast<Function&>(core::as<core::Lambda>(*items.back()));
    auto* made = arena_->make<CaptureItem>(core::Capture{&local, self, index}, nullptr);
    CaptureItem** end = &inner.first_capture;
    while (*end != nullptr) end = &(*end)->next;
    *end = made;
    index = inner.capture_count++;
    self = false;
  }
  return index;
}

/// A definition in a body that a closure captured before it was reached: the variable starts out
/// unbound in its box, and the definition becomes an assignment.
void FormAnalyzer::box_early_definitions() {
  for (core::Let* body : bodies_) {
    StackMark<core::Binding> mark(bindings_);
    auto is_early = [](const core::Binding& binding) {
      return binding.local != nullptr && static_cast<Variable*>(binding.local)->early;
    };
    for (const core::Binding& binding : body->bindings) {
      if (is_early(binding)) bindings_.push_back({binding.local, nullptr});
    }
    if (mark.items().empty()) continue;
    for (const core::Binding& binding : body->bindings) {
      if (!is_early(binding)) {
        bindings_.push_back(binding);
        continue;
      }
      auto* assign = make<core::SetLocal>(binding.init->span);
      assign->place.local = binding.local;
      assign->value = binding.init;
      assign->effect = std::max(binding.init->effect, core::Effect::sync);
      bindings_.push_back({nullptr, assign});
    }
    body->bindings = arena_->copy(std::span<const core::Binding>(mark.items()));
  }
}

}  // namespace lithe::analysis
