// SPDX-License-Identifier: Apache-2.0

#include "runtime/macros.hpp"

#include <algorithm>

#include "core/core.hpp"
#include "process/failure.hpp"
#include "runtime/data.hpp"
#include "runtime/runtime.hpp"
#include "syntax/map_keys.hpp"
#include "vm/loader.hpp"
#include "vm/process_watcher.hpp"

namespace lithe::runtime {

using syntax::Datum;
using syntax::Diagnostic;

base::Result<void, Diagnostic> MacroTable::define_macro(u32 name, const Datum& lambda) {
  auto unit = runtime_.analyze(lambda, analysis::NameSpace::user);
  if (!unit) return base::failure(std::move(unit).error());
  core::Node& node = *unit.value()->top->body;
  LITHE_CHECK(node.kind == core::NodeKind::lambda);
  static_cast<core::Lambda&>(node).name = name;
  vm::LoadedFunction made =
      vm::load_function(runtime_, runtime_.machine().jit, unit.value(), node, false);
  forget_macro(name);
  macros_[name] = {made.closure, made.unit};
  if (watcher_) watcher_(name, lambda, unit.value());
  return {};
}

void MacroTable::forget_macro(u32 name) {
  auto found = macros_.find(name);
  if (found == macros_.end()) return;
  runtime_.units().retire(found->second.unit);
  macros_.erase(found);
}

base::Result<const Datum*, Diagnostic> MacroTable::expand(u32 name, const Datum& form,
                                                          base::Arena& arena) {
  LITHE_CHECK(process_);
  process::Process& process = *process_;
  auto fail = [&](std::string message) {
    return base::failure(syntax::make_error("macro", form.span, std::move(message)));
  };
  vm::ProcessWatcher watcher(process, runtime_);
  auto fail_unless_over = [&](std::string message) {
    return watcher.is_over()
               ? base::failure(syntax::make_error("interrupted", form.span, "interrupted"))
               : fail(std::move(message));
  };
  if (auto repeated = syntax::repeated_key_in_data(form, &watcher)) {
    return base::failure(syntax::repeated_key_error(*repeated, runtime_.names()));
  }
  GivenData data(process.heap, watcher);
  heap::RootVector arguments(process.heap);
  for (u32 i = 1; i < form.size; i++) {
    Value given = data.give(form[i]);
    if (given == Value::error()) {
      return fail_unless_over("no memory for the arguments of the macro");
    }
    arguments.push_back(given);
  }
  u32 count = u32(arguments.size());
  u64* top = process.exec.stack_top;
  if (top + count + 8 > process.stack_end && !process.grow_stack(top, count + 8)) {
    return fail("no memory for the arguments of the macro");
  }
  top = process.exec.stack_top;
  for (u32 i = 0; i < count; i++) top[i] = arguments[i].bits();
  process.no_wait++;
  vm::Outcome outcome = runtime_.machine().call(process, macros_.at(name).closure, count);
  process.no_wait--;
  if (outcome.status == process::Status::exit) return fail("the process is ending");
  if (outcome.status == process::Status::error) {
    Diagnostic diagnostic = runtime_.diagnose(process);
    if (diagnostic.span.line == 0) diagnostic.span = form.span;
    return base::failure(std::move(diagnostic));
  }
  auto result = data.take(Value::from_bits(outcome.value), arena, form.span);
  if (!result) {
    return fail_unless_over("a macro must give program text, but this one gave " + result.error());
  }
  return result.value();
}

bool MacroTable::is_library_name(u32 name) const {
  auto builtin = runtime_.primitive_names().find(name);
  return (builtin && !info(*builtin).internal()) || runtime_.in_library(name);
}

bool MacroTable::is_library_namespace(std::string_view text) const {
  auto begins = [&](std::string_view name) {
    return name.size() > text.size() && name.starts_with(text) && name[text.size()] == '/';
  };
  auto row_begins = [&](const auto& row) { return begins(row.name); };
  bool found = std::ranges::any_of(primitives::table, row_begins) ||
               std::ranges::any_of(primitives::aliases, row_begins);
  runtime_.library().for_each(
      [&](std::string_view name, const LibraryEntry&) { found = found || begins(name); });
  return found;
}

u64 MacroTable::fresh_gensym() { return runtime_.next_gensym(); }

}  // namespace lithe::runtime
