// SPDX-License-Identifier: Apache-2.0
#include "native/machine_code.hpp"

#include <mutex>
#include <vector>

#include <llvm/Analysis/TargetTransformInfo.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/SmallVectorMemoryBuffer.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/TargetParser/Host.h>
#include <llvm/Transforms/InstCombine/InstCombine.h>
#include <llvm/Transforms/Scalar/CorrelatedValuePropagation.h>
#include <llvm/Transforms/Scalar/EarlyCSE.h>
#include <llvm/Transforms/Scalar/GVN.h>
#include <llvm/Transforms/Scalar/IndVarSimplify.h>
#include <llvm/Transforms/Scalar/JumpThreading.h>
#include <llvm/Transforms/Scalar/LICM.h>
#include <llvm/Transforms/Scalar/LoopRotation.h>
#include <llvm/Transforms/Scalar/LoopUnrollPass.h>
#include <llvm/Transforms/Scalar/SROA.h>
#include <llvm/Transforms/Scalar/SimplifyCFG.h>
#include <llvm/Transforms/Vectorize/LoopVectorize.h>

#include "base/assert.hpp"

namespace lithe::native {

namespace {

std::mutex idle_mutex;
std::vector<llvm::TargetMachine*>& idle_machines() {
  static auto* machines = new std::vector<llvm::TargetMachine*>;
  return *machines;
}

llvm::TargetMachine* make_target() {
  std::string triple = llvm::sys::getDefaultTargetTriple();
  std::string error;
  const llvm::Target* target = llvm::TargetRegistry::lookupTarget(triple, error);
  LITHE_CHECK(target);
  std::string features;
  for (const auto& feature : llvm::sys::getHostCPUFeatures()) {
    features += (feature.second ? "+" : "-") + feature.first().str() + ",";
  }
  llvm::TargetOptions options;
  return target->createTargetMachine(triple, llvm::sys::getHostCPUName(), features, options,
                                     llvm::Reloc::PIC_, llvm::CodeModel::Small,
                                     llvm::CodeGenOptLevel::Default);
}

llvm::FunctionPassManager passes() {
  using llvm::createFunctionToLoopPassAdaptor;
  llvm::FunctionPassManager manager;
  manager.addPass(llvm::SROAPass(llvm::SROAOptions::ModifyCFG));  // variables become registers
  manager.addPass(llvm::EarlyCSEPass());
  manager.addPass(llvm::InstCombinePass());
  manager.addPass(llvm::SimplifyCFGPass());
  manager.addPass(llvm::CorrelatedValuePropagationPass());  // bounds that make a guard hold
  llvm::LoopPassManager early;
  early.addPass(llvm::LoopRotatePass());  // so that invariants can be moved out
  early.addPass(llvm::LICMPass(llvm::LICMOptions()));
  manager.addPass(createFunctionToLoopPassAdaptor(std::move(early), true));
  manager.addPass(llvm::GVNPass());
  manager.addPass(llvm::InstCombinePass());
  llvm::LoopPassManager late;
  late.addPass(llvm::IndVarSimplifyPass());
  manager.addPass(createFunctionToLoopPassAdaptor(std::move(late)));
  manager.addPass(llvm::LoopVectorizePass());
  manager.addPass(llvm::LoopUnrollPass());
  manager.addPass(llvm::InstCombinePass());
  manager.addPass(llvm::SimplifyCFGPass());
  return manager;
}

}  // namespace

Target::Target() {
  std::lock_guard lock(idle_mutex);
  // Under the lock, so that the first makes all wait for LLVM's own initialization.
  static bool initialized =
      !llvm::InitializeNativeTarget() && !llvm::InitializeNativeTargetAsmPrinter();
  LITHE_CHECK(initialized);
  std::vector<llvm::TargetMachine*>& idle = idle_machines();
  machine_ = idle.empty() ? make_target() : idle.back();
  if (!idle.empty()) idle.pop_back();
}

Target::~Target() {
  std::lock_guard lock(idle_mutex);
  idle_machines().push_back(machine_);
}

void optimize(llvm::Module& module, llvm::TargetMachine& target) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(&target);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  llvm::FunctionPassManager manager = passes();
  for (llvm::Function& function : module) {
    if (!function.isDeclaration()) manager.run(function, functions);
  }
}

std::string assemble(llvm::Module& module, llvm::TargetMachine& target, bool text) {
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream out(bytes);
  llvm::legacy::PassManager manager;
  auto type = text ? llvm::CodeGenFileType::AssemblyFile : llvm::CodeGenFileType::ObjectFile;
  bool impossible = target.addPassesToEmitFile(manager, out, nullptr, type);
  LITHE_CHECK(!impossible);
  manager.run(module);
  return std::string(bytes.begin(), bytes.end());
}

}  // namespace lithe::native
