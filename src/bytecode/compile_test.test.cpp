// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "bytecode/bytecode_test_support.hpp"

namespace lithe::bytecode {
namespace {

TEST(CompileCondition, ComparisonsWithConstants) {
  EXPECT_EQ(TestCompiler().listing(
                "(def f (x) (list (if (< x 1) 1 2) (if (> x 1) 1 2) (if (<= x 1) 1 2) (if (>= x "
                "1) 1 2) (if (== x 1) 1 2) (if (!= x 1) 1 2)))"),
            R"(
parameters 1 registers 11
   0 |4 unless_less_integer r0 1 -> 3
   1 |4 load_integer r4 1
   2 |5 jump -> 4
   3 |4 load_integer r4 2
   4 |5 unless_greater_integer r0 1 -> 7
   5 |5 load_integer r5 1
   6 |6 jump -> 8
   7 |5 load_integer r5 2
   8 |6 unless_less_equal_integer r0 1 -> 11
   9 |6 load_integer r6 1
  10 |7 jump -> 12
  11 |6 load_integer r6 2
  12 |7 unless_greater_equal_integer r0 1 -> 15
  13 |7 load_integer r7 1
  14 |8 jump -> 16
  15 |7 load_integer r7 2
  16 |8 unless_equal_integer r0 1 -> 19
  17 |8 load_integer r8 1
  18 |9 jump -> 20
  19 |8 load_integer r8 2
  20 |9 unless_equal_integer r0 1 -> 23
  21 |9 load_integer r9 2
  22 |10 jump -> 24
  23 |9 load_integer r9 1
  24 |10 make_list r4 r4 (6)
  25 |5 return_value r4
)");
}

TEST(CompileCondition, ConstantOnTheLeft) {
  EXPECT_EQ(TestCompiler().listing("(def f (x) (if (< 1 x) (if (>= 1 x) (if (== 1 x) 1 2) 3) 4))"),
            R"(
parameters 1 registers 5
   0 |4 unless_greater_integer r0 1 -> 9  ; swapped
   1 |4 unless_less_equal_integer r0 1 -> 7  ; swapped
   2 |4 unless_equal_integer r0 1 -> 5
   3 |4 load_integer r4 1
   4 |5 return_value r4
   5 |4 load_integer r4 2
   6 |5 return_value r4
   7 |4 load_integer r4 3
   8 |5 return_value r4
   9 |4 load_integer r4 4
  10 |5 return_value r4
)");
}

TEST(CompileCondition, ComparisonsOfRegisters) {
  EXPECT_EQ(TestCompiler().listing(
                "(def f (x y) (if (< x y) (if (> x y) (if (<= x y) (if (>= x y) (if (== x y) 1 "
                "2) 3) 4) 5) 6))"),
            R"(
parameters 2 registers 6
   0 |5 unless_less r0 r1 -> 15
   1 |5 unless_less r1 r0 -> 13  ; swapped
   2 |5 unless_less_equal r0 r1 -> 11
   3 |5 unless_less_equal r1 r0 -> 9  ; swapped
   4 |5 unless_equal r0 r1 -> 7
   5 |5 load_integer r5 1
   6 |6 return_value r5
   7 |5 load_integer r5 2
   8 |6 return_value r5
   9 |5 load_integer r5 3
  10 |6 return_value r5
  11 |5 load_integer r5 4
  12 |6 return_value r5
  13 |5 load_integer r5 5
  14 |6 return_value r5
  15 |5 load_integer r5 6
  16 |6 return_value r5
)");
}

TEST(CompileCondition, FarConstantsAreLoaded) {
  EXPECT_EQ(TestCompiler().listing("(def f (x) (if (< x 32768) 1 2))"), R"(
parameters 1 registers 5
   0 |4 load_integer r4 32768
   1 |5 unless_less r0 r4 -> 4
   2 |4 load_integer r4 1
   3 |5 return_value r4
   4 |4 load_integer r4 2
   5 |5 return_value r4
)");
}

TEST(CompileCondition, Not) {
  EXPECT_EQ(TestCompiler().listing("(def f (x) (if (not (not (not x))) 1 2))"), R"(
parameters 1 registers 5
   0 |4 jump_unless r0 -> 3
   1 |4 load_integer r4 2
   2 |5 return_value r4
   3 |4 load_integer r4 1
   4 |5 return_value r4
)");
}

TEST(CompileCondition, And) {
  EXPECT_EQ(TestCompiler().listing("(def f (x y) (if (and (< x 1) y (g x)) 1 2))"), R"(
parameters 2 registers 7
   0 |5 unless_less_integer r0 1 -> 7
   1 |5 jump_unless r1 -> 7
   2 |5 move r5 r0
   3 |6 call_global r5 (1) g
   4 |6 jump_unless r5 -> 7
   5 |5 load_integer r5 1
   6 |6 return_value r5
   7 |5 load_integer r5 2
   8 |6 return_value r5
)");
}

TEST(CompileCondition, Or) {
  EXPECT_EQ(TestCompiler().listing("(def f (x y) (if (or (< x 1) y (g x)) 1 2))"), R"(
parameters 2 registers 7
   0 |5 unless_less_integer r0 1 -> 2
   1 |5 jump -> 6
   2 |5 jump_if r1 -> 6
   3 |5 move r5 r0
   4 |6 call_global r5 (1) g
   5 |6 jump_unless r5 -> 8
   6 |5 load_integer r5 1
   7 |6 return_value r5
   8 |5 load_integer r5 2
   9 |6 return_value r5
)");
}

TEST(CompileCondition, NestedLogic) {
  EXPECT_EQ(TestCompiler().listing(
                "(def f (x) (if (and (> x 0) (or (== x 5) (!= x 7)) (not (<= 3 x))) 1 2))"),
            R"(
parameters 1 registers 5
   0 |4 unless_greater_integer r0 0 -> 9
   1 |4 unless_equal_integer r0 5 -> 3
   2 |4 jump -> 5
   3 |4 unless_equal_integer r0 7 -> 5
   4 |4 jump -> 9
   5 |4 unless_greater_equal_integer r0 3 -> 7  ; swapped
   6 |4 jump -> 9
   7 |4 load_integer r4 1
   8 |5 return_value r4
   9 |4 load_integer r4 2
  10 |5 return_value r4
)");
}

TEST(CompileCondition, LogicAsValues) {
  EXPECT_EQ(TestCompiler().listing("(def f (x) (list (and x (g x)) (or (g x) (h x))))"), R"(
parameters 1 registers 7
   0 |4 move r4 r0
   1 |5 jump_unless r4 -> 4
   2 |4 move r4 r0
   3 |5 call_global r4 (1) g
   4 |5 move r5 r0
   5 |6 call_global r5 (1) g
   6 |6 jump_if r5 -> 9
   7 |5 move r5 r0
   8 |6 call_global r5 (1) h
   9 |6 make_list r4 r4 (2)
  10 |5 return_value r4
)");
}

TEST(CompileCondition, LogicForEffect) {
  EXPECT_EQ(TestCompiler().listing("(def f (x) (and (< x 1) (g x)) (or x (g x)) nil)"), R"(
parameters 1 registers 6
   0 |4 unless_less_integer r0 1 -> 3
   1 |4 move r4 r0
   2 |5 call_global r4 (1) g
   3 |4 jump_if r0 -> 6
   4 |4 move r4 r0
   5 |5 call_global r4 (1) g
   6 |4 load_constant r4 nil
   7 |5 return_value r4
)");
}

TEST(CompileCondition, ConstantConditions) {
  EXPECT_EQ(TestCompiler().listing("(def f (x) (if true (if nil 1 (if (if x false 5) 2 3)) 4))"),
            R"(
parameters 1 registers 5
   0 |4 jump_if r0 -> 3
   1 |4 load_integer r4 2
   2 |5 return_value r4
   3 |4 load_integer r4 3
   4 |5 return_value r4
)");
}

TEST(CompileCondition, ChainAsCondition) {
  EXPECT_EQ(TestCompiler().listing("(def f (a b c) (if (< a b c 10) 1 2))"), R"(
parameters 3 registers 7
   0 |6 load_integer r6 10
   1 |7 unless_less r0 r1 -> 6
   2 |7 unless_less r1 r2 -> 6  ; from argument 2
   3 |7 unless_less r2 r6 -> 6  ; from argument 3
   4 |6 load_integer r6 1
   5 |7 return_value r6
   6 |6 load_integer r6 2
   7 |7 return_value r6
)");
}

TEST(CompileCondition, ChainThatMustFail) {
  EXPECT_EQ(TestCompiler().listing("(def f (a b c) (if (not (< a b c)) 1 2))"), R"(
parameters 3 registers 7
   0 |6 unless_less r0 r1 -> 4
   1 |6 unless_less r1 r2 -> 4  ; from argument 2
   2 |6 load_integer r6 2
   3 |7 return_value r6
   4 |6 load_integer r6 1
   5 |7 return_value r6
)");
}

TEST(CompileCondition, LetAsCondition) {
  EXPECT_EQ(TestCompiler().listing("(def f (x) (if (let ((y (g x))) (< y x)) 1 2))"), R"(
parameters 1 registers 6
   0 |4 move r4 r0
   1 |5 call_global r4 (1) g
   2 |5 unless_less r4 r0 -> 5
   3 |4 load_integer r4 1
   4 |5 return_value r4
   5 |4 load_integer r4 2
   6 |5 return_value r4
)");
}

}  // namespace
}  // namespace lithe::bytecode
