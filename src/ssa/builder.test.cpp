// SPDX-License-Identifier: Apache-2.0
#include "ssa/builder.hpp"

#include "ssa/ssa_test_support.hpp"
#include "value/off_heap.hpp"

namespace lithe::ssa {
namespace {

constexpr const char* fib = "(def fib (n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))";

u32 frames(const FrameState* state) {
  u32 number = 0;
  for (; state; state = state->outer) number++;
  return number;
}

TEST(Build, PutsASmallRecursiveFunctionOnceIntoItself) {
  TestProgram program{fib};
  ASSERT_EQ(program.build(), "");
  EXPECT_EQ(program.count(Op::call_self), 4u);
  EXPECT_EQ(program.count(Op::less, Mode::integer), 3u);
  EXPECT_EQ(program.conversions(), 0u);
  EXPECT_EQ(program.graph->signature.result, Type::integer);
}

TEST(Build, InlinesSettledFunctionsAndDependsOnTheirNames) {
  TestProgram program{"(def outer (x) (+ 1 (inner x)))", "(def inner (x) (* x 2))"};
  ASSERT_EQ(program.build(), "");
  EXPECT_EQ(program.count(Op::call_value), 0u);
  EXPECT_EQ(program.graph->inlined, std::vector<i32>{1});
  EXPECT_EQ(program.graph->dependencies, (std::vector<u32>{0, 1}));
}

TEST(Build, AGuardInAnInlinedFunctionLeavesToBothFrames) {
  TestProgram program{"(def outer (x y) (+ y (inner x)))", "(def inner (x) (* x 2))"};
  ASSERT_EQ(program.build(), "");
  const Node* product = program.find(Op::multiply);
  ASSERT_TRUE(product);
  ASSERT_EQ(frames(product->state), 2u);
  EXPECT_EQ(product->state->function, 1);
  EXPECT_EQ(product->state->outer->function, 0);
  // The outer frame stands at its call: what the call's window holds is not live there.
  EXPECT_EQ(
      program.request.functions[0].function->code[product->state->outer->instruction].opcode(),
      bytecode::Opcode::call_global);
}

TEST(Build, AnInlinedTailCallTakesTheFramesPlace) {
  TestProgram program{"(def outer (x) (inner x))", "(def inner (x) (* x 2))"};
  ASSERT_EQ(program.build(), "");
  EXPECT_EQ(frames(program.find(Op::multiply)->state), 1u);
}

TEST(Build, ATailCallOfItselfIsALoopThatPolls) {
  TestProgram program{"(def count (n) (if (== n 0) 0 (count (- n 1))))"};
  ASSERT_EQ(program.build(), "");
  EXPECT_EQ(program.count(Op::poll), 1u);
  EXPECT_EQ(
      program.count(Op::tail_known) + program.count(Op::tail_value) + program.count(Op::call_self),
      0u);
}

TEST(Build, EveryLoopPolls) {
  TestProgram program{
      "(def loops (n) (let outer ((i 0)) (if (< i n) (begin (let inner ((j 0)) (if (< j i) (inner "
      "(+ j 1)) 0))"
      " (outer (+ i 1))) i)))"};
  ASSERT_EQ(program.build(), "");
  EXPECT_EQ(program.count(Op::poll), 2u);
}

TEST(Build, AMutualTailCallLeavesTheCalleeToTheCaller) {
  TestProgram program{"(def a (f n) (f n))"};
  ASSERT_EQ(program.build(), "");
  EXPECT_EQ(program.count(Op::tail_value), 1u);
}

TEST(Build, SimpleBuiltinsAreNodesOfTheirOwn) {
  TestProgram program{
      "(def f (s xs n) (if (empty? xs) (math/min (- n) (math/abs n) (string/char-code s n)) "
      "(math/max n 1)))"};
  ASSERT_EQ(program.build(), "");
  EXPECT_EQ(program.count(Op::call_primitive), 0u);
  EXPECT_EQ(program.count(Op::minimum), 2u);
  for (Op op : {Op::is_empty, Op::negate, Op::absolute, Op::char_code, Op::maximum}) {
    EXPECT_EQ(program.count(op), 1u) << u32(op);
  }
  // With fewer arguments they are something else, or an error.
  TestProgram other{"(def f (s n) (list (math/min n) (string/char-code s)))"};
  ASSERT_EQ(other.build(), "");
  EXPECT_EQ(other.count(Op::call_primitive), 2u);
}

TEST(Build, StatesHoldWhatIsLiveAlone) {
  TestProgram program{"(def f (a b c) (let ((unused (* a b))) (+ a c)))"};
  ASSERT_EQ(program.build(), "");
  const FrameState* state = program.find(Op::add)->state;
  EXPECT_TRUE(state->registers[0]);
  EXPECT_FALSE(state->registers[1]);
  EXPECT_TRUE(state->registers[2]);
}

TEST(Build, ALoopsEntryTakesTheFramesRegisters) {
  TestProgram program{
      "(def f (n) (let loop ((i 0) (x 0.5)) (if (< i n) (loop (+ i 1) (+ x 0.5)) x)))"};
  program.request.loop = 0;
  u32 head = program.request.functions[0].function->loop_heads[0];
  u32 live = program.request.functions[0].function->live_tops[head];
  program.request.register_types.assign(live, seen::integer);
  program.request.register_types[live - 1] = seen::floating;
  ASSERT_EQ(program.build(), "");
  EXPECT_EQ(program.count(Op::frame_register), 3u);
  EXPECT_EQ(program.count(Op::add, Mode::integer), 1u);
  EXPECT_EQ(program.count(Op::add, Mode::floating), 1u);
  EXPECT_EQ(program.graph->signature.result, Type::any);
}

TEST(Build, AnInnerLoopsEntryAlsoRunsTheOuterLoop) {
  TestProgram program{
      "(def f (n) (let outer ((i 0) (s 0)) (if (< i n) (outer (+ i 1) (let inner ((j 0) (t s)) (if "
      "(< j i)"
      " (inner (+ j 1) (+ t j)) t))) s)))"};
  const bytecode::Function& code = *program.request.functions[0].function;
  ASSERT_EQ(code.loop_heads.size(), 2u);
  program.request.loop = code.loop_heads[0] > code.loop_heads[1] ? 0 : 1;
  program.request.register_types.assign(code.registers, seen::integer);
  ASSERT_EQ(program.build(), "");
  EXPECT_EQ(program.count(Op::poll), 2u);
  EXPECT_EQ(program.count(Op::return_value), 1u);
}

TEST(Build, SaysWhyNot) {
  EXPECT_EQ(TestProgram{"(def f () (receive (m m)))"}.build(), "it waits for messages");
  EXPECT_EQ(TestProgram{"(def f (g) (try (g 1) (catch e e)))"}.build(), "it handles errors");
  EXPECT_EQ(TestProgram{"(def f (x) (set! some-global x))"}.build(),
            "it assigns or defines a top-level name");
  EXPECT_EQ(TestProgram{"(def f (x) (timer/sleep x))"}.build(), "it waits: it calls timer/sleep");
}

/// The number of the instruction of that kind.
u32 place_of(const TestProgram& program, bytecode::Opcode opcode) {
  const std::vector<bytecode::Instruction>& code = program.request.functions[0].function->code;
  for (u32 i = 0; i < code.size(); i++) {
    if (code[i].opcode() == opcode) return i;
  }
  ADD_FAILURE() << "it has no such instruction";
  return 0;
}

constexpr const char* doubling =
    "(def doubling (b i) (buffer/set! b i (+ (buffer/get b i) (buffer/get b i))))";

TEST(Build, ElementsAreReadAndStoredRawWhenOneTypeWasSeen) {
  TestProgram program{doubling};
  u32 first = place_of(program, bytecode::Opcode::buffer_get);
  u8 f64 = seen::element(u8(value::ElementType::f64_));
  program.saw(first, f64);
  program.saw(first + 1, f64);
  program.saw(place_of(program, bytecode::Opcode::buffer_set), f64);
  ASSERT_EQ(program.build(), "");
  EXPECT_EQ(program.count(Op::buffer_get), 2u);
  EXPECT_EQ(program.count(Op::buffer_set), 1u);
  EXPECT_EQ(program.count(Op::add, Mode::floating), 1u);
  EXPECT_EQ(program.count(Op::box), 1u) << "of what is returned";
}

TEST(Build, ElementsOfSeveralTypesAreLeftToTheBuiltin) {
  TestProgram program{doubling};
  u32 first = place_of(program, bytecode::Opcode::buffer_get);
  program.saw(first, seen::element(u8(value::ElementType::f64_)) |
                         seen::element(u8(value::ElementType::i64_)));
  ASSERT_EQ(program.build(), "");
  EXPECT_EQ(program.count(Op::buffer_get), 0u);
  EXPECT_EQ(program.count(Op::call_primitive), 3u);
}

}  // namespace
}  // namespace lithe::ssa
