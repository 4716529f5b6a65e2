// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "bytecode/bytecode_test_support.hpp"

namespace lithe::bytecode {
namespace {

TEST(CompileLocal, SequentialLet) {
  EXPECT_EQ(TestCompiler().listing("(def f (x) (let ((y (g x)) (z (+ y 1))) (* y z)))"), R"(
parameters 1 registers 6
   0 |4 move r4 r0
   1 |5 call_global r4 (1) g
   2 |5 add_integer r5 r4 1
   3 |6 multiply r4 r4 r5
   4 |5 return_value r4
)");
}

TEST(CompileLocal, AnotherNameNeedsNoRegister) {
  EXPECT_EQ(TestCompiler().listing("(def f (x) (let ((y x) (z y)) (+ y z)))"), R"(
parameters 1 registers 5
   0 |4 add r4 r0 r0
   1 |5 return_value r4
)");
}

TEST(CompileLocal, CopyOfAnAssignedVariable) {
  EXPECT_EQ(TestCompiler().listing("(def f (x) (let ((y x)) (set! x 1) (+ x y)))"), R"(
parameters 1 registers 5
   0 |4 move r4 r0
   1 |5 load_integer r0 1
   2 |5 add r4 r0 r4
   3 |5 return_value r4
)");
}

TEST(CompileLocal, AssignmentInPlace) {
  EXPECT_EQ(TestCompiler().listing("(def f (x) (set! x (+ x 1)) x)"), R"(
parameters 1 registers 4
   0 |4 add_integer r0 r0 1
   1 |4 return_value r0
)");
}

TEST(CompileLocal, AssignmentGivesTheValue) {
  EXPECT_EQ(TestCompiler().listing("(def f (x y) (+ (set! x y) x))"), R"(
parameters 2 registers 6
   0 |5 move r0 r1
   1 |5 move r5 r0
   2 |6 add r5 r5 r0
   3 |6 return_value r5
)");
}

TEST(CompileLocal, OperandReadBeforeALaterAssignment) {
  EXPECT_EQ(TestCompiler().listing("(def f (a) (+ a (begin (set! a 5) a)))"), R"(
parameters 1 registers 6
   0 |4 move r4 r0
   1 |5 load_integer r0 5
   2 |5 move r5 r0
   3 |6 add r4 r4 r5
   4 |5 return_value r4
)");
}

TEST(CompileLocal, AssignedVariableIsKeptUntilTheEnd) {
  EXPECT_EQ(TestCompiler().listing("(def f (x) (set! x (or (g) x)) x)"), R"(
parameters 1 registers 5
   0 |4 call_global r4 (0) g
   1 |5 jump_unless r4 -> 3
   2 |5 move r0 r4
   3 |4 return_value r0
)");
}

TEST(CompileLocal, Boxes) {
  EXPECT_EQ(TestCompiler().listing(
                "(def f (x) (let ((c 0)) (list (fun () (set! c (+ c 1)) c) (fun () c))))"),
            R"(
parameters 1 registers 8
   0 |4 load_integer r4 0
   1 |5 box_new r4 r4
   2 |5 make_closure r5 child 0
   3 |6 make_closure r6 child 1
   4 |7 make_list r4 r5 (2)
   5 |5 return_value r4
child 0: r4
child 1: r4
)");
}

TEST(CompileLocal, BoxesFromInside) {
  EXPECT_EQ(TestCompiler().listing(
                "(def f (x) (let ((c 0)) (list (fun () (set! c (+ c 1)) c) (fun () c))))", {0, 0}),
            R"(
parameters 0 registers 5
   0 |3 get_capture r3 capture 0
   1 |4 box_get r3 r3
   2 |4 add_integer r3 r3 1
   3 |4 get_capture r4 capture 0
   4 |5 box_set r4 r3
   5 |3 get_capture r3 capture 0
   6 |4 box_get r3 r3
   7 |4 return_value r3
)");
}

TEST(CompileLocal, BoxOfOwnFrame) {
  EXPECT_EQ(TestCompiler().listing("(def f (x) (set! x 1) (fun () x) (set! x (g x)) x)"), R"(
parameters 1 registers 6
   0 |4 box_new r0 r0
   1 |4 load_integer r4 1
   2 |5 box_set r0 r4
   3 |4 box_get r4 r0
   4 |5 call_global r4 (1) g
   5 |5 box_set r0 r4
   6 |4 box_get r4 r0
   7 |5 return_value r4
)");
}

TEST(CompileLocal, MutualRecursionThroughAnEmptyBox) {
  EXPECT_EQ(TestCompiler().listing(
                "(def f (x) (def even? (n) (if (== n 0) true (odd? (- n 1)))) (def odd? (n) (if "
                "(== n 0) false (even? (- n 1)))) (even? x))"),
            R"(
parameters 1 registers 8
   0 |4 box_empty r4
   1 |5 make_closure r5 child 0
   2 |6 make_closure r6 child 1
   3 |7 box_set r4 r6
   4 |6 move r6 r0
   5 |7 tail_call r6 (1) r5
child 0: r4
child 1: r5
)");
}

TEST(CompileLocal, Globals) {
  EXPECT_EQ(TestCompiler().listing("(begin (set! a 4) (say b) (def c a))", {}), R"(
parameters 0 registers 5
   0 |3 load_integer r3 4
   1 |4 set_global r3 a
   2 |3 get_global r3 b
   3 |4 call_primitive r3 (1) say
   4 |3 get_global r3 a
   5 |4 define_global r3 c
   6 |4 return_value r3
)");
}

TEST(CompileLocal, DroppedValues) {
  EXPECT_EQ(TestCompiler().listing("(def f (x) (set! x 1) 5 x :k (fun () x) y x)"), R"(
parameters 1 registers 5
   0 |4 box_new r0 r0
   1 |4 load_integer r4 1
   2 |5 box_set r0 r4
   3 |4 box_get r4 r0
   4 |4 get_global r4 y
   5 |4 box_get r4 r0
   6 |5 return_value r4
)");
}

}  // namespace
}  // namespace lithe::bytecode
