// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "builtins/harness.test.hpp"

namespace lithe::builtins {
namespace {

TEST(Type, OfAnything) {
  expect_all({
      {"(type/of 1)", "\"NUMBER\""},
      {"(type/of 1.5)", "\"NUMBER\""},
      {"(type/of 99999999999999999999)", "\"NUMBER\""},
      {"(type/of \"s\")", "\"STRING\""},
      {"(type/of :k)", "\"KEYWORD\""},
      {"(type/of x)", "\"SYMBOL\""},
      {"(type/of ())", "\"LIST\""},
      {"(type/of (1))", "\"LIST\""},
      {"(type/of [])", "\"VECTOR\""},
      {"(type/of {})", "\"MAP\""},
      {"(type/of (map/create))", "\"TABLE\""},
      {"(type/of (buffer/create :u8 0))", "\"BUFFER\""},
      {"(type/of head)", "\"FUNCTION\""},
      {"(type/of (self))", "\"PID\""},
      {"(type/of (make-ref))", "\"REF\""},
      {"(type/of (error/new :a \"b\"))", "\"ERROR\""},
      {"(type/of nil)", "\"NIL\""},
      {"(type/of true)", "\"BOOLEAN\""},
  });
}

TEST(Type, Predicates) {
  expect_all({
      {"(list (number? 1) (number? 1.5) (number? \"1\"))", "(true true false)"},
      {"(list (integer? 1) (integer? 99999999999999999999) (integer? 1.0))", "(true true false)"},
      {"(list (float? 1.0) (float? 1))", "(true false)"},
      {"(list (string? \"a\") (string? :a))", "(true false)"},
      {"(list (symbol? a) (symbol? (gensym)) (symbol? :a))", "(true true false)"},
      {"(list (keyword? :a) (keyword? a))", "(true false)"},
      {"(list (list? ()) (list? (1)) (list? [1]))", "(true true false)"},
      {"(list (vector? [1]) (vector? (1)))", "(true false)"},
      {"(list (map? {}) (map? (map/create)))", "(true false)"},
      {"(list (table? (map/create)) (table? {}))", "(true false)"},
      {"(list (buffer? (buffer/create :u8 1)) (buffer? [1]))", "(true false)"},
      {"(list (function? head) (function? :head))", "(true false)"},
      {"(list (pid? (self)) (pid? 1))", "(true false)"},
      {"(list (nil? nil) (nil? false))", "(true false)"},
      {"(list (boolean? false) (boolean? nil))", "(true false)"},
      {"(list (set? {}))", "(false)"},
  });
}

TEST(Error, ValuesAndTheirParts) {
  expect_all({
      {"(error/kind (error/new :oops \"it broke\"))", ":oops"},
      {"(error/message (error/new :oops \"it broke\"))", "\"it broke\""},
      {"(error/data (error/new :oops \"it broke\" (1 2)))", "(1 2)"},
      {"(error/data (error/new :oops \"it broke\"))", "nil"},
      {"(error/trace (error/new :oops \"it broke\"))", "()"},
      {"(error/new \"oops\" \"it broke\")",
       "error :type error/new: argument 1 must be a keyword, got \"oops\""},
      {"(error/kind 5)", "error :type error/kind: argument 1 must be an error, got 5"},
      {"(%no-match (1 2))", "error :no-match match: no pattern for (1 2)"},
      {"(%unbound-local x)", "error :unbound x is used before its definition"},
      {"(%wrong-type \"list/map\" 2 \"a list\" 5)",
       "error :type list/map: argument 2 must be a list, got 5"},
  });
}

TEST(Error, LongValuesAreCutInMessages) {
  Harness harness;
  std::string message = harness.run("(head (string/repeat \"0123456789\" 1000))");
  EXPECT_LT(message.size(), 200u);
  EXPECT_TRUE(message.ends_with("…")) << message;
}

TEST(Io, WritesAsTheProgramWouldReadIt) {
  Harness harness;
  EXPECT_EQ(harness.run("(say \"a\" 1 :k \"b\" (\"c\"))"), "nil");
  EXPECT_EQ(harness.run("(print \"x\")"), "nil");
  EXPECT_EQ(harness.run("(print 1 2)"), "nil");
  EXPECT_EQ(harness.run("(say)"), "nil");
  EXPECT_EQ(harness.runtime.output, "a 1 :k b (\"c\")\nx1 2\n");
  EXPECT_EQ(harness.run("(warn \"careful\")"), "nil");
  EXPECT_EQ(harness.runtime.warnings, "careful\n");
}

TEST(Io, WaitsForWhatComesLater) {
  Harness harness;
  EXPECT_EQ(harness.run("(fs/read \"/etc/x\")"), "waits");
  EXPECT_EQ(harness.runtime.waits_for, "outside");
  EXPECT_EQ(harness.run("(read-line)"), "waits");
  EXPECT_EQ(harness.runtime.waits_for, "line");
  EXPECT_EQ(harness.run("(timer/sleep 20)"), "waits");
  EXPECT_EQ(harness.runtime.waits_for, "sleep 20.000000");
  EXPECT_EQ(
      harness.run("(timer/sleep -1)"),
      "error :type timer/sleep: argument 1 must be a finite number that is not negative, got -1");
  EXPECT_EQ(harness.run("(sys/exit 3)"), "waits");
  EXPECT_EQ(harness.runtime.exit_code, 3);
  EXPECT_EQ(harness.run("(sys/exit 256)"),
            "error :type sys/exit: argument 1 must be an exit code from 0 to 255, got 256");
}

TEST(Sys, TimeAndSurroundings) {
  expect_all({
      {"(timer/now)", "1500000000000.0"},
      {"(timer/monotonic)", "1125899906842624"},
      {"(sys/args)", "(\"one\" \"two\")"},
      {"(sys/env \"HOME\")", "\"/home/lithe\""},
      {"(sys/env \"NOT_THERE\")", "nil"},
      {"(sys/env \"BINARY\")", "error :value sys/env: the value of the variable is not UTF-8"},
  });
}

TEST(Reflect, AnswersAboutNames) {
  expect_all({
      {"(doc head)", "nil"},
      {"(doc 5)", "error :type doc: argument 1 must be a function or a name, got 5"},
      {"(apropos \"bit-x\")", "(math/bit-xor)"},
      {"(list/includes? (apropos \"list\") (string/->symbol \"own-list\"))", "true"},
      {"(apropos \"%append\")", "()"},
      {"(effect head)", ":pure"},
      {"(explain head)", "\"because\""},
      {"(== (gensym) (gensym))", "false"},
      {"(apply + 1 2 (3 4))", "calls"},
      {"(apply 5 (1))", "error :type apply: argument 1 must be a function, got 5"},
      {"(apply + 1)", "error :type apply: argument 2 must be a list, got 1"},
  });
}

TEST(Reflect, DocPrints) {
  Harness harness;
  for (const char* form : {"(doc head)", "(doc \"list/head\")", "(doc own)", "(doc \"nobody\")"}) {
    EXPECT_EQ(harness.run(form), "nil");
  }
  EXPECT_EQ(harness.runtime.output,
            "(head xs) => the first element; an error on ()\n"
            "(head xs) => the first element; an error on ()\n"
            "the program's own\n"
            "nobody has no documentation\n");
}

TEST(Reflect, ApplyLeavesItsCalleeAndArgumentsToTheCaller) {
  Harness harness;
  u64 count = 10'000;
  harness.push(Value::builtin(u32(primitives::Primitive::add)));
  harness.push(Value::integer(-1));
  harness.push(Value::integer(i64(count)));
  harness.push(harness.call(u16(primitives::Primitive::list_range), 1));
  EXPECT_EQ(harness.call(u16(primitives::Primitive::apply), 3), Value::call());
  EXPECT_EQ(harness.process->exec.tail_callee,
            Value::builtin(u32(primitives::Primitive::add)).bits());
  ASSERT_EQ(harness.process->exec.tail_arguments, count + 1);
  for (u64 i = 0; i <= count; i++) {
    ASSERT_EQ(Value::from_bits(harness.process->stack_begin[i]), Value::integer(i64(i) - 1));
  }
}

}  // namespace
}  // namespace lithe::builtins
