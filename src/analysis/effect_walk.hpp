// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "analysis/effects.hpp"

namespace lithe::analysis {

/// What a walk asks about global names.
class EffectFacts {
 public:
  struct Callee {
    enum class Kind : u8 { unknown, builtin, function } kind = Kind::unknown;
    primitives::Primitive builtin{};
    FunctionEffect effect;  ///< of a function, as far as it is known
    bool assigned = false;  ///< some code assigns the variable
  };
  /// Appends the keys that the answer rests on.
  virtual Callee callee(NameSpace space, u32 name, std::vector<u64>& rests_on) = 0;

 protected:
  ~EffectFacts() = default;
};

/// One walk over a function's Core: what calling it does, going by the facts about globals as
/// they are. Functions that are local and known where they are called count as their bodies.
class EffectWalk {
 public:
  struct Outcome {
    FunctionEffect effect;
    std::vector<u64> rests_on;  ///< with repetitions
  };

  EffectWalk(EffectFacts& facts, NameSpace space) : facts_(facts), space_(space) {}

  Outcome run(const core::Lambda& lambda);

 private:
  void enter(const core::Lambda& lambda);
  void visit(const core::Node& node);
  void visit_call(const core::Call& call);
  GlobalName meant(const core::GlobalRef& node) const;
  EffectFacts::Callee look_up(GlobalName global);
  void call_global(GlobalName global, std::span<core::Node* const> arguments, syntax::Span span);
  void call_value(const core::Node& callee, std::span<core::Node* const> arguments,
                  syntax::Span span);
  void call_local(const core::Local& local, syntax::Span span);
  void call_builtin(primitives::Primitive builtin, u32 name, std::span<core::Node* const> arguments,
                    syntax::Span span);
  void call_argument(const core::Node* argument, syntax::Span span);
  void read_global(const core::GlobalRef& node, syntax::Span span);
  void remember(const core::Local& local, const core::Node* value);
  const core::Node* known(const core::Local& local, const core::Local*& last) const;
  void push_children(const core::Node& node);
  void raise(Effect effect, EffectCause cause);

  EffectFacts& facts_;
  NameSpace space_;
  const core::Lambda* root_ = nullptr;
  std::vector<const core::Node*> work_;
  std::unordered_map<const core::Local*, const core::Node*> values_;  // of locals never assigned
  std::unordered_set<const core::Lambda*> entered_;
  Outcome outcome_;
};

}  // namespace lithe::analysis
