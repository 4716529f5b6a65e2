// SPDX-License-Identifier: Apache-2.0
// Modules in a stream of forms: `module` at the top of a file, `import`.
#include <algorithm>
#include <utility>

#include "expand/expanded_forms.hpp"
#include "syntax/printer.hpp"

namespace lithe::expand {

namespace name = base::name;
using syntax::Datum;
using syntax::Diagnostic;

namespace {

constexpr std::string_view module_form = "(module name (export name …))";

Diagnostic error(syntax::Span span, std::string message) {
  return syntax::make_error("include-error", span, std::move(message));
}

bool is_name(const Datum& datum) {
  return datum.is_symbol() && datum.name <= UINT32_MAX && !datum.is_symbol(name::dot);
}

}  // namespace

bool ExpandedForms::importing() const {
  return std::any_of(open_.begin(), open_.end(),
                     [](const Open& file) { return file.how == How::imported; });
}

/// (import "path" :as m)
ExpandedForms::Wrong ExpandedForms::import(const Datum& form) {
  bool named = form.size == 4 && form[2].is_keyword(name::as) && is_name(form[3]);
  if ((form.size != 2 && !named) || !form[1].is(syntax::DatumKind::string)) {
    return error(form.span, "import: expected (import \"file\" :as name)");
  }
  if (open_.size() >= max_depth)
    return error(form.span, "import: files import each other too deeply");
  auto file = parts_.includer.open(std::string(form[1].text()), open_.back().path);
  if (!file) return error(form[1].span, "import: " + file.error());
  for (size_t i = 0; i < open_.size(); ++i) {
    if (open_[i].identity == file->identity) return cycle(form, *file, i);
  }
  u32 alias = named ? u32(form[3].name) : 0;
  u32 module = parts_.expander.modules().loaded(file->identity);
  if (module != Modules::program) return bind_alias(alias, module, form.span);
  Open& opened =
      push(std::move(file->path), std::move(file->identity), form.span, std::move(file->source));
  opened.how = How::imported;
  opened.alias = alias;
  return std::nullopt;
}

/// In the module in work; alias 0: the module's own name.
ExpandedForms::Wrong ExpandedForms::bind_alias(u32 alias, u32 module, syntax::Span span) {
  Modules& modules = parts_.expander.modules();
  std::string wrong;
  u32 called = alias != 0 ? alias : modules.name_of(module);
  if (!modules.add_alias(called, module, wrong)) return error(span, "import: " + wrong);
  announce(called, span);
  return std::nullopt;
}

void ExpandedForms::announce(u32 name, syntax::Span span) {
  announcement_arena_ = parts_.arenas.acquire();
  syntax::DatumBuilder build(*announcement_arena_);
  const Datum* quote = build.symbol(name::quote | Datum::builtin_bit, span);
  announced_ = build.list({quote, build.symbol(name, span)}, span);
}

/// 'name, as a form of the file that is being read.
syntax::Form ExpandedForms::announcement() {
  syntax::Form form;
  form.root = std::exchange(announced_, nullptr);
  form.arena = std::move(announcement_arena_);
  return form;
}

/// The first form of a file that is a module, or should be one.
ExpandedForms::Wrong ExpandedForms::begin_module(const Datum& form) {
  Open& file = open_.back();
  if (!form.is_call_of(name::module_)) return no_module(form.span);
  if (file.identity.empty() || file.how == How::included) {
    return error(form.span, "module: must be the first form of a file that is imported or run");
  }
  std::vector<Modules::Export> exports;
  Wrong wrong = exports_of(form, exports);
  if (!wrong) {
    std::string why;
    file.module = parts_.expander.modules().declare(u32(form[1].name), file.path, file.identity,
                                                    std::move(exports), why);
    if (file.module != Modules::program) {
      if (file.how == How::outermost) announce(u32(form[1].name), form.span);
      return std::nullopt;
    }
    wrong = error(form[1].span, "module: " + why);
  }
  if (file.how == How::imported) open_.pop_back();
  return wrong;
}

ExpandedForms::Wrong ExpandedForms::exports_of(const Datum& form,
                                               std::vector<Modules::Export>& out) const {
  auto expected = [&](syntax::Span span) {
    return error(span, "module: expected " + std::string(module_form));
  };
  if (form.size < 2 || form.size > 3 || !is_name(form[1])) return expected(form.span);
  if (form.size == 2) return std::nullopt;
  if (!form[2].is_call_of(name::export_)) return expected(form[2].span);
  for (const Datum* one : form[2].children().subspan(1)) {
    if (!is_name(*one)) {
      return error(one->span, "module: expected the name of what is exported, got " +
                                  syntax::excerpt_for_message(syntax::print(*one, parts_.names)));
    }
    u32 exported = u32(one->name);
    bool again = std::any_of(out.begin(), out.end(),
                             [&](const Modules::Export& e) { return e.name == exported; });
    if (again) {
      return error(one->span,
                   "module: '" + std::string(parts_.names.text(exported)) + "' is exported twice");
    }
    out.push_back({exported, one->span});
  }
  return std::nullopt;
}

/// An imported file that does not begin as a module does. Nothing of it is used.
ExpandedForms::Wrong ExpandedForms::no_module(syntax::Span span) {
  Diagnostic wrong = error(open_.back().included_at, "import: " + open_.back().path +
                                                         " is no module: it must begin with " +
                                                         std::string(module_form));
  if (span.known()) wrong.notes.push_back({span, "it begins with this"});
  open_.pop_back();
  return wrong;
}

/// A file has ended. Called again after an error.
ExpandedForms::Wrong ExpandedForms::close() {
  Open& file = open_.back();
  if (file.how == How::imported && !file.begun) return no_module({});
  if (file.how == How::included || file.module == Modules::program) return std::nullopt;
  Modules& modules = parts_.expander.modules();
  u32 module = file.module;
  export_records(module);
  std::vector<Modules::Export> missing = modules.finish(module, file.sound);
  if (file.how == How::imported) {
    u32 alias = file.alias;
    syntax::Span span = file.included_at;
    file.how = How::included;  // done; next() closes it
    Modules::Entered entered(modules, open_[open_.size() - 2].module);
    if (Wrong wrong = bind_alias(alias, module, span)) return wrong;
  } else {
    file.module = Modules::program;
  }
  if (missing.empty()) return std::nullopt;
  announced_ = nullptr;
  auto text = [&](u32 id) { return "'" + std::string(parts_.names.text(id)) + "'"; };
  Diagnostic wrong =
      error(missing[0].span, "module: " + std::string(parts_.names.text(modules.name_of(module))) +
                                 " exports " + text(missing[0].name) + ", but does not define it");
  for (size_t i = 1; i < missing.size(); ++i)
    wrong.notes.push_back({missing[i].span, "nor " + text(missing[i].name)});
  return wrong;
}

/// Who exports a record exports its functions.
void ExpandedForms::export_records(u32 module) {
  Modules& modules = parts_.expander.modules();
  Modules::Entered entered(modules, module);
  for (u32 exported : modules.exports_of(module)) {
    const RecordShape* record = parts_.expander.record(modules.meaning(exported));
    if (record == nullptr) continue;
    std::string constructor(parts_.names.text(exported));
    modules.also_export(module, parts_.names.intern(constructor + "?"));
    for (u32 field : record->fields) {
      std::string accessor = constructor + "-" + std::string(parts_.names.text(field));
      modules.also_export(module, parts_.names.intern(accessor));
    }
  }
}

}  // namespace lithe::expand
