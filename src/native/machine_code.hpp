// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <llvm/IR/Module.h>
#include <llvm/Target/TargetMachine.h>

#include "native/plugin.hpp"

namespace lithe::native {

/// What generates code for the machine that this runs on, for one compilation at a time: it is not
/// to be shared by threads. There are as many as were in use at once, and none is ever freed.
class Target {
 public:
  Target();
  ~Target();
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;
  llvm::TargetMachine& operator*() const { return *machine_; }

 private:
  llvm::TargetMachine* machine_;
};

/// The passes of LLVM that pay for their time here.
void optimize(llvm::Module& module, llvm::TargetMachine& target);

/// The module as an object file, or as assembly text.
std::string assemble(llvm::Module& module, llvm::TargetMachine& target, bool text);

/// Lays the object file out as one block that runs at any address, its slots at the end.
/// => false: result.refusal says why not.
bool link(const std::string& object, Result& result);

}  // namespace lithe::native
