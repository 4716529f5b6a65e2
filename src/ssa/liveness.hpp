// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "bytecode/function.hpp"

namespace lithe::ssa {

/// Which registers of a function are read later without being written before, at each
/// instruction. Handlers are not followed: code in their reach is not compiled.
class Liveness {
 public:
  explicit Liveness(const bytecode::Function& function);

  bool before(u32 instruction, u32 reg) const {
    return (words_[u64{instruction} * stride_ + reg / 64] >> (reg % 64)) & 1;
  }
  /// Live when the instruction is done and control goes on below it.
  bool after(u32 instruction, u32 reg) const { return before(instruction + 1, reg); }
  u32 registers() const { return registers_; }

 private:
  u32 registers_;
  u32 stride_;
  std::vector<u64> words_;
};

}  // namespace lithe::ssa
