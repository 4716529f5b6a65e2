// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "bytecode/bytecode_test_support.hpp"

namespace lithe::bytecode {
namespace {

TEST(CompileCall, Fib) {
  EXPECT_EQ(TestCompiler().listing("(def fib (n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))"),
            R"(
parameters 1 registers 7
   0 |4 unless_less_integer r0 2 -> 2
   1 |4 return_value r0
   2 |4 subtract_integer r4 r0 1
   3 |5 call_global r4 (1) fib
   4 |5 subtract_integer r5 r0 2
   5 |6 call_global r5 (1) fib
   6 |6 add r4 r4 r5
   7 |5 return_value r4
)");
}

TEST(CompileCall, Tak) {
  EXPECT_EQ(TestCompiler().listing(
                "(def tak (x y z) (if (not (< y x)) z (tak (tak (- x 1) y z) (tak (- y 1) z x) "
                "(tak (- z 1) x y))))"),
            R"(
parameters 3 registers 12
   0 |6 unless_less r1 r0 -> 14
   1 |6 subtract_integer r6 r0 1
   2 |7 move r7 r1
   3 |8 move r8 r2
   4 |9 call_global r6 (3) tak
   5 |7 subtract_integer r7 r1 1
   6 |8 move r8 r2
   7 |9 move r9 r0
   8 |10 call_global r7 (3) tak
   9 |8 subtract_integer r8 r2 1
  10 |9 move r9 r0
  11 |10 move r10 r1
  12 |11 call_global r8 (3) tak
  13 |9 tail_call_global r6 (3) tak
  14 |6 return_value r2
)");
}

TEST(CompileCall, TopLevelForm) {
  EXPECT_EQ(TestCompiler().listing("(+ 1 2)", {}), R"(
parameters 0 registers 4
   0 |3 load_integer r3 1
   1 |4 add_integer r3 r3 2
   2 |4 return_value r3
)");
}

TEST(CompileCall, Definition) {
  EXPECT_EQ(TestCompiler().listing("(def f () 1)", {}), R"(
parameters 0 registers 4
   0 |3 make_closure r3 child 0
   1 |4 define_global r3 f
   2 |4 return_value r3
child 0:
)");
}

TEST(CompileCall, NoArguments) {
  EXPECT_EQ(TestCompiler().listing("(def f () (g) (g))"), R"(
parameters 0 registers 4
   0 |3 call_global r3 (0) g
   1 |3 tail_call_global r3 (0) g
)");
}

TEST(CompileCall, ComputedCallee) {
  EXPECT_EQ(TestCompiler().listing("(def f (x g) ((g x) x))"), R"(
parameters 2 registers 8
   0 |5 move r5 r0
   1 |6 call r5 (1) r1
   2 |6 move r6 r0
   3 |7 tail_call r6 (1) r5
)");
}

TEST(CompileCall, ParameterAsCallee) {
  EXPECT_EQ(TestCompiler().listing("(def f (g x) (say (g x)))"), R"(
parameters 2 registers 7
   0 |5 move r5 r1
   1 |6 call r5 (1) r0
   2 |6 call_primitive r5 (1) say
   3 |6 return_value r5
)");
}

TEST(CompileCall, AssignedCalleeIsReadBeforeTheArguments) {
  EXPECT_EQ(TestCompiler().listing("(def f (g) (set! g 1) (g (begin (set! g 2) 3)))"), R"(
parameters 1 registers 7
   0 |4 load_integer r0 1
   1 |4 move r4 r0
   2 |5 load_integer r0 2
   3 |5 load_integer r5 3
   4 |6 tail_call r5 (1) r4
)");
}

TEST(CompileCall, CapturedCallee) {
  EXPECT_EQ(TestCompiler().listing("(def f (g) (fun (x) (+ 1 (g x))))", {0, 0}), R"(
parameters 1 registers 7
   0 |4 get_capture r4 capture 0
   1 |5 move r5 r0
   2 |6 call r5 (1) r4
   3 |6 add_integer r4 r5 1  ; swapped
   4 |5 return_value r4
)");
}

TEST(CompileCall, SelfCalls) {
  EXPECT_EQ(TestCompiler().listing("(def f (x) (def g (y) (if (< y 1) 0 (+ 1 (g (- y 1))))) (g x))",
                                   {0, 0}),
            R"(
parameters 1 registers 6
   0 |4 unless_less_integer r0 1 -> 3
   1 |4 load_integer r4 0
   2 |5 return_value r4
   3 |4 subtract_integer r4 r0 1
   4 |5 call_self r4 (1)
   5 |5 add_integer r4 r4 1  ; swapped
   6 |5 return_value r4
)");
}

TEST(CompileCall, OwnClosureFromInside) {
  EXPECT_EQ(TestCompiler().listing("(def f (x) (def g (y) (fun () (g x))) (g x))", {0, 0, 0}), R"(
parameters 0 registers 6
   0 |3 get_capture r3 capture 1
   1 |4 get_capture r4 capture 0
   2 |5 tail_call r4 (1) r3
)");
}

TEST(CompileCall, Closures) {
  EXPECT_EQ(TestCompiler().listing("(def f (x) (def g (y) (fun () (g x))) (g x))", {0, 0}), R"(
parameters 1 registers 5
   0 |4 make_closure r4 child 0
   1 |5 return_value r4
child 0: capture 0 self
)");
}

TEST(CompileCall, OptionalParametersAndRest) {
  EXPECT_EQ(TestCompiler().listing("(def f (a (b 1) (c (+ a b)) . rest) (list a b c rest))"), R"(
parameters 1 optional 2 rest registers 12
   0 |7 load_integer r1 1  ; 0 given
   1 |7 add r2 r0 r1  ; 1 given
   2 |7 move r7 r0  ; 2 given
   3 |8 move r8 r1
   4 |9 move r9 r2
   5 |10 move r10 r3
   6 |11 make_list r7 r7 (4)
   7 |8 return_value r7
)");
}

TEST(CompileCall, BoxedParametersOfEveryEntry) {
  EXPECT_EQ(TestCompiler().listing(
                "(def f (a (b (fun () (set! a 2))) (c (b))) (set! c 1) (fun () (set! c (+ a 1)) "
                "(list a b c)))"),
            R"(
parameters 1 optional 2 registers 7
   0 |6 box_new r0 r0  ; 0 given
   1 |6 jump -> 7
   2 |6 box_new r0 r0  ; 1 given
   3 |6 jump -> 8
   4 |6 box_new r0 r0  ; 2 given
   5 |6 box_new r2 r2
   6 |6 jump -> 11
   7 |6 make_closure r1 child 0
   8 |6 call r6 (0) r1
   9 |7 move r2 r6
  10 |6 box_new r2 r2
  11 |6 load_integer r6 1
  12 |7 box_set r2 r6
  13 |6 make_closure r6 child 1
  14 |7 return_value r6
child 0: r0
child 1: r0 r2 r1
)");
}

TEST(CompileCall, BoxedRest) {
  EXPECT_EQ(TestCompiler().listing("(def f (a . rest) (fun () (set! rest a)))"), R"(
parameters 1 rest registers 6
   0 |5 box_new r1 r1
   1 |5 make_closure r5 child 0
   2 |6 return_value r5
child 0: r0 r1
)");
}

}  // namespace
}  // namespace lithe::bytecode
