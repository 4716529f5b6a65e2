// SPDX-License-Identifier: Apache-2.0
// From text to something that can be called: the pipeline's stages in their order, for
// top-level forms, eval, macros and the standard library.

#include <algorithm>
#include <string>

#include "heap/unit_registry.hpp"
#include "process/failure.hpp"
#include "runtime/data.hpp"
#include "runtime/jit.hpp"
#include "runtime/main_task.hpp"
#include "runtime/runtime.hpp"
#include "syntax/map_keys.hpp"
#include "syntax/reader.hpp"
#include "syntax/special_forms.hpp"
#include "value/object.hpp"
#include "vm/loader.hpp"
#include "vm/process_watcher.hpp"

namespace lithe::runtime {

using analysis::NameSpace;
using syntax::Datum;
using syntax::Diagnostic;

namespace {

constexpr u64 least_code_bytes = u64{1} << 16;

/// Sets the macros' process for as long as something is expanded.
class Expanding {
 public:
  Expanding(MacroTable& macros, process::Process& process)
      : macros_(macros), before_(macros.set_process(&process)) {}
  ~Expanding() { macros_.set_process(before_); }

 private:
  MacroTable& macros_;
  process::Process* before_;
};

}  // namespace

base::Result<std::shared_ptr<core::CoreUnit>, Diagnostic> Runtime::analyze(const Datum& form,
                                                                           NameSpace space) {
  if (spare_unit_ && spare_unit_.use_count() == 1) {
    spare_unit_->reset();
  } else {
    spare_unit_ = std::make_shared<core::CoreUnit>();
  }
  std::shared_ptr<core::CoreUnit> unit = spare_unit_;
  auto done = analyzer_.analyze(form, space, *unit);
  if (!done) {
    Diagnostic diagnostic = std::move(done).error();
    expander_.add_expansion_notes(diagnostic);
    return base::failure(std::move(diagnostic));
  }
  for (u32 name : unit->assigned_globals) effects_.note_assigned({space, name});
  return unit;
}

base::Result<std::shared_ptr<core::CoreUnit>, Diagnostic> Runtime::analyze(
    const syntax::Form& form) {
  expand::Modules::Entered entered(expander_.modules(), form.module);
  return analyze(*form.root, NameSpace::user);
}

bool Runtime::load_form(process::Process& process, const syntax::Form& form, vm::TopLevel& out,
                        Diagnostic& error) {
  auto unit = analyze(form);
  if (!unit) {
    error = unit.error();
    return false;
  }
  process.owner = &machine_;
  if (vm::load_top_level(process, unit.value(), false, out)) return true;
  error = diagnose(process);
  if (error.span.line == 0) error.span = form.root->span;
  return false;
}

bool Runtime::resolve(u64& symbol, std::string& wrong) const {
  auto& self = const_cast<Runtime&>(*this);  // looking a name up changes nothing that can be told
  return self.expander_.modules().resolve(symbol, wrong);
}

bool Runtime::resolve_definition(u64& symbol, std::string& wrong) const {
  auto& self = const_cast<Runtime&>(*this);  // analysis notes what a module defines
  return self.expander_.modules().resolve_definition(symbol, wrong);
}

expand::ExpandedForms::Parts Runtime::pipeline_parts() {
  return {names_, sources_, expander_, *includer_, included_, arenas_};
}

void Runtime::set_error(process::Process& process, const Diagnostic& diagnostic) {
  u32 kind = names_.intern(diagnostic.kind);
  Value error = process.heap.make_error(Value::keyword(kind), diagnostic.message);
  const syntax::Span& span = diagnostic.span;
  process.make_failure().start(error, {span.source, span.line, span.column, span.length});
}

Value Runtime::fail_unless_over(process::Process& process, base::Watcher& watcher,
                                std::string_view kind, std::string message) {
  bool over = watcher.is_over();
  set_error(process, over ? syntax::make_error("interrupted", {}, "interrupted")
                          : syntax::make_error(kind, {}, std::move(message)));
  return Value::error();
}

Value Runtime::evaluate(process::Process& process, std::span<Value> slots) {
  base::Arena arena;
  vm::ProcessWatcher watcher(process, *this);
  GivenData data(process.heap, watcher);
  auto datum = data.take(slots[0], arena, {});
  if (!datum) {
    return fail_unless_over(process, watcher, "type",
                            "eval: program text cannot hold " + datum.error());
  }
  return evaluate_datum(process, *datum.value(), arena);
}

void Runtime::collect_retired(process::Process& process) {
  if (!units_.should_collect()) return;
  process.heap.collect_major();
  units_.collected();
  processes_.for_each([this](process::Process& other) {
    Task& task = Task::of(other);
    if (task.idles() && other.heap.holds_up_units()) note_waiting(task);
  });
}

Value Runtime::evaluate_datum(process::Process& process, const Datum& datum, base::Arena& arena) {
  collect_retired(process);
  u64 room = 16 * arena.bytes_reserved() + least_code_bytes;
  if (!account_.has_room(room) && !process.heap.has_room(room)) {
    set_error(process, syntax::make_error("out-of-memory", {}, "no memory for more code"));
    return Value::error();
  }
  Expanding expanding(macros_, process);
  expand::Modules::Entered entered(expander_.modules(), expand::Modules::program);
  auto expanded = expander_.expand(datum, arena);
  if (!expanded) {
    set_error(process, expanded.error());
    return Value::error();
  }
  auto unit = analyze(*expanded.value(), NameSpace::user);
  if (!unit) {
    set_error(process, unit.error());
    return Value::error();
  }
  Value closure = vm::load_evaluated(process, unit.value());
  if (closure == Value::error()) return closure;
  process.exec.tail_callee = closure.bits();
  process.exec.tail_arguments = 0;
  return Value::call();
}

namespace {

/// Reads all forms of a text. => false: `error` says what is wrong with the first bad one.
bool read_all(Runtime& runtime, std::string_view text, std::vector<syntax::Form>& forms,
              Diagnostic& error) {
  // A text with room for itself may make names of all of it.
  if (!runtime.has_room_for_names(text.size())) {
    error =
        syntax::make_error("limit", {}, "the program's names take all the memory that they may");
    error.span.line = error.span.column = 1;
    return false;
  }
  // A form of names of one letter takes about so much for each byte of its text.
  constexpr u64 bytes_of_data = 40;
  if (!runtime.account().has_room(text.size() * bytes_of_data)) {
    error = syntax::make_error("out-of-memory", {}, "no memory for what the text would become");
    error.span.line = error.span.column = 1;
    return false;
  }
  syntax::TextSource source("<spawned text>", std::string(text), syntax::TextSource::Keep::snippet);
  syntax::Reader reader(runtime.names(), runtime.sources(), source);
  while (auto form = reader.next()) {
    if (!*form) {
      error = form->error();
      return false;
    }
    forms.push_back(std::move(*form).value());
  }
  return true;
}

}  // namespace

Value Runtime::read_datum(process::Process& process, std::string_view text) {
  vm::ProcessWatcher watcher(process, *this);
  std::vector<syntax::Form> forms;
  Diagnostic error;
  bool good = read_all(*this, text, forms, error);
  if (good && forms.empty()) return Value::nil();
  if (good) {
    if (auto repeated = syntax::repeated_key_in_data(*forms[0].root, &watcher)) {
      error = syntax::repeated_key_error(*repeated, names_);
      good = false;
    }
  }
  if (!good) {
    // The place in the text goes into the message: the error's own is that of the call.
    error.message = "read: line " + std::to_string(error.span.line) + ", column " +
                    std::to_string(error.span.column) + " of the text: " + error.message;
    error.span = {};
    set_error(process, error);
    return Value::error();
  }
  Value given = GivenData(process.heap, watcher).give(*forms[0].root);
  if (given != Value::error()) return given;
  return fail_unless_over(process, watcher, "out-of-memory", "read: no memory for the datum");
}

Value Runtime::evaluate_text(process::Process& process, std::string_view text) {
  std::vector<syntax::Form> forms;
  Diagnostic error;
  if (!read_all(*this, text, forms, error)) {
    set_error(process, error);
    return Value::error();
  }
  base::Arena arena;
  syntax::DatumBuilder build(arena);
  std::vector<const Datum*> items{build.symbol(base::name::begin, {})};
  for (const syntax::Form& form : forms) items.push_back(form.root);
  if (forms.empty()) items.push_back(build.nil({}));
  return evaluate_datum(process, *build.list(items, {}), arena);
}

Value Runtime::macroexpand(process::Process& process, Value value) {
  base::Arena arena;
  vm::ProcessWatcher watcher(process, *this);
  GivenData data(process.heap, watcher);
  auto datum = data.take(value, arena, {});
  if (!datum) {
    return fail_unless_over(process, watcher, "type",
                            "macroexpand: program text cannot hold " + datum.error());
  }
  Expanding expanding(macros_, process);
  expand::Modules::Entered entered(expander_.modules(), expand::Modules::program);
  auto expanded = expander_.expand(*datum.value(), arena);
  if (!expanded) {
    set_error(process, expanded.error());
    return Value::error();
  }
  Value given = data.give(*expanded.value());
  if (given != Value::error()) return given;
  return fail_unless_over(process, watcher, "out-of-memory", "macroexpand: no memory for it");
}

// ---- Names -------------------------------------------------------------------------------

std::optional<primitives::Primitive> Runtime::builtin(NameSpace space, u32 name) const {
  auto found = primitive_names_.find(name);
  if (!found || space == NameSpace::library) return found;
  if (info(*found).internal()) return std::nullopt;
  const vm::Cell* cell = cells_.find_user(name);
  return cell && cell->user_defined ? std::nullopt : found;
}

bool Runtime::means_library(u32 name) const {
  auto& self = const_cast<Runtime&>(*this);  // the index of the library is made when first asked
  const vm::Cell* cell = cells_.find_user(name);
  if (cell && cell->user_defined) return false;
  return builtin(NameSpace::user, name).has_value() || self.in_library(name);
}

bool Runtime::load_library(process::Process& process, vm::Cell& cell) {
  const LibraryEntry* entry = library_.find(cell.name);
  if (!entry) {
    std::string message(names_.text(cell.name));
    if (macros_.is_macro(cell.name)) {
      message = "'" + message +
                "' is a macro, not a value; what calls it must stand below its definition";
    } else if (cell.name == base::name::dot) {
      message = "a '.' stands in a list of parameters, or in a pattern";
    } else {
      message = undefined(cell.name);
    }
    Value error = process.heap.make_error(Value::keyword(base::name::unbound), message);
    process.make_failure().start(error, {});
    return false;
  }
  load_library_entry(*entry, cell);
  return true;
}

void Runtime::load_library_entry(const LibraryEntry& entry, vm::Cell& cell) {
  std::string text(entry.line - 1, '\n');
  text += entry.text;
  vm::LoadedFunction made = load_internal("lib/" + std::string(entry.file), std::move(text));
  const core::Node& lambda = *vm::code_of(made.closure)->lambda;
  std::lock_guard lock(cells_.publication);
  cell.unit = made.unit;
  cell.value.store(made.closure.bits(), std::memory_order_release);
  cell.code.store(vm::code_of(made.closure), std::memory_order_release);
  cell.plain.store(true, std::memory_order_release);
  effects_.define_function({NameSpace::library, cell.name}, core::as<core::Lambda>(lambda));
}

vm::LoadedFunction Runtime::load_internal(const std::string& file, std::string text) {
  syntax::TextSource source(file, std::move(text), syntax::TextSource::Keep::snippet);
  syntax::Reader reader(names_, sources_, source);
  auto form = reader.next();
  LITHE_CHECK(form && *form);
  auto unit = analyze(*form->value().root, NameSpace::library);
  LITHE_CHECK(unit);
  const core::Node& body = *unit.value()->top->body;
  LITHE_CHECK(body.kind == core::NodeKind::define_global);
  const core::Node& lambda = *core::as<core::DefineGlobal>(body).value;
  LITHE_CHECK(lambda.kind == core::NodeKind::lambda);
  return vm::load_function(*this, machine_.jit, unit.value(), lambda, true);
}

void Runtime::want_library_function(u32 name) const {
  auto& self = const_cast<Runtime&>(*this);  // loading changes nothing that can be told
  const LibraryEntry* entry = self.library_.find(name);
  if (!entry) return;
  vm::Cell& cell = self.cells_.library(name);
  if (Value::from_bits(cell.value.load()) == Value::unbound()) {
    self.load_library_entry(*entry, cell);
  }
}

void Runtime::redefined(vm::Cell& cell) {
  macros_.forget_macro(cell.name);
  Value v = Value::from_bits(cell.value.load(std::memory_order_acquire));
  analysis::GlobalName name{NameSpace::user, cell.name};
  if (value::is_kind(v, value::Kind::closure)) {
    const vm::Code* code = vm::code_of(v);
    NameSpace written_in = code->library ? NameSpace::library : NameSpace::user;
    effects_.define_function(name, core::as<core::Lambda>(*code->lambda), written_in);
  } else {
    effects_.define_value(name);
  }
  vm::invalidate_dependents(*this, cell);
  if (jit_) jit_->redefined(cell);
}

std::string_view Runtime::closure_name(const value::Object* closure) {
  auto* code = reinterpret_cast<const vm::Code*>(closure->words()[0]);
  return code->name ? names_.text(code->name) : std::string_view();
}

std::string_view Runtime::builtin_name(u32 index) { return primitives::table[index].name; }

// ---- About functions ---------------------------------------------------------------------

namespace {

/// The doc lines without their semicolons.
std::string plain_text(std::string_view comment) {
  std::string text;
  while (!comment.empty()) {
    std::size_t end = std::min(comment.find('\n'), comment.size());
    std::string_view line = comment.substr(0, end);
    comment.remove_prefix(std::min(end + 1, comment.size()));
    while (line.starts_with(';')) line.remove_prefix(1);
    if (line.starts_with(' ')) line.remove_prefix(1);
    if (!text.empty()) text += '\n';
    text += line;
  }
  return text;
}

/// The lines of ;; directly above a definition that begins its line, as the library has them.
/// Empty: there are none, or the text is no longer known.
std::string comment_above(const syntax::SourceMap& sources, Value closure) {
  constexpr size_t most_bytes = 1000, most_lines = 100;
  syntax::Span span = core::as<core::Lambda>(*vm::code_of(closure)->lambda).span;
  std::vector<std::string> lines;
  while (span.column == 1 && --span.line > 0 && lines.size() < most_lines) {
    auto line = sources.excerpt(span.source, span.line, 1, most_bytes);
    if (!line || !line->text.starts_with(";;")) break;
    lines.push_back(std::move(line->text));
  }
  std::string text;
  for (; !lines.empty(); lines.pop_back()) text += lines.back() + "\n";
  return plain_text(text);
}

}  // namespace

bool Runtime::documentation(std::string_view name, std::string& out) {
  if (auto id = names_.find(name)) {
    const vm::Cell* cell = cells_.find_user(*id);
    const HostFunction* host =
        cell ? host_functions_.find(Value::from_bits(cell->value.load())) : nullptr;
    if (host && !host->doc.empty()) {
      out = host->doc;
      return true;
    }
    Value own = macros_.closure(*id);
    if (own == Value::unbound() && cell && cell->user_defined)
      own = Value::from_bits(cell->value.load(std::memory_order_acquire));
    if (value::is_kind(own, value::Kind::closure)) {
      out = comment_above(sources_, own);
      if (!out.empty()) return true;
    }
    if (const expand::RecordShape* record = expander_.record(*id)) {
      out = record->signature + " => record of the type " + std::string(name);
      return true;
    }
    if (auto primitive = primitive_names_.find(*id); primitive && !info(*primitive).internal()) {
      out = info(*primitive).doc;
      return true;
    }
    if (std::string_view form = syntax::special_form_doc(*id); !form.empty()) {
      out = form;
      return true;
    }
  }
  const LibraryEntry* entry = library_.find(name);
  if (!entry || entry->documentation.empty()) return false;
  out = plain_text(entry->documentation);
  return true;
}

void Runtime::defined_names(std::vector<std::string_view>& out) {
  for (vm::Cell* cell : cells_.all_user()) {
    if (cell->user_defined) out.push_back(names_.text(cell->name));
  }
  for (const syntax::SpecialForm& form : syntax::special_form_rows)
    out.push_back(base::predefined_names[form.name]);
  macros_.for_each([&](u32 name) { out.push_back(names_.text(name)); });
  library_.for_each([&](std::string_view name, const LibraryEntry&) { out.push_back(name); });
}

std::string_view Runtime::source_name(u32 source) {
  if (source == 0) return {};
  std::unique_ptr<std::string>& name = source_names_[source];
  if (!name) name = std::make_unique<std::string>(sources_.name(source));
  return *name;
}

std::optional<analysis::GlobalName> Runtime::global_of(Value v) {
  u32 name = 0;
  if (v.is_symbol() && !v.is_sub(Value::Sub::gensym)) {
    name = v.name();
  } else if (v.is_builtin()) {
    name = primitive_names_.name_of(primitives::Primitive(v.payload()));
  } else {
    return std::nullopt;
  }
  const vm::Cell* cell = cells_.find_user(name);
  bool user = cell && cell->user_defined;
  return analysis::GlobalName{user ? NameSpace::user : NameSpace::library, name};
}

namespace {

analysis::FunctionEffect effect_of_function(Runtime& runtime, Value v,
                                            std::optional<analysis::GlobalName> name) {
  if (v.is_builtin()) {
    return {.effect = core::Effect(primitives::table[v.payload()].effect), .cause = {}};
  }
  if (value::is_kind(v, value::Kind::closure)) {
    const vm::Code* code = vm::code_of(v);
    NameSpace space = code->library ? NameSpace::library : NameSpace::user;
    return runtime.effects().of(core::as<core::Lambda>(*code->lambda), space);
  }
  if (name) {
    if (auto primitive = runtime.primitive_names().find(name->name);
        primitive && name->space == NameSpace::library) {
      return {.effect = core::Effect(info(*primitive).effect), .cause = {}};
    }
    return runtime.effects().of(*name);
  }
  return {.effect = core::Effect::async, .cause = {}};
}

}  // namespace

std::string Runtime::effect_of(Value v) {
  analysis::FunctionEffect effect = effect_of_function(*this, v, global_of(v));
  return std::string(core::effect_names[u8(effect.worst())]);
}

bool Runtime::dump_native(std::string_view stage, vm::Code& code, std::string& out) {
  if (jit_) return jit_->dump(main_->process, stage, code, out);
  out = "there is no compiler: it is off, or its plugin was not found";
  return false;
}

std::string Runtime::explain(Value v) {
  if (v.is_symbol()) {
    if (auto name = global_of(v)) {
      vm::Cell& cell =
          name->space == NameSpace::user ? cells_.user(name->name) : cells_.library(name->name);
      const LibraryEntry* entry = library_.find(name->name);
      if (entry && name->space == NameSpace::library &&
          cell.value.load() == Value::unbound().bits())
        load_library_entry(*entry, cell);
      Value value = Value::from_bits(cell.value.load());
      if (value != Value::unbound()) {
        v = value;
      } else if (macros_.is_macro(name->name)) {
        return print(v, true) + " is a macro: it makes code of its arguments before that is run";
      } else if (analysis::is_special_form(name->name)) {
        return print(v, true) + " is a special form; (doc '" + print(v, true) +
               ") tells what it does";
      } else if (!primitive_names_.find(name->name)) {
        return undefined(name->name);
      }
    }
  }
  analysis::FunctionEffect effect = effect_of_function(*this, v, global_of(v));
  const core::Lambda* lambda = value::is_kind(v, value::Kind::closure)
                                   ? &core::as<core::Lambda>(*vm::code_of(v)->lambda)
                                   : nullptr;
  std::string text = print(v, true) + " is " + std::string(core::effect_names[u8(effect.worst())]);
  std::string why = analysis::explain_effect(effect, lambda, names_, sources_);
  if (!why.empty()) text += ": " + why;
  if (lambda == nullptr) return text + "; it is built in";
  const vm::Code* code = vm::current(vm::code_of(v));
  constexpr std::string_view tiers[] = {"not called yet", "interpreted, being counted",
                                        "interpreted", "interpreted, being compiled",
                                        "compiled to machine code"};
  text += "\ntier: " + std::string(tiers[u8(code->tier.load())]);
  if (code->refusal) text += "\nnot compiled: " + std::string(code->refusal);
  return text;
}

}  // namespace lithe::runtime
