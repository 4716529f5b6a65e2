// SPDX-License-Identifier: Apache-2.0
// What locals are bound to, and those that nothing reads.
#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "analysis/lint.hpp"
#include "core/walk.hpp"

namespace lithe::analysis {

using core::as;
using core::Node;
using core::NodeKind;
using syntax::Datum;
using syntax::Severity;
using syntax::Span;

namespace {

u32 code_points(std::string_view text) {
  return u32(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

Lint::LocalValues Lint::values_of(const Node& top) {
  LocalValues values;
  core::for_each_node(top, [&](const Node& node) {
    if (node.kind == NodeKind::set_local) {
      const auto& set = as<core::SetLocal>(node);
      if (set.place.local->assigned_once) values[set.place.local] = set.value;
    }
    if (node.kind != NodeKind::let) return;
    for (const core::Binding& binding : as<core::Let>(node).bindings) {
      if (binding.local != nullptr && binding.init != nullptr && !binding.local->assigned)
        values[binding.local] = binding.init;
    }
  });
  return values;
}

/// What a node's value is that of, through locals that are bound once.
const Node& Lint::known(const Node& node, const LocalValues& values) {
  constexpr int most_steps = 100;  // definitions of a body may name each other in a circle
  const Node* at = &node;
  for (int step = 0; step < most_steps; ++step) {
    const core::Local* local = at->kind == NodeKind::local_ref ? as<core::LocalRef>(*at).place.local
                               : at->kind == NodeKind::self_ref ? as<core::SelfRef>(*at).place.local
                                                                : nullptr;
    auto found = local == nullptr ? values.end() : values.find(local);
    if (found == values.end()) break;
    at = found->second;
  }
  return *at;
}

/// Whether the name stands in the program where it is bound. What a macro makes has the place of
/// the macro's call.
bool Lint::is_written(const core::Local& local) const {
  constexpr u64 made = Datum::gensym_bit | Datum::builtin_bit | Datum::resolved_bit;
  if (local.synthetic || (local.name & made) != 0 || !local.span.known()) return false;
  return local.span.length == code_points(names_.text(u32(local.name)));
}

/// Locals of let, match and named let, and parameters, that nothing reads. What a function does
/// with itself, as a call in its own body, is no use of it.
void Lint::unused(const Node& top) {
  struct Bound {
    const core::Local* local;
    bool shared;  ///< by the alternatives of a pattern, each of which has its own, and reads it
  };
  absl::flat_hash_set<const core::Local*> read;
  std::vector<Bound> bound;
  core::for_each_node(top, [&](const Node& node) {
    auto note = [&](std::span<const core::Binding> bindings) {
      for (const core::Binding& binding : bindings) {
        if (binding.local != nullptr) bound.push_back({binding.local, !binding.init});
      }
    };
    if (node.kind == NodeKind::local_ref) read.insert(as<core::LocalRef>(node).place.local);
    if (node.kind == NodeKind::let) note(as<core::Let>(node).bindings);
    if (node.kind == NodeKind::loop) note(as<core::Loop>(node).bindings);
    if (node.kind != NodeKind::lambda) return;
    const auto& lambda = as<core::Lambda>(node);
    for (const core::Local* parameter : lambda.parameters) bound.push_back({parameter, false});
    if (lambda.rest != nullptr) bound.push_back({lambda.rest, false});
  });
  // A macro may bind what it was given in several places, and read it in one of them.
  auto place = [](const Span& span) { return std::tuple(span.source, span.line, span.column); };
  std::set<std::tuple<u32, u32, u32>> read_places;
  for (const core::Local* local : read) read_places.insert(place(local->span));
  for (auto [local, shared] : bound) {
    bool is_read = shared ? read.contains(local) : read_places.contains(place(local->span));
    if (is_read || !is_written(*local)) continue;
    std::string text(names_.text(u32(local->name)));
    if (text.starts_with('_')) continue;
    find(Severity::warning, local->span,
         text + " is never read; a name that begins with _ may be unused");
  }
}

}  // namespace lithe::analysis
