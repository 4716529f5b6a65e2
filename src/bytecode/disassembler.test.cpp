// SPDX-License-Identifier: Apache-2.0
#include "bytecode/disassembler.hpp"

#include <gtest/gtest.h>

#include "bytecode/operands.hpp"

namespace lithe::bytecode {
namespace {

TEST(Disassembler, EveryOpcodeHasALine) {
  base::NameTable names;
  Function function;
  for (u16 op = 0; op < opcode_count; op++) {
    function.code.push_back({op, 4, 5, 0});
    function.live_tops.push_back(7);
    function.spans.push_back({});
  }
  std::string text = disassemble(function, names);
  for (u16 op = 0; op < opcode_count; op++) {
    std::string line = "|7 " + std::string(opcode_table[op].name);
    EXPECT_NE(text.find(line), std::string::npos) << line;
  }
}

TEST(Disassembler, TablesThatLackAnEntryAreShownAsSuch) {
  base::NameTable names;
  Function function;
  function.code = {Instruction::as(Opcode::load_constant, 3, 7),
                   Instruction::abc(Opcode::call_global, 3, 0, 7)};
  function.live_tops = {3, 3};
  EXPECT_EQ(disassemble(function, names),
            "parameters 0 registers 0\n"
            "   0 |3 load_constant r3 ?\n"
            "   1 |3 call_global r3 (0) ?\n");
}

TEST(RegisterUse, FollowsTheTableOfOpcodes) {
  RegisterUse store = register_use(Instruction::abc(Opcode::box_set, 4, 5));
  EXPECT_FALSE(store.writes);
  EXPECT_EQ(store.read_count, 2);
  RegisterUse sum = register_use(Instruction::abc(Opcode::add_integer, 4, 5, 6));
  EXPECT_TRUE(sum.writes);
  EXPECT_EQ(sum.read_count, 1);
  RegisterUse test = register_use(Instruction::abc(Opcode::unless_less_integer, 4, 5, 6));
  EXPECT_FALSE(test.writes);
  EXPECT_EQ(test.read_count, 1);
  RegisterUse call = register_use(Instruction::abc(Opcode::call, 4, 2, 3));
  EXPECT_TRUE(call.writes);
  EXPECT_EQ(call.reads[0], 3);
  EXPECT_EQ(call.range, 4);
  EXPECT_EQ(call.range_count, 2u);
  EXPECT_FALSE(register_use(Instruction::abc(Opcode::tail_call, 4, 2, 3)).writes);
  EXPECT_EQ(register_use(Instruction::abc(Opcode::make_map, 4, 4, 3)).range_count, 6u);
}

}  // namespace
}  // namespace lithe::bytecode
