// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "bytecode/bytecode_test_support.hpp"

namespace lithe::bytecode {
namespace {

TEST(CompileControl, IfAsValue) {
  EXPECT_EQ(TestCompiler().listing("(def f (x) (say (if x (if (g x) 1 2) (if (h x) 3 4))))"), R"(
parameters 1 registers 6
   0 |4 jump_unless r0 -> 8
   1 |4 move r4 r0
   2 |5 call_global r4 (1) g
   3 |5 jump_unless r4 -> 6
   4 |4 load_integer r4 1
   5 |5 jump -> 14
   6 |4 load_integer r4 2
   7 |5 jump -> 14
   8 |4 move r4 r0
   9 |5 call_global r4 (1) h
  10 |5 jump_unless r4 -> 13
  11 |4 load_integer r4 3
  12 |5 jump -> 14
  13 |4 load_integer r4 4
  14 |5 call_primitive r4 (1) say
  15 |5 return_value r4
)");
}

TEST(CompileControl, IfForEffect) {
  EXPECT_EQ(
      TestCompiler().listing("(def f (x) (if x (g x) nil) (if x nil (g x)) (if x (g x) (h x)) x)"),
      R"(
parameters 1 registers 6
   0 |4 jump_unless r0 -> 3
   1 |4 move r4 r0
   2 |5 call_global r4 (1) g
   3 |4 jump_if r0 -> 6
   4 |4 move r4 r0
   5 |5 call_global r4 (1) g
   6 |4 jump_unless r0 -> 10
   7 |4 move r4 r0
   8 |5 call_global r4 (1) g
   9 |4 jump -> 12
  10 |4 move r4 r0
  11 |5 call_global r4 (1) h
  12 |4 return_value r0
)");
}

TEST(CompileControl, Cond) {
  EXPECT_EQ(
      TestCompiler().listing("(def f (x) (cond ((< x 1) 1) ((== x 2) (g x) 3) (else (say x))))"),
      R"(
parameters 1 registers 6
   0 |4 unless_less_integer r0 1 -> 3
   1 |4 load_integer r4 1
   2 |5 return_value r4
   3 |4 unless_equal_integer r0 2 -> 8
   4 |4 move r4 r0
   5 |5 call_global r4 (1) g
   6 |4 load_integer r4 3
   7 |5 return_value r4
   8 |4 move r4 r0
   9 |5 call_primitive r4 (1) say
  10 |5 return_value r4
)");
}

TEST(CompileControl, CountingLoop) {
  EXPECT_EQ(TestCompiler().listing(
                "(def count (n) (let loop ((i 0) (acc 0)) (if (< i n) (loop (+ i 1) (+ acc i)) "
                "acc)))"),
            R"(
parameters 1 registers 7
   0 |4 load_integer r4 0
   1 |5 load_integer r5 0
   2 |6 unless_less r4 r0 -> 7  ; loop 0
   3 |6 add_integer r6 r4 1
   4 |7 add r5 r5 r4
   5 |7 move r4 r6
   6 |6 loop 0 -> 2
   7 |6 return_value r5
)");
}

TEST(CompileControl, LoopWithoutNeedOfACopy) {
  EXPECT_EQ(TestCompiler().listing(
                "(def count (n) (let loop ((acc 0) (i n)) (if (> i 0) (loop (+ acc i) (- i 1)) "
                "acc)))"),
            R"(
parameters 1 registers 6
   0 |4 load_integer r4 0
   1 |5 move r5 r0
   2 |6 unless_greater_integer r5 0 -> 6  ; loop 0
   3 |6 add r4 r4 r5
   4 |6 subtract_integer r5 r5 1
   5 |6 loop 0 -> 2
   6 |5 return_value r4
)");
}

TEST(CompileControl, LoopVariablesChangePlaces) {
  EXPECT_EQ(TestCompiler().listing(
                "(def f (a b) (let loop ((x a) (y b) (z 1)) (if x (loop y x z) (list x y z))))"),
            R"(
parameters 2 registers 12
   0 |5 move r5 r0
   1 |6 move r6 r1
   2 |7 load_integer r7 1
   3 |8 jump_unless r5 -> 8  ; loop 0
   4 |8 move r8 r6
   5 |9 move r6 r5
   6 |9 move r5 r8
   7 |8 loop 0 -> 3
   8 |8 move r8 r5
   9 |9 move r9 r6
  10 |10 move r10 r7
  11 |11 make_list r5 r8 (3)
  12 |6 return_value r5
)");
}

TEST(CompileControl, LoopWithFreshBoxes) {
  EXPECT_EQ(TestCompiler().listing(
                "(def f (n) (let loop ((i 0) (fs (list))) (if (< i n) (loop (+ i 1) (cons (fun "
                "() (set! i (+ i 1)) i) fs)) fs)))"),
            R"(
parameters 1 registers 8
   0 |4 load_integer r4 0
   1 |5 box_new r4 r4
   2 |5 make_list r5 r5 (0)
   3 |6 box_get r6 r4  ; loop 0
   4 |7 unless_less r6 r0 -> 11
   5 |6 box_get r6 r4
   6 |7 add_integer r6 r6 1
   7 |7 make_closure r7 child 0
   8 |8 cons r5 r7 r5
   9 |7 box_new r4 r6
  10 |6 loop 0 -> 3
  11 |6 return_value r5
child 0: r4
)");
}

TEST(CompileControl, LoopAsValue) {
  EXPECT_EQ(TestCompiler().listing(
                "(def f (x) (+ x (let loop ((i 0)) (if (< i x) (loop (+ i 1)) (g i)))))"),
            R"(
parameters 1 registers 7
   0 |4 load_integer r4 0
   1 |5 unless_less r4 r0 -> 4  ; loop 0
   2 |5 add_integer r4 r4 1
   3 |5 loop 0 -> 1
   4 |5 move r5 r4
   5 |6 call_global r5 (1) g
   6 |6 move r4 r5
   7 |5 add r4 r0 r4
   8 |5 return_value r4
)");
}

TEST(CompileControl, NestedLoops) {
  EXPECT_EQ(TestCompiler().listing(
                "(def f (x) (let loop ((i 0)) (if (< i x) (begin (let inner ((j i)) (if (< j 5) "
                "(inner (+ j 1)) (say j))) (loop (+ i 1))))))"),
            R"(
parameters 1 registers 8
   0 |4 load_integer r4 0
   1 |5 unless_less r4 r0 -> 10  ; loop 1
   2 |5 move r5 r4
   3 |6 unless_less_integer r5 5 -> 6  ; loop 0
   4 |6 add_integer r5 r5 1
   5 |6 loop 0 -> 3
   6 |6 move r6 r5
   7 |7 call_primitive r6 (1) say
   8 |5 add_integer r4 r4 1
   9 |5 loop 1 -> 1
  10 |5 load_constant r4 nil
  11 |5 return_value r4
)");
}

TEST(CompileControl, Match) {
  EXPECT_EQ(TestCompiler().listing(
                "(def f (x) (match x (0 :zero) ((list a b . c) (+ a b)) ((? number? n) n) ((or "
                "1 2) 3) (_ nil)))"),
            R"(
parameters 1 registers 8
   0 |4 unless_equal_integer r0 0 -> 3
   1 |4 load_constant r4 :zero
   2 |5 return_value r4
   3 |4 unless_cons r0 -> 11
   4 |4 head r4 r0
   5 |5 tail r5 r0
   6 |6 unless_cons r5 -> 11
   7 |6 head r6 r5
   8 |7 tail r7 r5
   9 |8 add r4 r4 r6
  10 |5 return_value r4
  11 |4 move r4 r0
  12 |5 call_primitive r4 (1) number?
  13 |5 jump_unless r4 -> 15
  14 |4 return_value r0
  15 |4 unless_equal_integer r0 1 -> 17
  16 |4 jump -> 18
  17 |4 unless_equal_integer r0 2 -> 20
  18 |4 load_integer r4 3
  19 |5 return_value r4
  20 |4 load_constant r4 nil
  21 |5 return_value r4
)");
}

TEST(CompileControl, MatchThatFails) {
  EXPECT_EQ(TestCompiler().listing("(def f (x) (+ 1 (match x ((list a) a))))"), R"(
parameters 1 registers 7
   0 |4 unless_cons r0 -> 6
   1 |4 head r4 r0
   2 |5 tail r5 r0
   3 |6 is_empty_list r6 r5
   4 |7 jump_unless r6 -> 6
   5 |5 jump -> 8
   6 |4 move r4 r0
   7 |5 call_primitive r4 (1) %no-match
   8 |5 add_integer r4 r4 1  ; swapped
   9 |5 return_value r4
)");
}

TEST(CompileControl, Throw) {
  EXPECT_EQ(TestCompiler().listing("(def f (x) (if x (throw (g x)) 2))"), R"(
parameters 1 registers 6
   0 |4 jump_unless r0 -> 4
   1 |4 move r4 r0
   2 |5 call_global r4 (1) g
   3 |5 throw_value r4
   4 |4 load_integer r4 2
   5 |5 return_value r4
)");
}

TEST(CompileControl, TryCatch) {
  EXPECT_EQ(TestCompiler().listing("(def f (x) (try (g x) (catch e (h e))))"), R"(
parameters 1 registers 7
   0 |4 move r4 r0
   1 |5 call_global r4 (1) g
   2 |5 return_value r4
   3 |5 move r5 r4  ; handler
   4 |6 tail_call_global r5 (1) h
handler of 0 to 1: -> 3 r4
)");
}

TEST(CompileControl, TryAsValue) {
  EXPECT_EQ(TestCompiler().listing("(def f (x) (+ 1 (try (g x) (catch e (fun () (set! e 1))))))"),
            R"(
parameters 1 registers 6
   0 |4 move r4 r0
   1 |5 call_global r4 (1) g
   2 |5 jump -> 5
   3 |5 box_new r4 r4  ; handler
   4 |5 make_closure r4 child 0
   5 |5 add_integer r4 r4 1  ; swapped
   6 |5 return_value r4
handler of 0 to 1: -> 3 r4
child 0: r4
)");
}

TEST(CompileControl, TryFinally) {
  EXPECT_EQ(TestCompiler().listing("(def f (x) (+ 1 (try (g x) (finally (say \"x\")))))"), R"(
parameters 1 registers 8
   0 |4 move r4 r0
   1 |5 call_global r4 (1) g
   2 |5 load_integer r5 0
   3 |6 jump -> 5
   4 |5 load_integer r5 1  ; handler
   5 |6 load_constant r6 "x"
   6 |7 call_primitive r6 (1) say
   7 |6 unless_equal_integer r5 1 -> 9
   8 |5 throw_value r4
   9 |5 add_integer r4 r4 1  ; swapped
  10 |5 return_value r4
handler of 0 to 1: -> 4 r4
)");
}

TEST(CompileControl, TryCatchFinally) {
  EXPECT_EQ(TestCompiler().listing("(def f (x) (try (g x) (catch e (h e)) (finally (say \"x\"))))"),
            R"(
parameters 1 registers 8
   0 |4 move r4 r0
   1 |5 call_global r4 (1) g
   2 |5 jump -> 6
   3 |5 move r5 r4  ; handler
   4 |6 call_global r5 (1) h
   5 |6 move r4 r5
   6 |5 load_integer r5 0
   7 |6 jump -> 9
   8 |5 load_integer r5 1  ; handler
   9 |6 load_constant r6 "x"
  10 |7 call_primitive r6 (1) say
  11 |6 unless_equal_integer r5 1 -> 13
  12 |5 throw_value r4
  13 |5 return_value r4
handler of 0 to 1: -> 3 r4
handler of 0 to 5: -> 8 r4
)");
}

TEST(CompileControl, FinallyOfABodyThatThrows) {
  EXPECT_EQ(TestCompiler().listing("(def f (x) (try (throw x) (finally (say \"x\"))))"), R"(
parameters 1 registers 7
   0 |4 throw_value r0
   1 |5 load_constant r5 "x"  ; handler
   2 |6 call_primitive r5 (1) say
   3 |5 throw_value r4
handler of 0 to 0: -> 1 r4
)");
}

TEST(CompileControl, NestedTries) {
  EXPECT_EQ(TestCompiler().listing("(def f (x) (try (try (g x) (catch a (h a))) (catch b (i b))))"),
            R"(
parameters 1 registers 7
   0 |4 move r4 r0
   1 |5 call_global r4 (1) g
   2 |5 jump -> 6
   3 |5 move r5 r4  ; handler
   4 |6 call_global r5 (1) h
   5 |6 move r4 r5
   6 |5 return_value r4
   7 |5 move r5 r4  ; handler
   8 |6 tail_call_global r5 (1) i
handler of 0 to 1: -> 3 r4
handler of 0 to 5: -> 7 r4
)");
}

TEST(CompileControl, TryAroundNothing) {
  EXPECT_EQ(TestCompiler().listing("(def f (x) (try x (catch e (h e))) x)"), R"(
parameters 1 registers 5
   0 |4 return_value r0
)");
}

TEST(CompileControl, Receive) {
  EXPECT_EQ(TestCompiler().listing("(def f () (receive (x (sender))))"), R"(
parameters 0 registers 5
   0 |3 load_constant r3 nil
   1 |4 receive_begin r3
   2 |3 receive_next r3 -> 3
   3 |4 receive_accept
   4 |4 call_primitive r4 (0) sender
   5 |5 return_value r4
)");
}

TEST(CompileControl, ReceiveWithTimeout) {
  EXPECT_EQ(TestCompiler().listing(
                "(def f (x) (receive ((list :a y) :when (> y 2) (h y)) (:stop 5) (after (* 2 x) "
                "(g x))))"),
            R"(
parameters 1 registers 11
   0 |4 load_integer r4 2
   1 |5 multiply r4 r4 r0
   2 |5 receive_begin r4
   3 |4 receive_next r4 -> 25  ; loop 0
   4 |5 unless_cons r4 -> 18
   5 |5 head r5 r4
   6 |6 load_constant r6 :a
   7 |7 unless_equal r5 r6 -> 18
   8 |6 tail r6 r4
   9 |7 unless_cons r6 -> 18
  10 |7 head r7 r6
  11 |8 tail r8 r6
  12 |9 is_empty_list r9 r8
  13 |10 jump_unless r9 -> 18
  14 |9 unless_greater_integer r7 2 -> 18
  15 |9 receive_accept
  16 |9 move r9 r7
  17 |10 tail_call_global r9 (1) h
  18 |5 load_constant r5 :stop
  19 |6 unless_equal r4 r5 -> 23
  20 |5 receive_accept
  21 |5 load_integer r5 5
  22 |6 return_value r5
  23 |5 receive_pass
  24 |4 loop 0 -> 3
  25 |4 move r4 r0
  26 |5 tail_call_global r4 (1) g
)");
}

TEST(CompileControl, ReceiveOnlyWaits) {
  EXPECT_EQ(TestCompiler().listing("(def f () (receive (after 10 5)))"), R"(
parameters 0 registers 4
   0 |3 load_integer r3 10
   1 |4 receive_begin r3
   2 |3 receive_next r3 -> 5  ; loop 0
   3 |4 receive_pass
   4 |3 loop 0 -> 2
   5 |3 load_integer r3 5
   6 |4 return_value r3
)");
}

TEST(CompileControl, ReceiveAsValue) {
  EXPECT_EQ(TestCompiler().listing(
                "(def f (n) (let loop ((i 0)) (if (< i n) (loop (+ i (receive ((list x) x) "
                "(after 5 1)))) i)))"),
            R"(
parameters 1 registers 9
   0 |4 load_integer r4 0
   1 |5 unless_less r4 r0 -> 18  ; loop 1
   2 |5 load_integer r5 5
   3 |6 receive_begin r5
   4 |5 receive_next r5 -> 15  ; loop 0
   5 |6 unless_cons r5 -> 13
   6 |6 head r6 r5
   7 |7 tail r7 r5
   8 |8 is_empty_list r8 r7
   9 |9 jump_unless r8 -> 13
  10 |8 receive_accept
  11 |8 move r5 r6
  12 |6 jump -> 16
  13 |6 receive_pass
  14 |5 loop 0 -> 4
  15 |5 load_integer r5 1
  16 |6 add r4 r4 r5
  17 |5 loop 1 -> 1
  18 |5 return_value r4
)");
}

}  // namespace
}  // namespace lithe::bytecode
