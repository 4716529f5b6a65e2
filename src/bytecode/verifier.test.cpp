// SPDX-License-Identifier: Apache-2.0
#include "bytecode/verifier.hpp"

#include <gtest/gtest.h>

#include "primitives/primitives.hpp"

namespace lithe::bytecode {
namespace {

/// A function of one parameter, whose frame is r0, the header r1 r2 r3, then r4 and r5.
class Verifier : public testing::Test {
 protected:
  Verifier() {
    function.required = 1;
    function.registers = 6;
    function.entries = {0};
    function.names = {{0}};
  }

  void add(Opcode op, u32 live_top, u16 a = 0, u16 b = 0, u16 c = 0) {
    add(Instruction::abc(op, a, b, c), live_top);
  }
  void add(Instruction instruction, u32 live_top) {
    function.code.push_back(instruction);
    function.live_tops.push_back(u16(live_top));
    function.spans.push_back({});
  }
  void jump(Opcode op, u32 live_top, u16 a, i32 s) { add(Instruction::as(op, a, s), live_top); }
  void ret(u32 live_top = 4, u16 reg = 0) { add(Opcode::return_value, live_top, reg, 1); }

  std::string fault() { return verify(function, 2); }

  Function function;
};

TEST_F(Verifier, AcceptsWhatIsRight) {
  add(Opcode::add, 4, 4, 0, 0);
  add(Opcode::get_capture, 5, 5, 1, 1);
  add(Opcode::call_global, 6, 4, 2, 0);
  ret(5, 4);
  EXPECT_EQ(fault(), "");
}

TEST_F(Verifier, EmptyFunction) { EXPECT_EQ(fault(), "instruction 0: the function is empty"); }

TEST_F(Verifier, TablesOfDifferentLength) {
  ret();
  function.spans.push_back({});
  EXPECT_EQ(fault(), "instruction 0: spans do not match");
  function.spans.pop_back();
  function.live_tops.push_back(4);
  EXPECT_EQ(fault(), "instruction 0: live tops do not match");
}

TEST_F(Verifier, FrameWithoutHeader) {
  ret();
  function.registers = 3;
  EXPECT_EQ(fault(), "instruction 0: the frame has no room for its header");
}

TEST_F(Verifier, UnknownInstruction) {
  add(Instruction{opcode_count, 0, 0, 0}, 4);
  EXPECT_EQ(fault(), "instruction 0: is no instruction of a function");
  function.code[0] = Instruction::abc(Opcode::leave_loop);
  EXPECT_EQ(fault(), "instruction 0: is no instruction of a function");
}

TEST_F(Verifier, RunsOffTheEnd) {
  add(Opcode::move, 4, 4, 0);
  EXPECT_EQ(fault(), "instruction 0: continues outside the function");
}

TEST_F(Verifier, DeadCode) {
  ret();
  ret();
  EXPECT_EQ(fault(), "instruction 1: cannot be reached");
}

TEST_F(Verifier, LiveTopAboveWhatIsInitialised) {
  ret(5);
  EXPECT_EQ(fault(), "instruction 0: a register below the live top is not initialised");
}

TEST_F(Verifier, RegisterThatWasDeadInBetween) {
  add(Opcode::move, 4, 4, 0);
  add(Opcode::move, 4, 0, 0);
  ret(5, 4);
  EXPECT_EQ(fault(), "instruction 2: a register below the live top is not initialised");
}

TEST_F(Verifier, RegisterInitialisedOnOnePathOnly) {
  jump(Opcode::jump_if, 4, 0, 1);
  add(Opcode::move, 4, 4, 0);
  ret(5, 4);
  EXPECT_EQ(fault(), "instruction 2: a register below the live top is not initialised");
}

TEST_F(Verifier, HeaderMustLive) {
  ret(3);
  EXPECT_EQ(fault(), "instruction 0: the header is not live");
}

TEST_F(Verifier, ReadsADeadRegister) {
  add(Opcode::add, 4, 4, 0, 4);
  ret();
  EXPECT_EQ(fault(), "instruction 0: reads a register that is not live");
  function.code[0] = Instruction::abc(Opcode::make_list, 4, 0, 5);
  EXPECT_EQ(fault(), "instruction 0: reads a register that is not live");
  function.code[0] = Instruction::abc(Opcode::make_map, 4, 3, 1);
  EXPECT_EQ(fault(), "instruction 0: reads a register that is not live");
}

TEST_F(Verifier, WritesOutOfPlace) {
  add(Opcode::move, 4, 6, 0);
  ret();
  EXPECT_EQ(fault(), "instruction 0: writes outside the frame");
  function.code[0].a = 5;
  EXPECT_EQ(fault(), "instruction 0: leaves a gap below the register it writes");
  function.code[0].a = 2;
  EXPECT_EQ(fault(), "instruction 0: writes into the header");
}

TEST_F(Verifier, Windows) {
  add(Opcode::move, 4, 4, 0);
  add(Opcode::call, 5, 4, 1, 4);
  ret();
  EXPECT_EQ(fault(), "instruction 1: the callee is not below the window");
  function.code[1] = Instruction::abc(Opcode::call_global, 0, 1, 0);
  EXPECT_EQ(fault(), "instruction 1: something live lies above the window");
  function.code[1] = Instruction::abc(Opcode::call_global, 5, 1, 0);
  EXPECT_EQ(fault(), "instruction 1: reads a register that is not live");
}

TEST_F(Verifier, Indices) {
  auto single = [&](Instruction instruction) {
    function.code.clear();
    function.live_tops.clear();
    function.spans.clear();
    add(instruction, 4);
    ret();
    return fault();
  };
  EXPECT_EQ(single(Instruction::as(Opcode::load_constant, 4, 0)),
            "instruction 0: there is no such constant");
  EXPECT_EQ(single(Instruction::as(Opcode::get_global, 4, 1)),
            "instruction 0: there is no such name");
  EXPECT_EQ(single(Instruction::abc(Opcode::call_global, 4, 0, 1)),
            "instruction 0: there is no such name");
  EXPECT_EQ(single(Instruction::as(Opcode::make_closure, 4, 0)),
            "instruction 0: there is no such child");
  EXPECT_EQ(single(Instruction::abc(Opcode::get_capture, 4, 2, 1)),
            "instruction 0: there is no such captured value");
  EXPECT_EQ(single(Instruction::abc(Opcode::get_capture, 4, 1, 0)),
            "instruction 0: the header is elsewhere");
  EXPECT_EQ(single(Instruction::abc(Opcode::get_self, 4, 2)),
            "instruction 0: the header is elsewhere");
  EXPECT_EQ(single(Instruction::abc(Opcode::call_primitive, 4, 0, primitives::primitive_count)),
            "instruction 0: there is no such primitive");
  EXPECT_EQ(
      single(Instruction::abc(Opcode::call_primitive, 4, 0, u16(primitives::Primitive::head))),
      "instruction 0: the primitive takes another number of arguments");
  EXPECT_EQ(single(Instruction::as(Opcode::get_global, 4, 0)), "");
}

TEST_F(Verifier, Captures) {
  function.children.push_back(
      {nullptr, {{Capture::From::reg, 0}, {Capture::From::capture, 1}, {Capture::From::self, 0}}});
  jump(Opcode::make_closure, 4, 4, 0);
  ret();
  EXPECT_EQ(fault(), "");
  function.children[0].captures[0].index = 4;
  EXPECT_EQ(fault(), "instruction 0: captures a register that is not live");
  function.children[0].captures[0] = {Capture::From::capture, 2};
  EXPECT_EQ(fault(), "instruction 0: captures a captured value that is not there");
}

TEST_F(Verifier, Jumps) {
  jump(Opcode::jump_if, 4, 0, 1);
  ret();
  EXPECT_EQ(fault(), "instruction 0: continues outside the function");
  function.code[0] = Instruction::as(Opcode::jump_if, 0, -1);
  EXPECT_EQ(fault(), "instruction 0: jumps back");
}

TEST_F(Verifier, Loops) {
  add(Opcode::move, 4, 4, 0);
  add(Opcode::box_set, 5, 4, 0);
  jump(Opcode::loop, 5, 0, 2);
  function.loop_heads = {1};
  EXPECT_EQ(fault(), "");
  function.loop_heads = {0};
  EXPECT_EQ(fault(), "instruction 2: does not go to its loop's head");
  function.loop_heads = {};
  EXPECT_EQ(fault(), "instruction 2: there is no such loop");
  function.loop_heads = {3};
  EXPECT_EQ(fault(), "instruction 3: is a loop head, but there is none");
  function.loop_heads = {1};
  function.live_tops[2] = 4;
  EXPECT_EQ(fault(), "instruction 2: the loop's head has more live registers");
}

TEST_F(Verifier, ReceiveWithATimeoutLeavesNoMessage) {
  add(Opcode::receive_begin, 4, 0);
  jump(Opcode::receive_next, 4, 4, 1);
  add(Opcode::receive_accept, 5);
  ret(5, 4);
  EXPECT_EQ(fault(), "instruction 3: a register below the live top is not initialised");
  function.code[1] = Instruction::as(Opcode::receive_next, 4, 0);
  EXPECT_EQ(fault(), "");
}

TEST_F(Verifier, Entries) {
  function.optional = 1;
  add(Opcode::move, 5, 1, 0);
  ret(5);
  function.code[1].b = 2;
  EXPECT_EQ(fault(), "instruction 0: wrong number of entries");
  function.entries = {0, 2};
  EXPECT_EQ(fault(), "instruction 2: continues outside the function");
  function.entries = {0, 1};
  EXPECT_EQ(fault(), "");
  function.optional = 0;
  function.entries = {1};
  EXPECT_EQ(fault(), "instruction 1: the entry is not the first instruction");
}

TEST_F(Verifier, Handlers) {
  add(Opcode::throw_value, 4, 0);
  ret(5, 4);
  function.handlers = {{0, 1, 1, 4}};
  EXPECT_EQ(fault(), "");
  function.handlers = {{0, 1, 1, 5}};
  EXPECT_EQ(fault(), "instruction 0: a handler relies on registers that are dead in its range");
  function.handlers = {{0, 1, 1, 3}};
  EXPECT_EQ(fault(), "instruction 0: a handler's register is not free");
  function.handlers = {{0, 1, 2, 4}};
  EXPECT_EQ(fault(), "instruction 0: a handler's range is wrong");
  function.handlers = {{0, 2, 1, 4}};
  EXPECT_EQ(fault(), "instruction 0: a handler's range is wrong");
  function.handlers = {{1, 1, 1, 4}};
  EXPECT_EQ(fault(), "instruction 1: a handler's range is wrong");
}

TEST_F(Verifier, HandlersNest) {
  for (int i = 0; i < 4; i++) add(Opcode::move, 4, 4, 0);
  ret();
  ret(5, 4);
  ret(5, 4);
  auto with = [&](std::vector<Handler> handlers) {
    function.handlers = std::move(handlers);
    return fault();
  };
  EXPECT_EQ(with({{1, 2, 5, 4}, {0, 3, 6, 4}}), "");
  EXPECT_EQ(with({{0, 1, 5, 4}, {1, 3, 6, 4}}), "");
  EXPECT_EQ(with({{0, 3, 5, 4}, {1, 2, 6, 4}}),
            "instruction 1: handlers do not nest, inner ones first");
  EXPECT_EQ(with({{0, 2, 5, 4}, {1, 3, 6, 4}}),
            "instruction 1: handlers do not nest, inner ones first");
  EXPECT_EQ(with({{1, 3, 5, 4}, {0, 2, 6, 4}}),
            "instruction 0: handlers do not nest, inner ones first");
}

TEST_F(Verifier, OuterHandlerSeesWhatInnerRangesKillToo) {
  add(Opcode::move, 4, 4, 0);
  add(Opcode::throw_value, 4, 0);
  ret(5, 4);
  ret(6, 4);
  function.handlers = {{1, 2, 2, 4}, {0, 2, 3, 5}};
  EXPECT_EQ(fault(), "instruction 0: a handler relies on registers that are dead in its range");
}

TEST_F(Verifier, OperandPlaces) {
  add(Opcode::add, 4, 4, 0, 0);
  add(Opcode::less, 5, 4, 0, 0);
  ret();
  function.operand_places = {{0, true, 0}, {1, false, 3}};
  EXPECT_EQ(fault(), "");
  function.operand_places = {{1, true, 0}, {0, true, 0}};
  EXPECT_EQ(fault(), "instruction 0: operand places are not in order");
  function.operand_places = {{2, true, 0}};
  EXPECT_EQ(fault(), "instruction 2: cannot have operand places");
  function.operand_places = {{3, false, 1}};
  EXPECT_EQ(fault(), "instruction 3: has operand places, but there is none");
}

}  // namespace
}  // namespace lithe::bytecode
