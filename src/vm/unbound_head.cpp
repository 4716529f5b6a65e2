// SPDX-License-Identifier: Apache-2.0
#include "vm/unbound_head.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "core/core.hpp"
#include "core/walk.hpp"
#include "primitives/primitives.hpp"
#include "value/object.hpp"
#include "value/text.hpp"
#include "vm/cell.hpp"
#include "vm/globals.hpp"
#include "vm/runtime_services.hpp"

namespace lithe::vm {

namespace {

using process::Place;

struct Visited {
  const core::Node* node;
  u32 parent;  ///< index of the visited node that it is part of
};

bool has_no_value(const Cell& cell) {
  return Value::from_bits(cell.value.load(std::memory_order_acquire)) == Value::unbound();
}

bool stands_at(const core::Node& node, const Place& place) {
  const syntax::Span& span = node.span;
  return span.line == place.line && span.column == place.column && span.length == place.length &&
         span.source == place.source;
}

/// The nodes of a function, without those of functions in it, down to the first one at a place.
/// => false: there is none.
bool find_node(const Code& code, const Place& place, std::vector<Visited>& visited) {
  visited.push_back({code.lambda, 0});
  for (u32 at = 0; at < visited.size(); at++) {
    const core::Node& node = *visited[at].node;
    if (at > 0 && stands_at(node, place)) {
      visited.push_back(visited[at]);
      return true;
    }
    if (at > 0 && node.kind == core::NodeKind::lambda) continue;
    core::for_each_child(node, [&](core::Node& child) { visited.push_back({&child, at}); });
  }
  return false;
}

constexpr u32 message_word = 1;

/// Puts a text into the message of the error, which is new: a string of this process.
void insert_into_message(Process& process, std::size_t at, std::string_view text) {
  heap::Root error(process.heap, process.failure->value);
  std::string message(value::text(error.get().as_object()->get(message_word)));
  message.insert(std::min(at, message.size()), text);
  Value made = process.heap.make_string(message);
  if (made == Value::error()) {
    process.heap.take_refused();
    return;
  }
  process.heap.store(error.get().as_object(), message_word, made);
}

/// A call of recv with clauses in place of a time-out: several, which are no call of the builtin's
/// code, or one that calls what can hardly be a function.
bool is_recv_with_patterns(const core::Node& node, Runtime& runtime) {
  constexpr auto recv = primitives::Primitive::process_recv;
  if (node.kind == core::NodeKind::call) {
    const core::Node& callee = *core::as<core::Call>(node).callee;
    if (callee.kind != core::NodeKind::global_ref) return false;
    u32 name = core::as<core::GlobalRef>(callee).name;
    return runtime.primitive_names().find(name) == recv && !runtime.cells().user(name).user_defined;
  }
  if (node.kind != core::NodeKind::primitive_call) return false;
  const auto& call = core::as<core::PrimitiveCall>(node);
  if (call.primitive != u16(recv) || call.arguments.size() != 1) return false;
  if (call.arguments[0]->kind != core::NodeKind::call) return false;
  const core::Node& callee = *core::as<core::Call>(*call.arguments[0]).callee;
  if (callee.kind != core::NodeKind::global_ref) return callee.kind != core::NodeKind::local_ref;
  return has_no_value(runtime.cells().user(core::as<core::GlobalRef>(callee).name));
}

}  // namespace

Place blame_unbound_head(Process& process, const Code& code, const Place& failed) {
  bool suspicious =
      std::ranges::any_of(code.cell_list, [](const Cell* cell) { return has_no_value(*cell); });
  if (!suspicious || !value::is_kind(process.failure->value, value::Kind::error)) return {};
  std::vector<Visited> visited;
  if (!find_node(code, failed, visited)) return {};
  std::vector<const core::Call*> around;  // from the inside
  for (u32 at = visited.back().parent; at > 0; at = visited[at].parent) {
    const core::Node& node = *visited[at].node;
    if (node.kind != core::NodeKind::call) continue;
    const auto& call = core::as<core::Call>(node);
    if (call.callee->kind != core::NodeKind::global_ref) continue;
    if (!core::as<core::GlobalRef>(*call.callee).library) around.push_back(&call);
  }
  Cells& cells = Machine::of(process).runtime.cells();
  for (auto call = around.rbegin(); call != around.rend(); ++call) {
    Cell& cell = cells.user(core::as<core::GlobalRef>(*(*call)->callee).name);
    // Reading it sets the error, unless the library has it.
    if (!has_no_value(cell) || read_global(process, cell, false) != Value::error()) continue;
    const syntax::Span& span = (*call)->span;
    return {span.source, span.line, span.column, span.length};
  }
  return {};
}

void suggest_receive(Process& process, const Code& code, const Place& failed) {
  if (!value::is_kind(process.failure->value, value::Kind::error)) return;
  std::vector<Visited> visited;
  if (!find_node(code, failed, visited)) return;
  Runtime& runtime = Machine::of(process).runtime;
  for (u32 at = u32(visited.size()) - 1; at > 0; at = visited[at].parent) {
    if (!is_recv_with_patterns(*visited[at].node, runtime)) continue;
    return insert_into_message(process, std::string::npos,
                               "; recv takes a time-out, with patterns write (receive …)");
  }
}

void name_called(Process& process, const Code& code, const Place& failed) {
  std::vector<Visited> visited;
  if (!find_node(code, failed, visited)) return;
  const core::Node& node = *visited.back().node;
  if (node.kind != core::NodeKind::call) return;
  const core::Node& callee = *core::as<core::Call>(node).callee;
  Runtime& runtime = Machine::of(process).runtime;
  u32 name = 0;
  std::string_view further;
  if (callee.kind == core::NodeKind::global_ref) {
    name = core::as<core::GlobalRef>(callee).name;
    bool hides = runtime.primitive_names().find(name) || runtime.in_library(name);
    if (hides) further = ", which this program has defined anew";
  } else if (callee.kind == core::NodeKind::local_ref) {
    name = table_name(core::as<core::LocalRef>(callee).place.local->name);
  }
  if (name == 0) return;
  std::string_view message = value::text(process.failure->value.as_object()->get(message_word));
  insert_into_message(
      process, message.find("; write "),
      ", the value of " + std::string(runtime.names().text(name)) + std::string(further));
}

}  // namespace lithe::vm
