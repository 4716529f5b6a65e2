// SPDX-License-Identifier: Apache-2.0
#include "analysis/effect_walk.hpp"

#include <algorithm>

#include "core/walk.hpp"

namespace lithe::analysis {

using core::as;
using core::Node;
using core::NodeKind;
using Kind = EffectCause::Kind;

namespace {

constexpr u32 last_bit = 63;  // of FunctionEffect::as_arguments: this parameter and all behind

}  // namespace

EffectWalk::Outcome EffectWalk::run(const core::Lambda& lambda) {
  root_ = &lambda;
  enter(lambda);
  while (!work_.empty()) {
    const Node* node = work_.back();
    work_.pop_back();
    visit(*node);
  }
  return std::move(outcome_);
}

void EffectWalk::raise(Effect effect, EffectCause cause) {
  if (effect <= outcome_.effect.effect) return;
  outcome_.effect.effect = effect;
  outcome_.effect.cause = cause;
}

/// The function is called: what its body does counts, once.
void EffectWalk::enter(const core::Lambda& lambda) {
  if (!entered_.insert(&lambda).second) return;
  push_children(lambda);
}

/// Children are visited in evaluation order.
void EffectWalk::push_children(const Node& node) {
  size_t begin = work_.size();
  core::for_each_child(node, [&](const Node& child) { work_.push_back(&child); });
  std::reverse(work_.begin() + std::ptrdiff_t(begin), work_.end());
}

void EffectWalk::remember(const core::Local& local, const Node* value) {
  bool fixed = !local.assigned || local.assigned_once;
  if (fixed && value != nullptr && !local.loop_variable) values_[&local] = value;
}

void EffectWalk::visit(const Node& node) {
  switch (node.kind) {
    case NodeKind::lambda:
      return;  // making it does nothing
    case NodeKind::call:
      return visit_call(as<core::Call>(node));
    case NodeKind::primitive_call: {
      const auto& call = as<core::PrimitiveCall>(node);
      push_children(node);
      if (call.name != core::PrimitiveCall::not_by_name)
        return call_global({space_, call.name}, call.arguments, node.span);
      return call_builtin(primitives::Primitive(call.primitive), 0, call.arguments, node.span);
    }
    case NodeKind::local_ref: {
      const core::Local& local = *as<core::LocalRef>(node).place.local;
      if (local.boxed() && !local.assigned_once)
        raise(Effect::sync, {Kind::assigned_variable, 0, node.span});
      return;
    }
    case NodeKind::set_local: {
      const auto& set = as<core::SetLocal>(node);
      const core::Local& local = *set.place.local;
      remember(local, local.assigned_once ? set.value : nullptr);
      if (local.boxed() && !local.assigned_once)
        raise(Effect::sync, {Kind::assignment, 0, node.span});
      return push_children(node);
    }
    case NodeKind::global_ref:
      return read_global(as<core::GlobalRef>(node), node.span);
    case NodeKind::set_global:
      raise(Effect::sync, {Kind::assignment, as<core::SetGlobal>(node).name, node.span});
      return push_children(node);
    case NodeKind::define_global:
      raise(Effect::sync, {Kind::assignment, as<core::DefineGlobal>(node).name, node.span});
      return push_children(node);
    case NodeKind::let:
      for (const core::Binding& binding : as<core::Let>(node).bindings) {
        if (binding.local != nullptr) remember(*binding.local, binding.init);
        // Functions of a body know each other, whichever comes first.
        if (binding.init == nullptr || binding.init->kind != NodeKind::set_local) continue;
        const auto& set = as<core::SetLocal>(*binding.init);
        if (set.place.local->assigned_once) remember(*set.place.local, set.value);
      }
      return push_children(node);
    case NodeKind::receive:
      raise(Effect::async, {Kind::receive, 0, node.span});
      return push_children(node);
    default:
      return push_children(node);
  }
}

GlobalName EffectWalk::meant(const core::GlobalRef& node) const {
  return {node.library ? NameSpace::library : space_, node.name};
}

EffectFacts::Callee EffectWalk::look_up(GlobalName global) {
  return facts_.callee(global.space, global.name, outcome_.rests_on);
}

void EffectWalk::read_global(const core::GlobalRef& node, syntax::Span span) {
  if (look_up(meant(node)).assigned) {
    raise(Effect::sync, {Kind::assigned_variable, node.name, span});
  }
}

void EffectWalk::visit_call(const core::Call& call) {
  for (auto argument = call.arguments.rbegin(); argument != call.arguments.rend(); ++argument)
    work_.push_back(*argument);
  switch (call.callee->kind) {
    case NodeKind::global_ref:
    case NodeKind::local_ref:
    case NodeKind::self_ref:
    case NodeKind::lambda:
      break;
    default:
      work_.push_back(call.callee);
  }
  call_value(*call.callee, call.arguments, call.span);
}

void EffectWalk::call_value(const Node& callee, std::span<Node* const> arguments,
                            syntax::Span span) {
  switch (callee.kind) {
    case NodeKind::constant:
      return;  // an error
    case NodeKind::self_ref:
      return;  // its body counts already
    case NodeKind::global_ref:
      return call_global(meant(as<core::GlobalRef>(callee)), arguments, span);
    case NodeKind::lambda: {
      const auto& lambda = as<core::Lambda>(callee);
      for (size_t i = 0; i < std::min(arguments.size(), lambda.parameters.size()); ++i) {
        remember(*lambda.parameters[i], arguments[i]);
      }
      return enter(lambda);
    }
    case NodeKind::local_ref: {
      const core::Local* last = nullptr;
      const Node* value = known(*as<core::LocalRef>(callee).place.local, last);
      if (value == nullptr) return call_local(*last, span);
      if (value->kind == NodeKind::lambda) return enter(as<core::Lambda>(*value));
      if (value->kind == NodeKind::global_ref)
        return call_global(meant(as<core::GlobalRef>(*value)), arguments, span);
      return raise(Effect::async, {Kind::unknown_call, 0, span});
    }
    default:
      return raise(Effect::async, {Kind::unknown_call, 0, span});
  }
}

/// What a local is bound to, through further locals; null, and the last one, if that is not known.
const Node* EffectWalk::known(const core::Local& local, const core::Local*& last) const {
  last = &local;
  for (;;) {
    auto found = values_.find(last);
    if (found == values_.end()) return nullptr;
    if (found->second->kind != NodeKind::local_ref) return found->second;
    last = as<core::LocalRef>(*found->second).place.local;
  }
}

/// A call of a variable of which no value is known: a parameter perhaps.
void EffectWalk::call_local(const core::Local& local, syntax::Span span) {
  bool fixed = !local.assigned || local.assigned_once;
  for (size_t i = 0; i < root_->parameters.size() && fixed; ++i) {
    if (root_->parameters[i] != &local) continue;
    outcome_.effect.as_arguments |= u64{1} << std::min<size_t>(i, last_bit);
    return;
  }
  if (&local == root_->self_local) return;
  raise(Effect::async, {Kind::unknown_call, 0, span});
}

void EffectWalk::call_global(GlobalName global, std::span<Node* const> arguments,
                             syntax::Span span) {
  EffectFacts::Callee callee = look_up(global);
  u32 name = global.name;
  switch (callee.kind) {
    case EffectFacts::Callee::Kind::builtin:
      return call_builtin(callee.builtin, name, arguments, span);
    case EffectFacts::Callee::Kind::unknown:
      return raise(Effect::async, {Kind::unknown_global, name, span});
    case EffectFacts::Callee::Kind::function:
      break;
  }
  raise(callee.effect.effect, {Kind::function, name, span});
  u64 called = callee.effect.as_arguments;
  for (u32 i = 0; called != 0 && i <= last_bit; ++i, called >>= 1) {
    if ((called & 1) == 0) continue;
    if (i < arguments.size()) {
      call_argument(arguments[i], span);
    } else {
      raise(Effect::async, {Kind::function, name, span});  // a default is called
    }
    for (size_t k = last_bit + 1; i == last_bit && k < arguments.size(); ++k)
      call_argument(arguments[k], span);
  }
}

void EffectWalk::call_builtin(primitives::Primitive builtin, u32 name,
                              std::span<Node* const> arguments, syntax::Span span) {
  // The only builtin that calls a function, because the interpreter makes the call.
  if (info(builtin).name == "apply" && !arguments.empty()) {
    return call_argument(arguments[0], span);
  }
  raise(Effect(u8(info(builtin).effect)), {Kind::builtin, name, span, builtin});
}

/// The callee calls this argument with arguments that are not known.
void EffectWalk::call_argument(const Node* argument, syntax::Span span) {
  if (argument->kind != NodeKind::global_ref) return call_value(*argument, {}, span);
  GlobalName global = meant(as<core::GlobalRef>(*argument));
  EffectFacts::Callee callee = look_up(global);
  if (callee.kind != EffectFacts::Callee::Kind::function) return call_global(global, {}, span);
  raise(callee.effect.worst(), {Kind::function, global.name, span});
}

}  // namespace lithe::analysis
