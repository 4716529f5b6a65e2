// SPDX-License-Identifier: Apache-2.0
#include "runtime/check.hpp"

#include <gtest/gtest.h>

#include "runtime/session.hpp"
#include "syntax/reader.hpp"

namespace lithe::runtime {
namespace {

/// What the library's own code sees: all builtins and all of the library.
class LibraryWorld final : public analysis::LintWorld {
 public:
  explicit LibraryWorld(Runtime& runtime) : runtime_(runtime) {}
  bool is_known(u32 name) const override {
    return runtime_.primitive_names().find(name).has_value();
  }
  bool is_defined(u32) const override { return false; }
  std::string suggestion(u32 name) override { return runtime_.suggestion(name); }
  std::optional<primitives::Arity> arity(u32 name) override {
    auto builtin = runtime_.primitive_names().find(name);
    return builtin ? std::optional(primitives::arity_of(info(*builtin))) : std::nullopt;
  }

 private:
  Runtime& runtime_;
};

/// A file of lib/ cannot be checked as a program: it uses names that programs cannot, and defines
/// those that the library has.
TEST(Check, FindsNothingInTheLibrary) {
  Session session(Options{});
  Runtime& runtime = session.runtime();
  LibraryWorld world(runtime);
  analysis::Lint lint(runtime.names(), runtime.sources(), runtime.effects(), world);
  u32 functions = 0;
  runtime.library().for_each([&](std::string_view name, const LibraryEntry& entry) {
    syntax::TextSource source("lib/" + std::string(entry.file),
                              std::string(entry.line - 1, '\n') + std::string(entry.text),
                              syntax::TextSource::Keep::file);
    syntax::Reader reader(runtime.names(), runtime.sources(), source);
    auto form = reader.next();
    ASSERT_TRUE(form && *form) << name;
    auto unit = runtime.analyze(*(*form)->root, analysis::NameSpace::library);
    ASSERT_TRUE(unit) << name;
    lint.add(*(*form)->root, std::move(*unit));
    functions++;
  });
  EXPECT_GT(functions, 100u);
  for (const syntax::Diagnostic& finding : lint.finish())
    ADD_FAILURE() << syntax::render(finding, runtime.sources());
}

}  // namespace
}  // namespace lithe::runtime
