// SPDX-License-Identifier: Apache-2.0
#include "runtime/check.hpp"

#include <algorithm>

#include "core/walk.hpp"
#include "runtime/library_files.hpp"
#include "value/object.hpp"
#include "vm/code.hpp"

namespace lithe::runtime {

using core::as;
using core::Node;
using core::NodeKind;

namespace {

/// Ends soon, has no effect and rests on what is known: nothing is called but builtins that have no
/// effect, nothing is read that `is_there` does not find, because what defines it was not run.
template <class IsThere>
bool is_plain(const Node& node, const IsThere& is_there) {
  std::vector<const Node*> waiting{&node};
  while (!waiting.empty()) {
    const Node* next = waiting.back();
    waiting.pop_back();
    if (next->kind == NodeKind::lambda) continue;  // it is made, not called
    if (next->effect != core::Effect::pure || next->kind == NodeKind::loop) return false;
    if (next->kind == NodeKind::global_ref && !is_there(as<core::GlobalRef>(*next).name))
      return false;
    core::for_each_child(*next, [&](const Node& child) { waiting.push_back(&child); });
  }
  return true;
}

/// Definitions, and constants such as the name that a form of definitions gives.
template <class IsThere>
bool only_defines(const Node& top, const IsThere& is_there) {
  std::vector<u32> own;
  auto known = [&](u32 name) {
    return is_there(name) || std::ranges::find(own, name) != own.end();
  };
  auto defines = [&](const Node& node) {
    if (node.kind != NodeKind::define_global) return node.kind == NodeKind::constant;
    bool plain = is_plain(*as<core::DefineGlobal>(node).value, known);
    own.push_back(as<core::DefineGlobal>(node).name);
    return plain;
  };
  if (top.kind != NodeKind::sequence) return defines(top);
  return std::ranges::all_of(as<core::Sequence>(top).items,
                             [&](const Node* item) { return defines(*item); });
}

}  // namespace

namespace {

std::string_view library_file(const std::string& path) {
  for (const LibraryFile& file : library_files()) {
    std::string ending = "lib/" + std::string(file.name);
    if (path == ending || path.ends_with("/" + ending)) return file.name;
  }
  return {};
}

}  // namespace

Checker::Checker(Runtime& runtime, const std::string& path)
    : runtime_(runtime),
      library_file_(library_file(path)),
      lint_(runtime.names(), runtime.sources(), runtime.effects(), *this) {
  runtime_.macros().watch([this](u32 name, const syntax::Datum& lambda, auto unit) {
    lint_.add_macro(name, lambda, std::move(unit));
  });
}

Checker::~Checker() { runtime_.macros().watch({}); }

bool Checker::wants_run(const syntax::Form& form) {
  auto unit = runtime_.analyze(form);
  if (!unit) {
    expand::Modules::Entered entered(runtime_.expander().modules(), form.module);
    u32 defined = runtime_.expander().modules().defined_by(*form.root);
    if (defined != expand::Modules::nothing) lint_.add_defined(defined);
    return true;
  }
  auto is_there = [this](u32 name) { return is_known(name) || is_defined(name); };
  bool run = only_defines(*(*unit)->top->body, is_there);
  lint_.add(*form.root, std::move(*unit));
  return run;
}

void Checker::note_error(const syntax::Diagnostic& diagnostic, u32 defined) {
  lint_.add(diagnostic);
  if (defined != expand::Modules::nothing) lint_.add_defined(defined);
  if (diagnostic.kind == "read-error" || diagnostic.kind == "include-error")
    lint_.note_missing_text();
}

bool Checker::is_known(u32 name) const {
  auto builtin = runtime_.primitive_names().find(name);
  bool visible = builtin && (!info(*builtin).internal() || !library_file_.empty());
  return visible || runtime_.in_library(name);
}

bool Checker::is_hidden_by_definition(u32 name) const {
  const LibraryEntry* own = library_file_.empty() ? nullptr : runtime_.library().find(name);
  return is_known(name) && !(own && own->file == library_file_);
}

bool Checker::is_defined(u32 name) const {
  const vm::Cell* cell = runtime_.cells().find_user(name);
  return cell && cell->user_defined;
}

std::optional<primitives::Arity> Checker::arity(u32 name, bool library) {
  const vm::Cell* cell = runtime_.cells().find_user(name);
  if (library || !cell || !cell->user_defined) {
    if (auto builtin = runtime_.primitive_names().find(name))
      return primitives::arity_of(info(*builtin));
    if (!runtime_.in_library(name)) return std::nullopt;
    runtime_.want_library_function(name);
    cell = &runtime_.cells().library(name);
  }
  Value function = Value::from_bits(cell->value.load());
  if (!value::is_kind(function, value::Kind::closure)) return std::nullopt;
  return analysis::arity_of(as<core::Lambda>(*vm::code_of(function)->lambda));
}

}  // namespace lithe::runtime
