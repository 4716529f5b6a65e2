// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "bytecode/function.hpp"

namespace lithe::bytecode {

/// Jumps that wait for their target, as a list in an Emitter's pool.
struct JumpList {
  static constexpr u32 none = ~u32{0};
  u32 first = none;
  bool empty() const { return first == none; }
};

/// Appends instructions to a Function and fills its tables. After an instruction that never
/// continues below, nothing is emitted until a jump's target is bound.
class Emitter {
 public:
  /// Starts a function. With `long_jumps`, no jump is limited to 16 bits.
  void begin(Function& out, bool long_jumps);

  Function& function() { return *out_; }
  u32 here() const { return u32(out_->code.size()); }
  bool reachable() const { return reachable_; }
  /// What follows can be reached in a way that no JumpList knows of: an entry or a handler.
  void set_reachable() { reachable_ = true; }
  /// Some jump was too far for its 16 bits: the function must be done again with long jumps.
  bool jump_too_far() const { return too_far_; }
  bool long_jumps() const { return long_jumps_; }

  void emit(Instruction instruction, u32 live_top, syntax::Span span) {
    if (!reachable_) return;
    append(instruction, live_top, span);
    reachable_ = (opcode_table[instruction.op].flags & opcode_flag::end) == 0;
  }
  /// Emits an instruction whose jump goes where `list` will be bound.
  void jump(Instruction instruction, JumpList& list, u32 live_top, syntax::Span span);
  /// The jumps of the list go to the next instruction; empties the list.
  void bind(JumpList& list);

  // Indices into the function's tables, which grow as needed.
  u32 constant(const syntax::Datum& datum);
  u32 name(UsedName used);
  void primitive_name(u32 id);

 private:
  struct Pending {
    u32 instruction;
    u32 next;
  };

  void append(Instruction instruction, u32 live_top, syntax::Span span) {
    out_->code.push_back(instruction);
    out_->live_tops.push_back(u16(live_top));
    out_->spans.push_back(span);
  }
  void patch(u32 at);

  Function* out_ = nullptr;
  std::vector<Pending> pending_;
  bool reachable_ = true;
  bool long_jumps_ = false;
  bool too_far_ = false;
};

}  // namespace lithe::bytecode
