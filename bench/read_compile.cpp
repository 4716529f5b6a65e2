// SPDX-License-Identifier: Apache-2.0
// How fast texts become bytecode: read, expanded, analyzed, and each function in them compiled,
// also those that a run would compile at their first call, or never. Nothing is evaluated.
//
//     bench_read_compile RUNS FILE…
//
// prints the best time for all files together, in nanoseconds. bench/reading/load.lua does the same
// in Lua, whose `load` does all of that.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "bytecode/compiler.hpp"
#include "core/core.hpp"
#include "expand/expanded_forms.hpp"
#include "runtime/runtime.hpp"
#include "runtime/session.hpp"
#include "syntax/char_source.hpp"

namespace {

using namespace lithe;

void fail(const std::string& name, const std::string& why) {
  std::fprintf(stderr, "%s: %s\n", name.c_str(), why.c_str());
  std::exit(1);
}

struct Text {
  std::string name;
  std::string content;
};

/// Without its line (include "../measure.lt"): the Lua programs do not load theirs here, either.
Text read(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream content;
  std::string line;
  while (std::getline(file, line)) {
    if (!line.starts_with("(include ")) content << line << '\n';
  }
  if (content.str().empty()) fail(path, "cannot be read, or is empty");
  return {path, content.str()};
}

/// Compiles a function and all in it. => how many instructions.
size_t compile(bytecode::Compiler& compiler, const core::Lambda& lambda, const std::string& name) {
  bytecode::Function function;
  auto done = compiler.compile(lambda, function);
  if (!done) fail(name, done.error().message);
  size_t instructions = function.code.size();
  for (const bytecode::Child& child : function.children) {
    instructions += compile(compiler, core::as<core::Lambda>(*child.lambda), name);
  }
  return instructions;
}

size_t compile(runtime::Runtime& runtime, bytecode::Compiler& compiler, const Text& text) {
  auto source = std::make_unique<syntax::TextSource>(text.name, text.content,
                                                     syntax::TextSource::Keep::snippet);
  expand::ExpandedForms forms(runtime.pipeline_parts(), std::move(source), "");
  size_t instructions = 0;
  while (auto form = forms.next()) {
    if (!*form) fail(text.name, form->error().message);
    auto unit = runtime.analyze(form->value());
    if (!unit) fail(text.name, unit.error().message);
    instructions += compile(compiler, *unit.value()->top, text.name);
  }
  return instructions;
}

}  // namespace

int main(int count, char** words) {
  if (count < 3) fail(words[0], "takes a number of runs and files");
  int runs = std::atoi(words[1]);
  std::vector<Text> texts;
  for (int i = 2; i < count; i++) texts.push_back(read(words[i]));
  runtime::Session session({});
  bytecode::Compiler compiler;
  double best = 0;
  for (int run = 0; run < runs; run++) {
    auto start = std::chrono::steady_clock::now();
    size_t instructions = 0;
    for (const Text& text : texts) instructions += compile(session.runtime(), compiler, text);
    std::chrono::duration<double, std::nano> taken = std::chrono::steady_clock::now() - start;
    if (instructions < texts.size()) fail(words[0], "nothing was compiled");
    if (run == 0 || taken.count() < best) best = taken.count();
  }
  std::printf("time\t%.0f\n", best);
  return 0;
}
