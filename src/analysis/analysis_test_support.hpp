// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "analysis/analyzer.hpp"
#include "base/name_table.hpp"
#include "core/printer.hpp"
#include "core/verifier.hpp"
#include "primitives/primitives.hpp"
#include "syntax/char_source.hpp"
#include "syntax/reader.hpp"
#include "syntax/source_map.hpp"

namespace lithe::analysis {

/// Reads and analyzes texts in a world without definitions.
class TestWorld {
 public:
  explicit TestWorld(AnalyzerOptions options = {})
      : builtins(names), globals(builtins), analyzer(names, builtins, globals, options) {}

  syntax::Form read(const std::string& text) {
    syntax::TextSource source("test.lt", text, syntax::TextSource::Keep::file);
    syntax::Reader reader(names, sources, source);
    auto form = reader.next();
    LITHE_CHECK(form.has_value() && bool(*form));
    return std::move(*form).value();
  }

  /// The Core of the first form, or `line:column: message` and its notes.
  std::string core(const std::string& text, u32 width = 2000, NameSpace space = NameSpace::user) {
    syntax::Form form = read(text);
    core::CoreUnit unit;
    auto done = analyzer.analyze(*form.root, space, unit);
    if (!done) return shown(done.error());
    std::string wrong = core::verify(*unit.top);
    if (!wrong.empty()) return "verifier: " + wrong;
    return core::print(*unit.top->body, names, {.primitive_name = &primitive_name, .width = width});
  }

  std::string error(const std::string& text) {
    syntax::Form form = read(text);
    core::CoreUnit unit;
    auto done = analyzer.analyze(*form.root, NameSpace::user, unit);
    return done ? "no error" : shown(done.error());
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

  static std::string_view primitive_name(u16 number) { return primitives::table[number].name; }

  base::NameTable names;
  primitives::Names builtins;
  syntax::SourceMap sources;
  BuiltinsOnly globals;
  Analyzer analyzer;
};

}  // namespace lithe::analysis
