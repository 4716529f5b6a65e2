// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <llvm/IR/Module.h>
#include <llvm/Target/TargetMachine.h>

#include "native/plugin.hpp"

namespace lithe::native {

/// For the machine that this runs on. Made once; never freed.
llvm::TargetMachine& target_machine();

/// The passes of LLVM that pay for their time here.
void optimize(llvm::Module& module, llvm::TargetMachine& target);

/// The module as an object file, or as assembly text.
std::string assemble(llvm::Module& module, llvm::TargetMachine& target, bool text);

/// Lays the object file out as one block that runs at any address, its slots at the end.
/// => false: result.refusal says why not.
bool link(const std::string& object, Result& result);

}  // namespace lithe::native
