// SPDX-License-Identifier: Apache-2.0
// Any text goes through the expander, the analyzer and the compiler: each form ends as an error
// with a place, or as Core and bytecode that pass their verifiers. Macros are the simplest there
// can be: a call gives its last argument, or the list of all of them.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "analysis/analyzer.hpp"
#include "analysis/effects.hpp"
#include "base/assert.hpp"
#include "bytecode/compiler.hpp"
#include "bytecode/verifier.hpp"
#include "core/printer.hpp"
#include "core/verifier.hpp"
#include "expand/expander.hpp"
#include "syntax/reader.hpp"

namespace {

using namespace lithe;

class FuzzMacros : public expand::Evaluator {
 public:
  bool is_macro(u32 name) const override { return macros_.count(name) != 0; }
  base::Result<void, syntax::Diagnostic> define_macro(u32 name, const syntax::Datum&) override {
    macros_.insert(name);
    return {};
  }
  void forget_macro(u32 name) override { macros_.erase(name); }
  base::Result<const syntax::Datum*, syntax::Diagnostic> expand(u32, const syntax::Datum& form,
                                                                base::Arena& arena) override {
    if (form.size == 1) {
      return base::failure(syntax::make_error("macro-error", form.span, "no arguments"));
    }
    if (form.size == 2) return form.items[1];
    syntax::DatumBuilder build(arena);
    return build.list(form.children().subspan(1), form.span);
  }
  bool is_library_name(u32) const override { return false; }
  bool is_library_namespace(std::string_view) const override { return false; }
  u64 fresh_gensym() override { return ++gensyms_; }

 private:
  std::unordered_set<u32> macros_;
  u64 gensyms_ = 0;
};

void compile_all(bytecode::Compiler& compiler, const core::Lambda& top) {
  std::vector<std::pair<const core::Lambda*, u32>> work{{&top, 0}};
  bytecode::Function function;
  while (!work.empty()) {
    auto [lambda, captures] = work.back();
    work.pop_back();
    if (!compiler.compile(*lambda, function)) continue;
    std::string wrong = bytecode::verify(function, captures);
    if (!wrong.empty()) __builtin_printf("%s\n", wrong.c_str());
    LITHE_CHECK(wrong.empty());
    for (const auto& child : function.children) {
      work.emplace_back(&core::as<core::Lambda>(*child.lambda), u32(child.captures.size()));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  base::NameTable names;
  primitives::Names builtins(names);
  analysis::BuiltinsOnly globals(builtins);
  analysis::Analyzer analyzer(names, builtins, globals);
  analysis::EffectStore effects(globals);
  FuzzMacros macros;
  expand::Expander expander(names, macros, {.expansions = 2000, .data = 200'000});
  bytecode::Compiler compiler;
  syntax::SourceMap sources;
  syntax::TextSource text("fuzz", std::string(reinterpret_cast<const char*>(data), size),
                          syntax::TextSource::Keep::file);
  syntax::Reader reader(names, sources, text);
  while (auto form = reader.next()) {
    if (!*form) continue;
    auto expanded = expander.expand(*(*form)->root, *(*form)->arena);
    if (!expanded) {
      LITHE_CHECK(expanded.error().span.known());
      continue;
    }
    core::CoreUnit unit;
    auto analyzed = analyzer.analyze(**expanded, analysis::NameSpace::user, unit);
    if (!analyzed) {
      LITHE_CHECK(analyzed.error().span.known());
      expander.add_expansion_notes(analyzed.error());
      continue;
    }
    std::string wrong = core::verify(*unit.top);
    if (!wrong.empty()) __builtin_printf("%s\n", wrong.c_str());
    LITHE_CHECK(wrong.empty());
    LITHE_CHECK(!core::print(*unit.top, names).empty());
    effects.of(*unit.top, analysis::NameSpace::user);
    compile_all(compiler, *unit.top);
  }
  return 0;
}
