// SPDX-License-Identifier: Apache-2.0
#include "ssa/passes.hpp"

#include "ssa/ssa_test_support.hpp"

namespace lithe::ssa {
namespace {

TEST(InferTypes, ALoopOnFloatsHasNoValues) {
  TestProgram program{
      "(def f (n) (let loop ((i 0) (x 0.5) (s 0.5)) (if (< i n) (loop (+ i 1) (* x 1.5) (+ s x)) "
      "s)))"};
  program.request.functions[0].constants.assign(8, std::bit_cast<u64>(0.5));
  ASSERT_EQ(program.build(), "");
  EXPECT_EQ(program.conversions(), 0u);
  EXPECT_EQ(program.graph->signature.result, Type::floating);
}

TEST(InferTypes, NothingSeenMeansIntegers) {
  TestProgram program{"(def f (a b) (+ a b))"};
  program.parameter(0, seen::other);
  program.parameter(1, seen::other);
  ASSERT_EQ(program.build(), "");
  EXPECT_EQ(program.count(Op::unbox_integer), 2u);
  EXPECT_EQ(program.count(Op::add, Mode::integer), 1u);
}

TEST(InferTypes, GoesByWhatWasSeen) {
  TestProgram program{"(def f (a b) (+ a b))"};
  program.parameter(0, seen::other);
  program.parameter(1, seen::other);
  program.saw(0, seen::floating);
  ASSERT_EQ(program.build(), "");
  EXPECT_EQ(program.count(Op::unbox_float), 2u);
  EXPECT_EQ(program.count(Op::add, Mode::floating), 1u);
  program.saw(0, seen::floating | seen::other);
  ASSERT_EQ(program.build(), "");
  EXPECT_EQ(program.count(Op::add, Mode::generic), 1u);
}

TEST(InferTypes, MakesNoGuessTwice) {
  TestProgram program{"(def f (a) (+ a a))"};
  program.parameter(0, seen::other);
  program.request.functions[0].failed[0] = 1;
  ASSERT_EQ(program.build(), "");
  EXPECT_EQ(program.count(Op::add, Mode::generic), 1u);
  EXPECT_EQ(program.conversions(), 0u);
}

TEST(InferTypes, AFloatMakesTheSumAFloatWhateverTheOtherIs) {
  TestProgram program{"(def f (a b) (+ a b))"};
  program.parameter(0, seen::floating);
  program.parameter(1, seen::other);
  program.saw(0, seen::other);
  ASSERT_EQ(program.build(), "");
  EXPECT_EQ(program.count(Op::unbox_number), 1u);
  EXPECT_EQ(program.graph->signature.result, Type::floating);
}

TEST(InferTypes, AnArgumentOfAnotherTypeMakesTheParameterAValue) {
  TestProgram program{"(def f (n x) (if (== n 0) x (+ 1 (f (- n 1) 0.5))))"};
  program.request.functions[0].constants.assign(4, std::bit_cast<u64>(0.5));
  ASSERT_EQ(program.build(), "");
  EXPECT_EQ(program.graph->signature.parameters, (std::vector<Type>{Type::integer, Type::any}));
}

TEST(Represent, AComparisonOfIntegerAndFloatDoesNotRound) {
  TestProgram program{"(def f (a b) (if (< a b) 1 2))"};
  program.parameter(1, seen::floating);
  ASSERT_EQ(program.build(), "");
  const Node* converted = program.find(Op::integer_to_float);
  ASSERT_TRUE(converted);
  EXPECT_TRUE(converted->state);
}

TEST(Share, OneCheckAndOneReadForEachList) {
  TestProgram program{"(def f (xs) (+ (head xs) (+ (head xs) (head (tail xs)))))"};
  program.parameter(0, seen::other);
  ASSERT_EQ(program.build(), "");
  EXPECT_EQ(program.count(Op::head), 2u);
  EXPECT_EQ(program.count(Op::tail), 1u);
  EXPECT_EQ(program.count(Op::unbox_integer), 2u);
}

TEST(Share, NotWhereNothingDominates) {
  TestProgram program{"(def f (xs c) (if (== c 0) (list (head xs)) (list (head xs) 1)))"};
  program.parameter(0, seen::other);
  ASSERT_EQ(program.build(), "");
  EXPECT_EQ(program.count(Op::head), 2u);
}

TEST(DropUnused, KeepsWhatMayFail) {
  TestProgram program{"(def f (a) (begin (list? a) (+ a 1) a))"};
  program.parameter(0, seen::other);
  ASSERT_EQ(program.build(), "");
  EXPECT_EQ(program.count(Op::add), 1u);
  EXPECT_EQ(program.count(Op::is_cons), 0u);
}

constexpr const char* counted =
    "(def f (n) (let loop ((i 0) (s 0)) (if (< i n) (loop (+ i 2) (+ s i)) s)))";

TEST(StripMine, TakesThePollOutOfACountedLoop) {
  TestProgram program{counted};
  ASSERT_EQ(program.build(), "");
  EXPECT_EQ(program.count(Op::strip_limit), 1u);
  EXPECT_EQ(program.count(Op::poll), 1u);
  const Block* inner = nullptr;
  for (const Block* block : program.graph->blocks) {
    if (block->bounded) inner = block;
  }
  ASSERT_TRUE(inner);
  // From the inner loop's head over its body back to it, nothing polls.
  for (const Node* node : inner->successors[0]->nodes) EXPECT_NE(node->op, Op::poll);
}

TEST(StripMine, LeavesLoopsWithCallsAlone) {
  TestProgram program{
      "(def f (g n) (let loop ((i 0)) (if (< i n) (begin (g i) (loop (+ i 1))) i)))"};
  program.parameter(0, seen::other);
  ASSERT_EQ(program.build(), "");
  EXPECT_EQ(program.count(Op::strip_limit), 0u);
  EXPECT_EQ(program.count(Op::poll), 1u);
}

TEST(StripMine, LeavesLoopsThatCountDownOrByVariablesAlone) {
  TestProgram down{"(def f (n) (let loop ((i n)) (if (< 0 i) (loop (- i 1)) i)))"};
  ASSERT_EQ(down.build(), "");
  EXPECT_EQ(down.count(Op::strip_limit), 0u);
  TestProgram variable{"(def f (n k) (let loop ((i 0)) (if (< i n) (loop (+ i k)) i)))"};
  ASSERT_EQ(variable.build(), "");
  EXPECT_EQ(variable.count(Op::strip_limit), 0u);
}

TEST(Verify, WantsALimitOnABoundedLoop) {
  TestProgram program{counted};
  ASSERT_EQ(program.build(), "");
  for (Block* block : program.graph->blocks) {
    if (block->bounded) block->end()->inputs[0]->inputs[1] = program.graph->parameters[0];
  }
  EXPECT_NE(verify(*program.graph, true).find("without a limit"), std::string::npos);
}

TEST(Verify, MissesNoPoll) {
  TestProgram program{"(def f (n) (let loop ((i 0)) (if (< i n) (loop (+ i n)) i)))"};
  ASSERT_EQ(program.build(), "");
  for (Block* block : program.graph->blocks) {
    std::erase_if(block->nodes, [](Node* node) { return node->op == Op::poll; });
  }
  EXPECT_NE(verify(*program.graph, true).find("again without a poll"), std::string::npos);
}

TEST(Verify, MissesNoType) {
  TestProgram program{"(def f (a b) (+ a b))"};
  ASSERT_EQ(program.build(), "");
  const_cast<Node*>(program.find(Op::add))->mode = Mode::floating;
  EXPECT_NE(verify(*program.graph, true).find("wrong type"), std::string::npos);
}

TEST(Verify, MissesNoState) {
  TestProgram program{"(def f (a b) (+ a b))"};
  ASSERT_EQ(program.build(), "");
  const_cast<Node*>(program.find(Op::add))->state = nullptr;
  EXPECT_NE(verify(*program.graph, true).find("no state"), std::string::npos);
}

TEST(Print, ShowsTypesModesAndFrames) {
  TestProgram program{"(def f (a) (+ a 1))"};
  ASSERT_EQ(program.build(), "");
  std::string text = print(*program.graph);
  EXPECT_NE(text.find("function f (integer) -> integer"), std::string::npos) << text;
  EXPECT_NE(text.find("integer = add.integer"), std::string::npos) << text;
  EXPECT_NE(text.find("before[f@0 r0="), std::string::npos) << text;
}

}  // namespace
}  // namespace lithe::ssa
