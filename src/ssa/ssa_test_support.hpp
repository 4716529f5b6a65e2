// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "bytecode/bytecode_test_support.hpp"
#include "ssa/builder.hpp"
#include "ssa/graph.hpp"
#include "ssa/passes.hpp"
#include "value/value.hpp"

namespace lithe::ssa {

/// A few global functions, and the request to compile the first of them.
class TestProgram {
 public:
  /// Each text defines a function. They call each other by names that are settled.
  explicit TestProgram(std::initializer_list<const char*> texts) {
    for (const char* text : texts) add(text);
    for (u32 i = 0; i < compilers_.size(); i++) link(i);
  }

  /// As if instruction `at` of function `function` had seen that.
  void saw(u32 at, u8 bits, u32 function = 0) { request.functions[function].feedback[at] = bits; }
  /// A parameter of the first function.
  void parameter(u32 index, u8 bits) { request.functions[0].parameter_types[index] = bits; }

  /// Builds and runs the passes; => the refusal, if there is one.
  std::string build() {
    graph = std::make_unique<Graph>(request);
    std::string refusal = ssa::build(*graph);
    if (!refusal.empty()) return refusal;
    EXPECT_EQ(verify(*graph, false), "") << print(*graph);
    run_passes(*graph);
    EXPECT_EQ(verify(*graph, true), "") << print(*graph);
    return {};
  }

  u32 count(Op op) const {
    u32 number = 0;
    for (const Block* block : graph->blocks) {
      for (const Node* node : block->nodes) number += node->op == op;
    }
    return number;
  }
  u32 count(Op op, Mode mode) const {
    u32 number = 0;
    for (const Block* block : graph->blocks) {
      for (const Node* node : block->nodes) number += node->op == op && node->mode == mode;
    }
    return number;
  }
  const Node* find(Op op) const {
    for (const Block* block : graph->blocks) {
      for (const Node* node : block->nodes) {
        if (node->op == op) return node;
      }
    }
    return nullptr;
  }
  u32 conversions() const {
    return count(Op::box) + count(Op::unbox_integer) + count(Op::unbox_float) +
           count(Op::unbox_number);
  }

  Request request;
  std::unique_ptr<Graph> graph;

 private:
  static u64 closure_word(u32 function) {
    return u64(value::Value::Tag::shared_object) << 48 | (0x10000 + 64 * function);
  }

  void add(const char* text) {
    auto compiler = std::make_unique<bytecode::TestCompiler>();
    const core::Lambda& lambda = compiler->lambda(text, {0});
    compiler->compile_verified(lambda);
    Source source;
    source.name = std::string(compiler->world.names.text(u32(lambda.name)));
    source.function = &compiler->function;
    u64 size = compiler->function.code.size();
    source.feedback.resize(size);
    source.failed.resize(size);
    for (u8& bits : source.parameter_types) bits = seen::integer;
    source.constants.resize(compiler->function.constants.size(), value::Value::nil().bits());
    for (const auto& child : compiler->function.children)
      source.children.push_back({child.captures});
    source.closure = closure_word(u32(compilers_.size()));
    source.closure_cell = u32(compilers_.size());
    source.may_inline = !compilers_.empty();
    request.functions.push_back(std::move(source));
    compilers_.push_back(std::move(compiler));
  }

  /// Names that no text defines are cells that are not settled.
  void link(u32 user) {
    bytecode::TestCompiler& compiler = *compilers_[user];
    for (bytecode::UsedName used : compiler.function.names) {
      Global global;
      global.cell = 100;
      for (u32 i = 0; i < request.functions.size(); i++) {
        if (request.functions[i].name != compiler.world.names.text(used.id)) continue;
        global = {.cell = i, .settled = true, .value = closure_word(i), .function = i32(i)};
      }
      request.functions[user].globals.push_back(global);
    }
  }

  std::vector<std::unique_ptr<bytecode::TestCompiler>> compilers_;
};

}  // namespace lithe::ssa
