// SPDX-License-Identifier: Apache-2.0
#include "ssa/liveness.hpp"

#include "bytecode/operands.hpp"

namespace lithe::ssa {

using bytecode::Instruction;
using bytecode::Opcode;
namespace opcode_flag = bytecode::opcode_flag;

namespace {

class Set {
 public:
  Set(u64* words) : words_(words) {}
  void add(u32 reg) { words_[reg / 64] |= u64{1} << (reg % 64); }
  void remove(u32 reg) { words_[reg / 64] &= ~(u64{1} << (reg % 64)); }

 private:
  u64* words_;
};

}  // namespace

Liveness::Liveness(const bytecode::Function& function)
    : registers_(function.registers), stride_((registers_ + 63) / 64) {
  u32 count = u32(function.code.size());
  words_.assign(u64{count + 1} * stride_, 0);
  std::vector<u64> live(stride_);
  for (bool changed = true; changed;) {
    changed = false;
    for (u32 i = count; i-- > 0;) {
      Instruction instruction = function.code[i];
      u16 flags = bytecode::opcode_table[instruction.op].flags;
      auto join = [&](u32 target) {
        for (u32 w = 0; w < stride_; w++) live[w] |= words_[u64{target} * stride_ + w];
      };
      live.assign(stride_, 0);
      if (!(flags & opcode_flag::end)) join(i + 1);
      Set set(live.data());
      bytecode::RegisterUse use = bytecode::register_use(instruction);
      if (use.writes) set.remove(instruction.a);
      if (flags & opcode_flag::jump) join(u32(i32(i) + 1 + bytecode::jump_distance(instruction)));
      for (u8 k = 0; k < use.read_count; k++) set.add(use.reads[k]);
      for (u32 k = 0; k < use.range_count; k++) set.add(use.range + k);
      if (instruction.opcode() == Opcode::make_closure) {
        for (const bytecode::Capture& capture : function.children[u32(instruction.s())].captures) {
          if (capture.from == bytecode::Capture::From::reg) set.add(capture.index);
        }
      }
      u64* own = &words_[u64{i} * stride_];
      for (u32 w = 0; w < stride_; w++) {
        if (own[w] == live[w]) continue;
        own[w] = live[w];
        changed = true;
      }
    }
  }
}

}  // namespace lithe::ssa
