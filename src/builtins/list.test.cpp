// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "builtins/harness.test.hpp"

namespace lithe::builtins {
namespace {

TEST(List, Parts) {
  expect_all({
      {"(head (1 2))", "1"},
      {"(tail (1 2))", "(2)"},
      {"(list/last (1 2 3))", "3"},
      {"(list/nth (1 2 3) 2)", "3"},
      {"(list/length ())", "0"},
      {"(list/length (1 2 3))", "3"},
      {"(list/take (1 2 3) 2)", "(1 2)"},
      {"(list/take (1 2 3) 9)", "(1 2 3)"},
      {"(list/take (1 2 3) 100000000000000000000)", "(1 2 3)"},
      {"(list/take (1 2 3) 0)", "()"},
      {"(list/drop (1 2 3) 2)", "(3)"},
      {"(list/drop (1 2 3) 9)", "()"},
      {"(list/includes? (1 2.0 \"a\") 2)", "true"},
      {"(list/includes? () 2)", "false"},
      {"(list/index-of (1 2 \"a\") \"a\")", "2"},
      {"(list/index-of (1 2) 3)", "nil"},
      {"(list/sum (1 2.5 3))", "6.5"},
      {"(list/sum ())", "0"},
      {"(list/sum (140737488355327 140737488355327 140737488355327))", "422212465065981"},
  });
}

TEST(List, PartsThatAreNotThere) {
  expect_all({
      {"(head ())", "error :type head: argument 1 must be a list that is not empty, got ()"},
      {"(tail 5)", "error :type tail: argument 1 must be a list that is not empty, got 5"},
      {"(list/last ())",
       "error :type list/last: argument 1 must be a list that is not empty, got ()"},
      {"(list/nth (1 2) 2)",
       "error :index list/nth: argument 2 must be an index below the length 2, got 2"},
      {"(list/nth (1 2) -1)",
       "error :index list/nth: argument 2 must be an index below the length 2, got -1"},
      {"(list/nth (1 2) 0.0)", "error :type list/nth: argument 2 must be an integer, got 0.0"},
      {"(list/take (1) -1)",
       "error :type list/take: argument 2 must be an integer that is not negative, got -1"},
      {"(list/sum (1 :a))",
       "error :type list/sum: argument 1 must be a list of numbers, got :a at index 1"},
      {"(list/length [1 2])", "error :type list/length: argument 1 must be a list, got [1 2]"},
      {"(cons 1 2)", "error :type cons: argument 2 must be a list, got 2"},
  });
}

TEST(List, Making) {
  expect_all({
      {"(list)", "()"},
      {"(cons 1 (2))", "(1 2)"},
      {"(list/reverse (1 2 3))", "(3 2 1)"},
      {"(list/append)", "()"},
      {"(list/append (1) () (2 3) (4))", "(1 2 3 4)"},
      {"(list/append () (1))", "(1)"},
      {"(%append (1 2) (3))", "(1 2 3)"},
      {"(%reverse-onto (1 2) (3))", "(2 1 3)"},
      {"(list/flatten (1 (2 (3 ()) [4]) ((5))))", "(1 2 3 [4] 5)"},
      {"(list/zip (1 2 3) (:a :b))", "((1 :a) (2 :b))"},
      {"(list/zip ())", "()"},
      {"(list/repeat :x 3)", "(:x :x :x)"},
      {"(list/distinct (1 2 1.0 \"a\" (1) \"a\" (1)))", "(1 2 \"a\" (1))"},
      {"(list/append (1) 2)", "error :type list/append: argument 2 must be a list, got 2"},
      {"(list/repeat 0 1000000000000)",
       "error :out-of-memory list/repeat: not enough memory for the result"},
  });
}

TEST(List, Ranges) {
  expect_all({
      {"(list/range 4)", "(0 1 2 3)"},
      {"(list/range 2 5)", "(2 3 4)"},
      {"(list/range 0 10 3)", "(0 3 6 9)"},
      {"(list/range 0 9 3)", "(0 3 6)"},
      {"(list/range 5 0 -2)", "(5 3 1)"},
      {"(list/range 5 0)", "()"},
      {"(list/range -1)", "()"},
      {"(list/range 2.5)", "(0 1 2)"},
      {"(list/range 0.0 1 0.25)", "(0.0 0.25 0.5 0.75)"},
      {"(list/range 1 0 -0.5)", "(1.0 0.5)"},
      {"(list/range 9223372036854775806 9223372036854775809)",
       "(9223372036854775806 9223372036854775807 9223372036854775808)"},
      {"(list/range 9223372036854775800 9223372036854775807 4)",
       "(9223372036854775800 9223372036854775804)"},
      {"(list/range 0 -100000000000000000000 -60000000000000000000)", "(0 -60000000000000000000)"},
      {"(list/range 1 2 0)", "error :value list/range: argument 3, the step, must not be 0"},
      {"(list/range 1000000000000)",
       "error :out-of-memory list/range: not enough memory for the result"},
      {"(list/range (/ 1.0 0))",
       "error :type list/range: argument 1 must be a finite number, got +inf.0"},
      {"(list/range 0.0 1e300)",
       "error :out-of-memory list/range: not enough memory for the result"},
  });
}

TEST(List, SortsNumbersOrStrings) {
  expect_all({
      {"(%list/sort (3 -1 2) 3 false)", "(-1 2 3)"},
      {"(%list/sort (3 -1 2) 2 true)", "(3 -1)"},
      {"(%list/sort (3 -1.5 99999999999999999999 2) 4 false)", "(-1.5 2 3 99999999999999999999)"},
      {"(%list/sort (2 1.0 2.0 1) 4 false)", "(1.0 1 2 2.0)"},
      {"(%list/sort (2 1.0 2.0 1) 4 true)", "(2.0 2 1 1.0)"},
      {"(%list/sort (\"b\" \"\" \"ab\" \"é\" \"z\") 5 false)", "(\"\" \"ab\" \"b\" \"z\" \"é\")"},
      {"(%list/sort () 0 false)", "()"},
      {"(%list/sort (1 \"a\") 2 false)",
       "error :type list/sort: the elements must be all numbers, none a NaN, or all strings, got "
       "\"a\""},
  });
}

TEST(List, MergesSortedOnesStepByStep) {
  expect_all({
      {"(%list/merge (1 3) (2 4) () false)", "(() (4) (3 2 1))"},
      {"(%list/merge (1.0 2) (1 2.0) (0) false)", "(() (2.0) (2 1 1.0 0))"},
      {"(%list/merge (2 1.0) (2.0 1) (3) true)", "((1.0) () (1 2 2.0 3))"},
      {"(%list/merge (\"a\") (\"b\") () false)", "(() (\"b\") (\"a\"))"},
      {"(%list/merge () (1) (2) false)", "(() (1) (2))"},
      {"(%list/merge (1) (\"b\") () false)",
       "error :type list/sort: the elements must be all numbers or all strings, got 1 and \"b\""},
  });
  Harness harness;
  EXPECT_EQ(
      harness.run(
          "(list/length (list/last (%list/merge (list/range 20000) (list/range 20000) () false)))"),
      "10000");
}

TEST(List, OfAMillionElements) {
  Harness harness;
  EXPECT_EQ(harness.run("(list/sum (list/range 1000000))"), "499999500000");
  EXPECT_EQ(harness.run("(list/length (list/append (list/range 300000) (list/repeat 1 300000)))"),
            "600000");
  EXPECT_EQ(harness.run("(head (%list/sort (list/reverse (list/range 100000)) 100000 false))"),
            "0");
  EXPECT_EQ(harness.run("(list/length (list/distinct (list/range 100000)))"), "100000");
}

TEST(List, SharedSublistsThatUnfoldToTooMuchAreRefused) {
  Harness harness;
  harness.push(Value::empty_list());
  for (int i = 0; i < 50; i++) {
    Value inner = Value::from_bits(harness.process->exec.stack_top[-1]);
    harness.push(inner);
    harness.push(inner);
    Value twice = harness.call(u16(primitives::Primitive::list), 2);
    harness.process->exec.stack_top[-1] = twice.bits();
  }
  EXPECT_EQ(harness.call(u16(primitives::Primitive::list_flatten), 1), Value::error());
  EXPECT_EQ(harness.failure(),
            "error :out-of-memory list/flatten: not enough memory for the result");
}

TEST(List, LongOnesAreLeftWhenTheProcessIsToEnd) {
  Harness harness;
  EXPECT_EQ(harness.run("(list/length (list/range 100000))"), "100000");
  harness.process->ask(process::request::kill);
  EXPECT_EQ(harness.run("(list/length (list/range 100000))"),
            "error :interrupted list/range: interrupted");
}

}  // namespace
}  // namespace lithe::builtins
