// SPDX-License-Identifier: Apache-2.0
#include "bytecode/verifier.hpp"

#include <algorithm>

#include "bytecode/operands.hpp"
#include "primitives/primitives.hpp"

namespace lithe::bytecode {

namespace {

class Verifier {
 public:
  Verifier(const Function& function, u32 captures) : function_(function), captures_(captures) {}

  std::string run() {
    check_tables();
    if (fault_.empty()) check_entries();
    if (fault_.empty()) check_handlers();
    for (u32 i = 0; i < size() && fault_.empty(); i++) check(i);
    return std::move(fault_);
  }

 private:
  static constexpr u32 unreached = ~u32{0};

  u32 size() const { return u32(function_.code.size()); }
  u32 frame_start() const { return u32(function_.parameters()) + header_words; }

  void fail(u32 at, const std::string& message) {
    if (fault_.empty()) fault_ = "instruction " + std::to_string(at) + ": " + message;
  }
  void expect(bool good, u32 at, const char* message) {
    if (!good) fail(at, message);
  }

  void check_tables() {
    expect(size() > 0, 0, "the function is empty");
    expect(function_.spans.size() == size(), 0, "spans do not match");
    expect(function_.live_tops.size() == size(), 0, "live tops do not match");
    expect(function_.registers >= frame_start(), 0, "the frame has no room for its header");
    u32 previous = 0;
    for (size_t k = 0; k < function_.operand_places.size(); k++) {
      u32 at = function_.operand_places[k].instruction;
      expect(k == 0 || at > previous, at, "operand places are not in order");
      previous = at;
      if (at >= size()) return fail(at, "has operand places, but there is none");
      expect(opcode_table[function_.code[at].op].flags & opcode_flag::arith, at,
             "cannot have operand places");
    }
  }

  void check_entries() {
    initialised_.assign(size(), unreached);
    expect(function_.entries.size() == size_t(function_.optional) + 1, 0,
           "wrong number of entries");
    if (function_.optional == 0 && !function_.entries.empty()) {
      expect(function_.entries[0] == 0, function_.entries[0],
             "the entry is not the first instruction");
    }
    for (u32 entry : function_.entries) reach(entry, entry, frame_start());
    for (u32 head : function_.loop_heads)
      expect(head < size(), head, "is a loop head, but there is none");
  }

  /// Ranges come by ascending end, so those already seen that lie in a new one are the last.
  void check_handlers() {
    struct Range {
      u32 begin, end;
      u32 least_live;
    };
    std::vector<Range> outermost;
    for (const Handler& handler : function_.handlers) {
      bool good =
          handler.begin < handler.end && handler.end <= handler.handler && handler.handler < size();
      if (!good) return fail(handler.begin, "a handler's range is wrong");
      u32 at = handler.end;
      u32 least = function_.registers;
      auto scan_down_to = [&](u32 begin) {
        while (at > begin) least = std::min<u32>(least, function_.live_tops[--at]);
      };
      while (!outermost.empty() && outermost.back().begin >= handler.begin) {
        const Range& inner = outermost.back();
        if (inner.end > at) return fail(handler.begin, "handlers do not nest, inner ones first");
        scan_down_to(inner.end);
        least = std::min(least, inner.least_live);
        at = inner.begin;
        outermost.pop_back();
      }
      if (!outermost.empty() && outermost.back().end > handler.begin) {
        return fail(handler.begin, "handlers do not nest, inner ones first");
      }
      scan_down_to(handler.begin);
      outermost.push_back({handler.begin, handler.end, least});
      expect(handler.reg <= least, handler.begin,
             "a handler relies on registers that are dead in its range");
      expect(handler.reg >= frame_start(), handler.begin, "a handler's register is not free");
      expect(handler.reg < function_.registers, handler.begin,
             "a handler's register is outside the frame");
      reach(handler.begin, handler.handler, u32(handler.reg) + 1);
    }
  }

  /// Control comes to `target` with all registers below `initialised` written.
  void reach(u32 from, u32 target, u32 initialised) {
    if (target >= size()) return fail(from, "continues outside the function");
    initialised_[target] = std::min(initialised_[target], initialised);
  }

  void check(u32 at) {
    const Instruction instruction = function_.code[at];
    if (instruction.op >= opcode_count || instruction.opcode() == Opcode::leave_loop) {
      return fail(at, "is no instruction of a function");
    }
    if (initialised_[at] == unreached) return fail(at, "cannot be reached");
    u32 live = function_.live_tops[at];
    expect(live >= frame_start(), at, "the header is not live");
    expect(live <= function_.registers, at, "the live top is outside the frame");
    expect(live <= initialised_[at], at, "a register below the live top is not initialised");
    check_operands(at, instruction, live);
    check_indices(at, instruction);
    if (fault_.empty()) follow(at, instruction, live);
  }

  void check_operands(u32 at, Instruction instruction, u32 live) {
    RegisterUse use = register_use(instruction);
    for (u8 i = 0; i < use.read_count; i++) {
      expect(use.reads[i] < live, at, "reads a register that is not live");
    }
    expect(use.range + use.range_count <= live || use.range_count == 0, at,
           "reads a register that is not live");
    expect(use.range <= live, at, "the window has a gap below it");
    if (opcode_table[instruction.op].flags & opcode_flag::call && use.range_count > 0) {
      expect(use.range + use.range_count == live, at, "something live lies above the window");
    }
    if (instruction.opcode() == Opcode::call || instruction.opcode() == Opcode::tail_call) {
      expect(use.reads[0] < use.range, at, "the callee is not below the window");
    }
    if (!use.writes) return;
    expect(instruction.a < function_.registers, at, "writes outside the frame");
    expect(instruction.a <= live, at, "leaves a gap below the register it writes");
    u32 parameters = function_.parameters();
    bool in_header = instruction.a >= parameters && instruction.a < frame_start();
    expect(!in_header, at, "writes into the header");
  }

  void check_indices(u32 at, Instruction instruction) {
    u32 index = u32(instruction.s());
    switch (instruction.opcode()) {
      case Opcode::load_constant:
        return expect(index < function_.constants.size(), at, "there is no such constant");
      case Opcode::get_global:
      case Opcode::set_global:
      case Opcode::define_global:
        return expect(index < function_.names.size(), at, "there is no such name");
      case Opcode::call_global:
      case Opcode::tail_call_global:
        return expect(instruction.c < function_.names.size(), at, "there is no such name");
      case Opcode::make_closure:
        return check_closure(at, index);
      case Opcode::get_capture:
        expect(instruction.b < captures_, at, "there is no such captured value");
        return expect(instruction.c == function_.parameters(), at, "the header is elsewhere");
      case Opcode::get_self:
      case Opcode::return_value:
        return expect(instruction.b == function_.parameters(), at, "the header is elsewhere");
      case Opcode::call_primitive:
      case Opcode::tail_call_primitive:
        if (instruction.c >= primitives::primitive_count)
          return fail(at, "there is no such primitive");
        return expect(primitives::table[instruction.c].takes(instruction.b), at,
                      "the primitive takes another number of arguments");
      default:
        return;
    }
  }

  void check_closure(u32 at, u32 index) {
    if (index >= function_.children.size()) return fail(at, "there is no such child");
    for (const Capture& capture : function_.children[index].captures) {
      if (capture.from == Capture::From::reg) {
        expect(capture.index < function_.live_tops[at], at, "captures a register that is not live");
      }
      if (capture.from == Capture::From::capture) {
        expect(capture.index < captures_, at, "captures a captured value that is not there");
      }
    }
  }

  void follow(u32 at, Instruction instruction, u32 live) {
    u16 flags = opcode_table[instruction.op].flags;
    if (instruction.opcode() == Opcode::loop) {
      if (instruction.a >= function_.loop_heads.size()) return fail(at, "there is no such loop");
      u32 head = function_.loop_heads[instruction.a];
      expect(head <= at && i64(at) + 1 + jump_distance(instruction) == head, at,
             "does not go to its loop's head");
      expect(head <= at && live >= function_.live_tops[head], at,
             "the loop's head has more live registers");
    } else if (instruction.opcode() == Opcode::receive_next && jump_distance(instruction) == 0) {
      // There is no timeout.
    } else if (flags & opcode_flag::jump) {
      expect(jump_distance(instruction) >= 0, at, "jumps back");
      if (fault_.empty()) reach(at, at + 1 + u32(jump_distance(instruction)), live);
    }
    if (flags & opcode_flag::end) return;
    u32 after = register_use(instruction).writes ? std::max<u32>(live, instruction.a + 1u) : live;
    reach(at, at + 1, after);
  }

  const Function& function_;
  u32 captures_;
  std::vector<u32> initialised_;  ///< per instruction: registers below were written on all paths
  std::string fault_;
};

}  // namespace

std::string verify(const Function& function, u32 captures) {
  return Verifier(function, captures).run();
}

}  // namespace lithe::bytecode
