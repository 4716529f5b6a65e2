// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "bytecode/bytecode_test_support.hpp"

namespace lithe::bytecode {
namespace {

TEST(CompilePrimitive, ConstantOperands) {
  EXPECT_EQ(TestCompiler().listing(
                "(def f (x) (list (+ x 5) (+ 5 x) (- x 5) (- 5 x) (* x 5) (+ x 40000)))"),
            R"(
parameters 1 registers 11
   0 |4 add_integer r4 r0 5
   1 |5 add_integer r5 r0 5  ; swapped
   2 |6 subtract_integer r6 r0 5
   3 |7 load_integer r7 5
   4 |8 subtract r7 r7 r0
   5 |8 load_integer r8 5
   6 |9 multiply r8 r0 r8
   7 |9 load_integer r9 40000
   8 |10 add r9 r0 r9
   9 |10 make_list r4 r4 (6)
  10 |5 return_value r4
)");
}

TEST(CompilePrimitive, AStoreIsWorthWhatIsStored) {
  EXPECT_EQ(TestCompiler().listing(
                "(def f (b i) (begin (buffer/set! b i (buffer/get b 0)) (buffer/set! b 1 i)))"),
            R"(
parameters 2 registers 6
   0 |5 load_integer r5 0
   1 |6 buffer_get r5 r0 r5
   2 |6 buffer_set r0 r1 r5
   3 |5 load_integer r5 1
   4 |6 buffer_set r0 r5 r1
   5 |5 return_value r1
)");
}

TEST(CompilePrimitive, BinaryOperations) {
  EXPECT_EQ(TestCompiler().listing(
                "(def f (x y) (list (/ x y) (mod x y) (math/rem x y) (math/quot x y) "
                "(math/bit-and x y) (math/bit-or x y) (math/bit-xor x y) (math/shift-left x y) "
                "(math/shift-right x y)))"),
            R"(
parameters 2 registers 15
   0 |5 divide r5 r0 r1
   1 |6 modulo r6 r0 r1
   2 |7 remainder r7 r0 r1
   3 |8 quotient r8 r0 r1
   4 |9 bit_and r9 r0 r1
   5 |10 bit_or r10 r0 r1
   6 |11 bit_xor r11 r0 r1
   7 |12 shift_left r12 r0 r1
   8 |13 shift_right r13 r0 r1
   9 |14 make_list r5 r5 (9)
  10 |6 return_value r5
)");
}

TEST(CompilePrimitive, ListOperations) {
  EXPECT_EQ(TestCompiler().listing("(def f (x y) (cons (head x) (tail y)))"), R"(
parameters 2 registers 7
   0 |5 head r5 r0
   1 |6 tail r6 r1
   2 |7 cons r5 r5 r6
   3 |6 return_value r5
)");
}

TEST(CompilePrimitive, Literals) {
  EXPECT_EQ(TestCompiler().listing("(def f (x) (list [x 1] {:a x :b 2} (list)))"), R"(
parameters 1 registers 10
   0 |4 move r4 r0
   1 |5 load_integer r5 1
   2 |6 make_vector r4 r4 (2)
   3 |5 load_constant r5 :a
   4 |6 move r6 r0
   5 |7 load_constant r7 :b
   6 |8 load_integer r8 2
   7 |9 make_map r5 r5 (2)
   8 |6 make_list r6 r6 (0)
   9 |7 make_list r4 r4 (3)
  10 |5 return_value r4
)");
}

TEST(CompilePrimitive, Comparisons) {
  EXPECT_EQ(TestCompiler().listing(
                "(def f (x y) (list (< x y) (> x y) (<= x y) (>= x y) (== x y) (!= x y) (not "
                "x)))"),
            R"(
parameters 2 registers 13
   0 |5 less r5 r0 r1
   1 |6 less r6 r1 r0  ; swapped
   2 |7 less_equal r7 r0 r1
   3 |8 less_equal r8 r1 r0  ; swapped
   4 |9 equal r9 r0 r1
   5 |10 equal r10 r0 r1
   6 |11 logical_not r10 r10
   7 |11 logical_not r11 r0
   8 |12 make_list r5 r5 (7)
   9 |6 return_value r5
)");
}

TEST(CompilePrimitive, OthersAreCalled) {
  EXPECT_EQ(TestCompiler().listing("(def f (x) (str (- x) (+) (abs x)))"), R"(
parameters 1 registers 8
   0 |4 move r4 r0
   1 |5 call_primitive r4 (1) -
   2 |5 call_primitive r5 (0) +
   3 |6 move r6 r0
   4 |7 call_global r6 (1) abs
   5 |7 call_primitive r4 (3) str
   6 |5 return_value r4
)");
}

TEST(CompilePrimitive, FoldsFromTheLeft) {
  EXPECT_EQ(TestCompiler().listing("(def f (a b c) (+ a b c 1 2))"), R"(
parameters 3 registers 7
   0 |6 add r6 r0 r1
   1 |7 add r6 r6 r2  ; from argument 2
   2 |7 add_integer r6 r6 1  ; from argument 3
   3 |7 add_integer r6 r6 2  ; from argument 4
   4 |7 return_value r6
)");
}

TEST(CompilePrimitive, FoldEvaluatesAllOperandsFirst) {
  EXPECT_EQ(TestCompiler().listing("(def f (a b c) (+ a b (g a) 2))"), R"(
parameters 3 registers 9
   0 |6 move r6 r0
   1 |7 call_global r6 (1) g
   2 |7 load_integer r7 2
   3 |8 add r8 r0 r1
   4 |9 add r8 r8 r6  ; from argument 2
   5 |9 add r6 r8 r7  ; from argument 3
   6 |7 return_value r6
)");
}

TEST(CompilePrimitive, FoldInPlace) {
  EXPECT_EQ(TestCompiler().listing("(def f (a b) (set! a (- 5 b a)) a)"), R"(
parameters 2 registers 7
   0 |5 load_integer r5 5
   1 |6 subtract r6 r5 r1
   2 |7 subtract r0 r6 r0  ; from argument 2
   3 |5 return_value r0
)");
}

TEST(CompilePrimitive, Chain) {
  EXPECT_EQ(TestCompiler().listing("(def f (a b c) (< a b c))"), R"(
parameters 3 registers 7
   0 |6 less r6 r0 r1
   1 |7 jump_unless r6 -> 3
   2 |7 less r6 r1 r2  ; from argument 2
   3 |7 return_value r6
)");
}

}  // namespace
}  // namespace lithe::bytecode
