// SPDX-License-Identifier: Apache-2.0
#include "analysis/effects.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "analysis/effect_walk.hpp"
#include "syntax/diagnostic.hpp"

namespace lithe::analysis {

namespace {

u64 key_of(GlobalName name) { return (u64(name.space) << 32) | name.name; }
GlobalName name_of(u64 key) { return {NameSpace(key >> 32), u32(key)}; }

}  // namespace

/// What is known about a name, and the fact inferred from it.
struct EffectStore::State final : EffectFacts {
  enum class Kind : u8 { undefined, function, value };
  struct Entry {
    Kind kind = Kind::undefined;
    bool assigned = false;
    bool has_fact = false;
    const core::Lambda* lambda = nullptr;
    NameSpace written_in = NameSpace::user;
    FunctionEffect fact;
    std::vector<u64> rests_on;
    std::unordered_set<u64> dependents;  // those whose facts rest on this name
  };

  explicit State(const Globals& known) : globals(known) {}

  const Globals& globals;
  std::unordered_map<u64, Entry> entries;
  /// Functions in work: reached from the one that was asked for, without a fact yet. Their
  /// effects only rise, from pure, until none changes.
  std::vector<u64> working;
  std::unordered_map<u64, FunctionEffect> assumed;

  Callee callee(NameSpace space, u32 name, std::vector<u64>& rests_on) override;
  Entry* definition(NameSpace space, u32 name, std::vector<u64>& rests_on,
                    std::optional<primitives::Primitive>& builtin, u64& key);
  void infer_reachable(u64 root);
  EffectWalk::Outcome infer(const core::Lambda& lambda, NameSpace space);
  void settle(u64 key);
  void invalidate(u64 key);
  void drop_fact(u64 key, Entry& entry);
};

EffectStore::EffectStore(const Globals& globals) : state_(new State(globals)) {}
EffectStore::~EffectStore() = default;

/// The definition that code of a space means by a name, and its key; null: there is none, but
/// perhaps a builtin. Appends the keys that the answer rests on.
EffectStore::State::Entry* EffectStore::State::definition(
    NameSpace space, u32 name, std::vector<u64>& rests_on,
    std::optional<primitives::Primitive>& builtin, u64& key) {
  auto look = [&](NameSpace where) -> Entry* {
    key = key_of({where, name});
    auto found = entries.find(key);
    bool defined = found != entries.end() && found->second.kind != Kind::undefined;
    return defined ? &found->second : nullptr;
  };
  rests_on.push_back(key_of({space, name}));
  if (Entry* own = look(space)) return own;
  builtin = globals.builtin(space, name);
  if (builtin) return nullptr;
  if (space == NameSpace::user) {
    rests_on.push_back(key_of({NameSpace::library, name}));
    if (Entry* library = look(NameSpace::library)) return library;
  }
  globals.want_library_function(name);
  return look(NameSpace::library);
}

/// What a call of a global name comes to at present.
EffectFacts::Callee EffectStore::State::callee(NameSpace space, u32 name,
                                               std::vector<u64>& rests_on) {
  std::optional<primitives::Primitive> builtin;
  u64 key = 0;
  Entry* entry = definition(space, name, rests_on, builtin, key);
  if (builtin) {
    return {.kind = Callee::Kind::builtin, .builtin = *builtin, .effect = {}, .assigned = false};
  }
  if (entry == nullptr) return {};
  Callee result;
  result.assigned = entry->assigned;
  if (entry->kind == Kind::value || entry->assigned) return result;
  result.kind = Callee::Kind::function;
  if (entry->has_fact) {
    result.effect = entry->fact;
  } else {
    auto [assumption, is_new] = assumed.try_emplace(key);
    if (is_new) working.push_back(key);
    result.effect = assumption->second;
  }
  return result;
}

EffectWalk::Outcome EffectStore::State::infer(const core::Lambda& lambda, NameSpace space) {
  return EffectWalk(*this, space).run(lambda);
}

/// Gives facts to `root` and to every function that it reaches.
void EffectStore::State::infer_reachable(u64 root) {
  working.assign(1, root);
  assumed.clear();
  assumed.try_emplace(root);
  bool changed = true;
  auto visit = [&](u64 key) {
    FunctionEffect now = infer(*entries[key].lambda, entries[key].written_in).effect;
    FunctionEffect& before = assumed[key];
    if (now.effect == before.effect && now.as_arguments == before.as_arguments) return;
    before = now;
    changed = true;
  };
  // The first round finds who is reached; later ones go backwards, callees mostly first.
  for (size_t i = 0; i < working.size(); ++i) visit(working[i]);
  while (changed) {
    changed = false;
    for (size_t i = working.size(); i-- > 0;) visit(working[i]);
  }
  std::vector<u64> done = std::move(working);
  working.clear();
  for (u64 key : done) settle(key);
  assumed.clear();
}

void EffectStore::State::settle(u64 key) {
  EffectWalk::Outcome outcome = infer(*entries[key].lambda, entries[key].written_in);
  std::sort(outcome.rests_on.begin(), outcome.rests_on.end());
  outcome.rests_on.erase(std::unique(outcome.rests_on.begin(), outcome.rests_on.end()),
                         outcome.rests_on.end());
  for (u64 other : outcome.rests_on) entries[other].dependents.insert(key);
  Entry& entry = entries[key];
  entry.has_fact = true;
  entry.fact = assumed[key];
  entry.rests_on = std::move(outcome.rests_on);
}

void EffectStore::State::drop_fact(u64 key, Entry& entry) {
  for (u64 other : entry.rests_on) entries[other].dependents.erase(key);
  entry.rests_on.clear();
  entry.has_fact = false;
}

/// Drops every fact that rests on the name, and its own.
void EffectStore::State::invalidate(u64 key) {
  std::vector<u64> work{key};
  while (!work.empty()) {
    u64 at = work.back();
    work.pop_back();
    Entry& entry = entries[at];
    work.insert(work.end(), entry.dependents.begin(), entry.dependents.end());
    entry.dependents.clear();
    if (entry.has_fact) drop_fact(at, entry);
  }
}

void EffectStore::define_function(GlobalName name, const core::Lambda& lambda,
                                  NameSpace written_in) {
  State::Entry& entry = state_->entries[key_of(name)];
  entry.kind = State::Kind::function;
  entry.lambda = &lambda;
  entry.written_in = written_in;
  state_->invalidate(key_of(name));
}

void EffectStore::define_value(GlobalName name) {
  State::Entry& entry = state_->entries[key_of(name)];
  entry.kind = State::Kind::value;
  entry.lambda = nullptr;
  state_->invalidate(key_of(name));
}

void EffectStore::undefine(GlobalName name) {
  State::Entry& entry = state_->entries[key_of(name)];
  entry.kind = State::Kind::undefined;
  entry.lambda = nullptr;
  state_->invalidate(key_of(name));
}

void EffectStore::note_assigned(GlobalName name) {
  State::Entry& entry = state_->entries[key_of(name)];
  if (entry.assigned) return;
  entry.assigned = true;
  state_->invalidate(key_of(name));
}

FunctionEffect EffectStore::of(GlobalName name) {
  std::vector<u64> seen;
  state_->working.clear();
  state_->assumed.clear();
  EffectFacts::Callee callee = state_->callee(name.space, name.name, seen);
  switch (callee.kind) {
    case EffectFacts::Callee::Kind::builtin:
      return {.effect = Effect(u8(info(callee.builtin).effect)), .as_arguments = 0, .cause = {}};
    case EffectFacts::Callee::Kind::unknown:
      return {.effect = Effect::async, .as_arguments = 0, .cause = {}};
    case EffectFacts::Callee::Kind::function:
      break;
  }
  if (state_->working.empty()) return callee.effect;
  u64 key = state_->working.front();
  state_->infer_reachable(key);
  return state_->entries[key].fact;
}

FunctionEffect EffectStore::of(const core::Lambda& lambda, NameSpace space) {
  state_->working.clear();
  state_->assumed.clear();
  EffectWalk::Outcome outcome = state_->infer(lambda, space);
  while (!state_->working.empty()) {
    state_->infer_reachable(state_->working.front());
    outcome = state_->infer(lambda, space);
  }
  return outcome.effect;
}

EffectStore::Function EffectStore::function(GlobalName name) {
  std::vector<u64> seen;
  std::optional<primitives::Primitive> builtin;
  u64 key = 0;
  State::Entry* entry = state_->definition(name.space, name.name, seen, builtin, key);
  bool settled = entry != nullptr && entry->kind == State::Kind::function && !entry->assigned;
  return settled ? Function{entry->lambda, entry->written_in} : Function{};
}

std::vector<GlobalName> EffectStore::rests_on(GlobalName name) {
  of(name);
  std::vector<GlobalName> names;
  for (u64 key : state_->entries[key_of(name)].rests_on) names.push_back(name_of(key));
  return names;
}

size_t EffectStore::fact_count() const {
  return size_t(std::count_if(state_->entries.begin(), state_->entries.end(),
                              [](const auto& item) { return item.second.has_fact; }));
}

std::string describe(const EffectCause& cause, const base::NameTable& names) {
  std::string name = cause.name == 0 ? "" : " " + std::string(names.text(cause.name));
  switch (cause.kind) {
    case EffectCause::Kind::none:
      return "nothing it does has an effect";
    case EffectCause::Kind::builtin:
      if (name.empty() && cause.which && !info(*cause.which).internal())
        name = " " + std::string(info(*cause.which).name);
      return name.empty() ? "calls a builtin" : "calls the builtin" + name;
    case EffectCause::Kind::function:
      return "calls the function" + name;
    case EffectCause::Kind::unknown_call:
      return "calls a value that is not known";
    case EffectCause::Kind::unknown_global:
      return "calls" + name + ", which is not known to be a function";
    case EffectCause::Kind::receive:
      return "waits for messages";
    case EffectCause::Kind::assignment:
      return "assigns" +
             (name.empty() ? std::string(" a captured variable") : " the variable" + name);
    case EffectCause::Kind::assigned_variable:
      return "reads" +
             (name.empty() ? std::string(" a captured variable") : " the variable" + name) +
             ", which is assigned";
  }
  LITHE_UNREACHABLE();
}

namespace {

/// The parameters that a function's effect depends on: "f", "f and g".
std::string deciding_parameters(const core::Lambda& lambda, u64 as_arguments,
                                const base::NameTable& names) {
  std::string text;
  for (u32 i = 0; i < lambda.parameters.size(); i++) {
    if (!(as_arguments >> std::min(i, 63u) & 1)) continue;
    u64 name = lambda.parameters[i]->name;
    if (!text.empty()) text += " and ";
    text += name <= UINT32_MAX ? std::string(names.text(u32(name))) : "one without a name";
  }
  return text;
}

}  // namespace

std::string explain_effect(const FunctionEffect& effect, const core::Lambda* lambda,
                           const base::NameTable& names, const syntax::SourceMap& sources) {
  std::string text;
  if (effect.as_arguments != 0 && lambda != nullptr) {
    text = "it calls what it gets as " + deciding_parameters(*lambda, effect.as_arguments, names) +
           ", and is as that is; apart from that it is " +
           std::string(core::effect_names[u8(effect.effect)]);
  }
  if (effect.cause.kind == EffectCause::Kind::none) return text;
  text += (text.empty() ? "it " : ": it ") + describe(effect.cause, names);
  if (effect.cause.span.known()) text += " at " + syntax::render_place(effect.cause.span, sources);
  return text;
}

}  // namespace lithe::analysis
