// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "analysis/analysis_test_support.hpp"
#include "bytecode/compiler.hpp"
#include "bytecode/disassembler.hpp"
#include "bytecode/verifier.hpp"

namespace lithe::bytecode {

/// Compiles texts in a world without definitions.
class TestCompiler {
 public:
  /// The first form as Core; => its Lambda at the end of a path of children: {} is the form
  /// itself, {0} the first function in it.
  const core::Lambda& lambda(const std::string& text, std::initializer_list<u32> path = {}) {
    syntax::Form form = world.read(text);
    unit.reset();
    auto analyzed = world.analyzer.analyze(*form.root, analysis::NameSpace::user, unit);
    if (!analyzed) ADD_FAILURE() << world.shown(analyzed.error());
    const core::Lambda* found = unit.top;
    for (u32 index : path) {
      compile_verified(*found);
      found = &core::as<core::Lambda>(*function.children.at(index).lambda);
    }
    return *found;
  }

  /// Bytecode as text, after a newline.
  std::string listing(const std::string& text, std::initializer_list<u32> path = {0}) {
    compile_verified(lambda(text, path));
    return "\n" + disassemble(function, world.names);
  }

  /// As instructions alone: number of them.
  size_t count(const std::string& text) {
    listing(text);
    return function.code.size();
  }

  void compile_verified(const core::Lambda& lambda) {
    auto done = compiler.compile(lambda, function);
    if (!done) return void(ADD_FAILURE() << done.error().message);
    EXPECT_EQ(verify(function, u32(lambda.captures.size())), "");
  }

  analysis::TestWorld world{{.nesting = 1'000'000, .stack_bytes = size_t{4} << 20}};
  core::CoreUnit unit;
  Compiler compiler;
  Function function;  ///< what was compiled last
};

}  // namespace lithe::bytecode
