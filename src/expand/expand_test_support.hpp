// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

#include "expand/expander.hpp"
#include "syntax/char_source.hpp"
#include "syntax/printer.hpp"
#include "syntax/reader.hpp"
#include "syntax/source_map.hpp"

namespace lithe::expand {

/// Macros in C++. A macro that is defined by a text gives its last argument.
class TestEvaluator : public Evaluator {
 public:
  using Datum = syntax::Datum;
  using Macro = std::function<const Datum*(const Datum& form, syntax::DatumBuilder&)>;

  explicit TestEvaluator(base::NameTable& table) : names(table) {
    auto symbol = [this](const char* text) { return u64(names.intern(text)); };
    macros["twice"] = [=](const Datum& form, syntax::DatumBuilder& build) {
      return build.list({build.symbol(symbol("+"), form.span), &form[1], &form[1]}, form.span);
    };
    macros["quiet"] = [=](const Datum& form, syntax::DatumBuilder& build) {
      std::vector<const Datum*> items(form.items, form.items + form.size);
      items[0] = build.symbol(symbol("begin"), form.span);
      return build.list(items, form.span);
    };
    macros["define-it"] = [=](const Datum& form, syntax::DatumBuilder& build) {
      return build.list(
          {build.symbol(symbol("def"), form.span), &form[1], build.integer(1, form.span)},
          form.span);
    };
    macros["forever"] = [](const Datum& form, syntax::DatumBuilder&) { return &form; };
    macros["doubling"] = [=](const Datum& form, syntax::DatumBuilder& build) {
      return build.list({build.symbol(symbol("begin"), form.span), &form, &form}, form.span);
    };
    macros["growing"] = [=](const Datum& form, syntax::DatumBuilder& build) {
      const Datum* more = build.list({&form[1], &form[1]}, form.span);
      return build.list({&form[0], more}, form.span);
    };
    macros["failing"] = [](const Datum&, syntax::DatumBuilder&) { return nullptr; };
  }

  bool is_macro(u32 name) const override {
    return macros.count(std::string(names.text(name))) != 0;
  }

  base::Result<void, syntax::Diagnostic> define_macro(u32 name, const Datum& lambda) override {
    std::string text(names.text(name));
    if (text == "bad")
      return base::failure(syntax::make_error("macro-error", lambda.span, "bad is refused"));
    defined[text] = syntax::print(lambda, names);
    macros[text] = [](const Datum& form, syntax::DatumBuilder&) { return &form[form.size - 1]; };
    return {};
  }

  void forget_macro(u32 name) override { macros.erase(std::string(names.text(name))); }

  base::Result<const Datum*, syntax::Diagnostic> expand(u32 name, const Datum& form,
                                                        base::Arena& arena) override {
    syntax::DatumBuilder build(arena);
    std::string text(names.text(name));
    if (const Datum* made = macros[text](form, build)) return made;
    return base::failure(syntax::make_error("macro-error", form.span, text + " failed"));
  }

  bool is_library_name(u32 name) const override { return names.text(name) == "list/map"; }
  u64 fresh_gensym() override { return ++gensyms; }

  base::NameTable& names;
  std::map<std::string, Macro> macros;
  std::map<std::string, std::string> defined;
  u64 gensyms = 0;
};

class TestWorld {
 public:
  explicit TestWorld(Limits limits = {.stack_bytes = size_t{4} << 20})
      : evaluator(names), expander(names, evaluator, limits) {}

  syntax::Form read(const std::string& text) {
    syntax::TextSource source("test.lt", text, syntax::TextSource::Keep::file);
    syntax::Reader reader(names, sources, source);
    auto form = reader.next();
    if (!form.has_value() || !*form) {
      throw std::runtime_error("cannot read " + text + (form ? ": " + shown(form->error()) : ""));
    }
    return std::move(*form).value();
  }

  /// The expansion of the first form, or `line:column: message` and its notes.
  std::string expand(const std::string& text) {
    syntax::Form form = read(text);
    evaluator.gensyms = 0;
    auto result = expander.expand(*form.root, *form.arena);
    return result ? syntax::print(**result, names) : shown(result.error());
  }

  static std::string shown(const syntax::Diagnostic& diagnostic) {
    auto place = [](const syntax::Span& span) {
      return std::to_string(span.line) + ":" + std::to_string(span.column) + ": ";
    };
    std::string text = place(diagnostic.span) + diagnostic.message;
    for (const syntax::Note& note : diagnostic.notes)
      text += " | " + place(note.span) + note.message;
    return text;
  }

  base::NameTable names;
  syntax::SourceMap sources;
  TestEvaluator evaluator;
  Expander expander;
};

}  // namespace lithe::expand
