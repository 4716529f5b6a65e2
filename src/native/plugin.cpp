// SPDX-License-Identifier: Apache-2.0
// From a job to machine code, stage by stage.
#include "native/plugin.hpp"

#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Transforms/Utils/Cloning.h>

#include "base/assert.hpp"
#include "native/emitter.hpp"
#include "native/machine_code.hpp"
#include "ssa/builder.hpp"
#include "ssa/passes.hpp"

namespace lithe::native {

namespace {

std::string text_of(const llvm::Module& module) {
  std::string text;
  llvm::raw_string_ostream out(text);
  module.print(out, nullptr);
  return text;
}

void check_module([[maybe_unused]] const llvm::Module& module) {
#ifndef NDEBUG
  if (llvm::verifyModule(module, &llvm::errs())) {
    llvm::errs() << text_of(module);
    LITHE_CHECK(!"the emitter made a wrong module");
  }
#endif
}

void compile_into(const Job& job, Result& result) {
  ssa::Graph graph(job.request);
  result.refusal = ssa::build(graph);
  if (!result.refusal.empty()) return;
  ssa::run_passes(graph);
  if (job.with_ssa) result.ssa = ssa::print(graph);
  Target own_target;
  llvm::TargetMachine& target = *own_target;
  llvm::LLVMContext context;
  llvm::Module module("lithe", context);
  module.setTargetTriple(target.getTargetTriple().str());
  module.setDataLayout(target.createDataLayout());
  if (!Emitter(context, module, graph, job, result).run()) return;
  check_module(module);
  optimize(module, target);
  if (job.with_llvm) result.llvm = text_of(module);
  std::string object;
  if (job.with_asm) {
    std::unique_ptr<llvm::Module> copy = llvm::CloneModule(module);
    result.assembly = assemble(*copy, target, true);
  }
  object = assemble(module, target, false);
  link(object, result);
}

Result* compile(const Job& job) {
  auto* result = new Result;
  compile_into(job, *result);
  return result;
}

void release(Result* result) { delete result; }

constexpr Plugin plugin{compile, release};

}  // namespace

}  // namespace lithe::native

const lithe::native::Plugin* lithe_native_plugin() { return &lithe::native::plugin; }
