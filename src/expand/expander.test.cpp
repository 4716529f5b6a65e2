// SPDX-License-Identifier: Apache-2.0
#include "expand/expander.hpp"

#include <gtest/gtest.h>

#include "expand/expand_test_support.hpp"

namespace lithe::expand {
namespace {

using syntax::Datum;

struct Golden {
  const char* text;
  const char* expanded;
};

void check(std::initializer_list<Golden> goldens) {
  TestWorld world;
  for (const Golden& golden : goldens)
    EXPECT_EQ(world.expand(golden.text), golden.expanded) << golden.text;
}

TEST(Expander, WhatDoesNotExpandIsNotCopied) {
  TestWorld world;
  for (const char* text :
       {"(+ 1 2)", "42", "(def f (x) (let ((y x)) (match y ((list a) a))))", "'(twice x)",
        "(receive (x x) (after 1 2))", "(try (f) (catch e 1) (finally 2))"}) {
    syntax::Form form = world.read(text);
    auto result = world.expander.expand(*form.root, *form.arena);
    ASSERT_TRUE(bool(result)) << text;
    EXPECT_EQ(*result, form.root) << text;
  }
}

TEST(Expander, MacrosEverywhere) {
  // (twice x) => (+ x x); (quiet x …) => (begin x …)
  check({
      {"(twice 1)", "(+ 1 1)"},
      {"(f (twice 1) [(twice 2)] {:a (twice 3)})", "(f (+ 1 1) [(+ 2 2)] {:a (+ 3 3)})"},
      {"(twice (twice 1))", "(+ (+ 1 1) (+ 1 1))"},
      {"(quiet (twice 1))", "(begin (+ 1 1))"},
      {"(if (twice 1) (twice 2) (twice 3))", "(if (+ 1 1) (+ 2 2) (+ 3 3))"},
      {"(def x (twice 1))", "(def x (+ 1 1))"},
      {"(def f (a (b (twice 1))) (twice b))", "(def f (a (b (+ 1 1))) (+ b b))"},
      {"(fun (a) (twice a))", "(fun (a) (+ a a))"},
      {"(let ((a (twice 1))) (twice a))", "(let ((a (+ 1 1))) (+ a a))"},
      {"(let go ((a (twice 1))) (go (twice a)))", "(let go ((a (+ 1 1))) (go (+ a a)))"},
      {"(set! x (twice 1))", "(set! x (+ 1 1))"},
      {"(cond ((twice 1) (twice 2)) (else (twice 3)))", "(cond ((+ 1 1) (+ 2 2)) (else (+ 3 3)))"},
      {"(case (twice 1) ((twice 1) (twice 2)))", "(case (+ 1 1) ((twice 1) (+ 2 2)))"},
      {"(match (twice 1) ((list (= (twice 2)) a) :when (twice a) (twice a)))",
       "(match (+ 1 1) ((list (= (+ 2 2)) a) :when (+ a a) (+ a a)))"},
      {"(match x ((? (fun (y) (twice y)) z) z))", "(match x ((? (fun (y) (+ y y)) z) z))"},
      {"(receive (x (twice x)) (after (twice 1) (twice 2)))",
       "(receive (x (+ x x)) (after (+ 1 1) (+ 2 2)))"},
      {"(try (twice 1) (catch e (twice e)) (finally (twice 2)))",
       "(try (+ 1 1) (catch e (+ e e)) (finally (+ 2 2)))"},
      {"(throw (twice 1))", "(throw (+ 1 1))"},
      {"(and (twice 1) (or (twice 2)))", "(and (+ 1 1) (or (+ 2 2)))"},
      {"(quote (twice 1))", "(quote (twice 1))"},
      {"(when 1 (twice 2))", "(when 1 (+ 2 2))"},
      {"twice", "twice"},
  });
}

TEST(Expander, LocalBindingsHideMacrosAndForms) {
  check({
      {"(fun (twice) (twice 1))", "(fun (twice) (twice 1))"},
      {"(fun (a . twice) (twice 1))", "(fun (a . twice) (twice 1))"},
      {"(let ((twice f)) (twice 1))", "(let ((twice f)) (twice 1))"},
      {"(let ((a (twice 1)) (twice 2)) (twice a))", "(let ((a (+ 1 1)) (twice 2)) (twice a))"},
      {"(let twice ((a 1)) (twice a))", "(let twice ((a 1)) (twice a))"},
      {"(fun () (twice 1) (def twice (x) x))", "(fun () (twice 1) (def twice (x) x))"},
      {"(fun () (begin (def twice 1)) (twice 1))", "(fun () (begin (def twice 1)) (twice 1))"},
      {"(begin (fun (twice) 1) (twice 1))", "(begin (fun (twice) 1) (+ 1 1))"},
      {"(match x ((list twice) (twice 1)))", "(match x ((list twice) (twice 1)))"},
      {"(match x ({:k twice} (twice 1)) (_ (twice 2)))",
       "(match x ({:k twice} (twice 1)) (_ (+ 2 2)))"},
      {"(try 1 (catch twice (twice 1)))", "(try 1 (catch twice (twice 1)))"},
      {"(fun (quote) (quote (twice 1)))", "(fun (quote) (quote (+ 1 1)))"},
      // A macro that makes a definition in a body hides what it names.
      {"(fun () (define-it twice) (twice 1))", "(fun () (def twice 1) (twice 1))"},
  });
}

TEST(Expander, MalformedFormsAreLeftForTheAnalyzer) {
  check({
      {"(let 5 (twice 1))", "(let 5 (twice 1))"},
      {"(let ((a)) (twice 1))", "(let ((a)) (+ 1 1))"},
      {"(fun)", "(fun)"},
      {"(fun 5 (twice 1))", "(fun 5 (+ 1 1))"},
      {"(cond 5)", "(cond 5)"},
      {"(match)", "(match)"},
      {"(match x 5 ())", "(match x 5 ())"},
      {"(try)", "(try)"},
      {"(try 1 (catch))", "(try 1 (catch))"},
      {"(def)", "(def)"},
      {"(case)", "(case)"},
      {"(receive (after))", "(receive (after))"},
  });
}

TEST(Expander, Quasiquote) {
  check({
      {"`a", "(quote a)"},
      {"`1", "1"},
      {"`:k", ":k"},
      {"`()", "()"},
      {"`(a b)", "(quote (a b))"},
      {"`(a ,b)", "(list (quote a) b)"},
      {"`(a ,b (c d))", "(list (quote a) b (quote (c d)))"},
      {"`(a ,@b)", "(%append (list (quote a)) b)"},
      {"`(,@a b ,@c d)", "(%append a (list (quote b)) c (list (quote d)))"},
      {"`(,@a)", "(%append a)"},
      {"`[a ,b]", "(vector/of (quote a) b)"},
      {"`[a ,@b]", "(%list->vector (%append (list (quote a)) b))"},
      {"`{:a ,b}", "(map/of :a b)"},
      {"`{,@a ,@b}", "(%list->map (%append a b))"},
      {"`(a ,(twice 1))", "(list (quote a) (+ 1 1))"},
      {"`(twice 1)", "(quote (twice 1))"},
      {"`(1 2 ,x)", "(list 1 2 x)"},
      {"`(f '(,x))", "(list (quote f) (list (quote quote) (list x)))"},
  });
}

TEST(Expander, NestedQuasiquotes) {
  check({
      {"`(a `(b ,c))", "(quote (a (quasiquote (b (unquote c)))))"},
      {"`(a `(b ,(c ,d)))",
       "(list (quote a) (list (quote quasiquote) (list (quote b) (list (quote unquote) (list "
       "(quote c) d)))))"},
      {"`(a `(b ,,@c))",
       "(list (quote a) (list (quote quasiquote) (list (quote b) (%append (list (quote unquote)) "
       "c))))"},
      {"`(a ,`(b ,c))", "(list (quote a) (list (quote b) c))"},
  });
}

TEST(Expander, FreshNames) {
  check({
      {"`(let ((x# 1)) x#)",
       "(let ((#‹gensym 1› (gensym \"x\"))) (list (quote let) (list (list #‹gensym 1› 1)) #‹gensym "
       "1›))"},
      {"`(a# b# ,(f `a#))",
       "(let ((#‹gensym 1› (gensym \"a\")) (#‹gensym 2› (gensym \"b\"))) (list #‹gensym 1› "
       "#‹gensym 2› "
       "(f (let ((#‹gensym 3› (gensym \"a\"))) #‹gensym 3›))))"},
      {"'x#", "(quote x#)"},
  });
}

/// Whether every symbol at the head of a list is immune to the program's definitions.
bool heads_are_immune(const Datum& datum) {
  if (!datum.is_list() || datum.size == 0) return true;
  if (!datum[0].is_symbol() || (datum[0].name & Datum::builtin_bit) == 0) return false;
  for (u32 i = 1; i < datum.size; ++i) {
    if (!(datum[0].name == (base::name::quote | Datum::builtin_bit)) && !heads_are_immune(datum[i]))
      return false;
  }
  return true;
}

TEST(Expander, QuasiquotesAreImmuneToTheProgramsNames) {
  TestWorld world;
  for (const char* text : {"`(a ,b [c ,d] ,@e)", "`{,@b ,@c}", "`{:a ,b}", "`(a b)"}) {
    syntax::Form form = world.read(text);
    auto result = world.expander.expand(*form.root, *form.arena);
    ASSERT_TRUE(bool(result));
    EXPECT_TRUE(heads_are_immune(**result)) << text;
  }
}

TEST(Expander, DefiningMacros) {
  TestWorld world;
  EXPECT_EQ(world.expand("(defmacro m (a . rest) (twice 1) `(f ,a))"), "(quote m)");
  EXPECT_EQ(world.evaluator.defined.at("m"), "(defmacro (a . rest) (+ 1 1) (list (quote f) a))");
  // A `begin` at top level is no nesting.
  EXPECT_EQ(world.expand("(begin (defmacro n (a) a) (n 5))"), "(begin (quote n) 5)");
  // A definition of the name ends it.
  EXPECT_EQ(world.expand("(def n (x) (n x))"), "(def n (x) (n x))");
  EXPECT_EQ(world.expand("(n 5)"), "(n 5)");
}

TEST(Expander, WrongMacroDefinitions) {
  check({
      {"(defmacro)", "1:1: defmacro: expected a name"},
      {"(defmacro 5 (x) x)", "1:11: defmacro: expected a name, got 5"},
      {"(defmacro if (x) x)", "1:11: defmacro: 'if' is the name of a special form"},
      {"(defmacro m)", "1:1: defmacro: expected a list of parameters"},
      {"(defmacro m 5 x)", "1:13: defmacro: expected a list of parameters, got 5"},
      {"(defmacro m (x))", "1:1: defmacro: expected a body"},
      {"(fun () (defmacro m (x) x))", "1:9: defmacro: belongs at top level"},
      {"(when 1 (defmacro m (x) x))", "1:9: defmacro: belongs at top level"},
      {"(defmacro bad (x) x)", "1:1: bad is refused"},
  });
}

TEST(Expander, WrongQuasiquotes) {
  check({
      {",x",
       "1:1: unquote: outside of a quasiquote; if the comma separates elements, leave it out"},
      {"(f ,@x)", "1:4: unquote-splicing: outside of a quasiquote"},
      {"`,@x", "1:2: unquote-splicing: stands in no list, vector or map"},
      {"`(a (unquote))", "1:5: unquote: expected one datum, got 0"},
      {"(quasiquote a b)", "1:1: quasiquote: expected one datum, got 2"},
      {"`(a ,(f ,b))",
       "1:9: unquote: outside of a quasiquote; if the comma separates elements, leave it out"},
  });
}

TEST(Expander, MacrosWithoutEnd) {
  TestWorld world;
  std::string wrong = world.expand("(f\n  (forever 1))");
  EXPECT_TRUE(wrong.starts_with(
      "2:3: macro 'forever' seems to expand for ever | 2:3: in the expansion of macro 'forever'"))
      << wrong;
  EXPECT_NE(wrong.find("more …"), std::string::npos);
  EXPECT_LT(wrong.size(), 1000u);
  EXPECT_EQ(world.expand("(doubling)").substr(0, 45),
            "1:1: macro 'doubling' seems to expand for eve");
  EXPECT_EQ(world.expand("(growing 1)").substr(0, 45),
            "1:1: macro 'growing' makes too much code | 1:");
  // The expander goes on as before.
  EXPECT_EQ(world.expand("(twice 1)"), "(+ 1 1)");
}

TEST(Expander, AMacroMayAskForAnExpansion) {
  TestWorld world;
  world.evaluator.macros["asking"] = [&](const Datum& form, syntax::DatumBuilder& build) {
    auto inner = world.expander.expand(form[1], build.arena());
    return inner ? *inner : nullptr;
  };
  EXPECT_EQ(world.expand("(fun (x) (asking (quiet (twice x))) (x 1))"),
            "(fun (x) (begin (+ x x)) (x 1))");
  // What is bound around the call does not count in the datum.
  EXPECT_EQ(world.expand("(fun (twice) (asking '(twice 1)) (asking (f (twice 1))) (twice 1))"),
            "(fun (twice) (quote (twice 1)) (f (+ 1 1)) (twice 1))");
  EXPECT_EQ(world.expand("(quiet (asking (forever 1)))").substr(0, 16), "1:8: asking fail");
  world.evaluator.macros["endless"] = [&](const Datum& form, syntax::DatumBuilder& build) {
    auto inner = world.expander.expand(form, build.arena());
    return inner ? *inner : nullptr;
  };
  EXPECT_EQ(world.expand("(endless)").substr(0, 20), "1:1: endless failed ");
}

TEST(Expander, ErrorsOfMacrosNameThem) {
  TestWorld world;
  EXPECT_EQ(world.expand("(f\n (quiet\n  (failing 1)))"),
            "3:3: failing failed | 3:3: in the expansion of macro 'failing' | 2:2: in the "
            "expansion of macro 'quiet'");
  EXPECT_EQ(world.expand("(quiet ,x)"),
            "1:8: unquote: outside of a quasiquote; if the comma separates elements, leave it out "
            "| 1:1: in the expansion of macro 'quiet'");
}

TEST(Expander, NotesForLaterErrors) {
  TestWorld world;
  syntax::Form form = world.read("(f (quiet (twice x)) (twice y))");
  auto result = world.expander.expand(*form.root, *form.arena);
  ASSERT_TRUE(bool(result));
  auto notes_at = [&](syntax::Span span) {
    syntax::Diagnostic diagnostic = syntax::make_error("syntax-error", span, "wrong");
    world.expander.add_expansion_notes(diagnostic);
    return TestWorld::shown(diagnostic);
  };
  const Datum& quiet = (*form.root)[1];
  EXPECT_EQ(notes_at(form.root->span), "1:1: wrong");
  EXPECT_EQ(notes_at((*form.root)[0].span), "1:2: wrong");
  EXPECT_EQ(notes_at(quiet.span), "1:4: wrong | 1:4: in the expansion of macro 'quiet'");
  EXPECT_EQ(notes_at(quiet[1][1].span),
            "1:18: wrong | 1:11: in the expansion of macro 'twice' | 1:4: in the expansion of "
            "macro 'quiet'");
  EXPECT_EQ(notes_at((*form.root)[2][1].span),
            "1:29: wrong | 1:22: in the expansion of macro 'twice'");
}

/// `open` again and again, `inner`, and all brackets closed.
std::string nested(const char* open, const std::string& inner) {
  std::string closing;
  for (const char* c = open; *c != 0; ++c) {
    if (*c == '(') closing += ')';
    if (*c == '[') closing += ']';
    if (*c == ')') closing.pop_back();
  }
  std::string text;
  size_t count = 4000 / closing.size();
  for (size_t i = 0; i < count; ++i) text += open;
  text += inner;
  for (size_t i = 0; i < count; ++i) text += std::string(closing.rbegin(), closing.rend());
  return text;
}

TEST(Expander, NestingTooDeepIsAnError) {
  TestWorld world(Limits{.nesting = 1000});
  for (const char* open : {"(f ", "[", "`(", "(let ((x 1)) ", "(match 1 (_ ", "(fun () ",
                           "(try 1 (finally ", "(cond (1 "}) {
    std::string wrong = world.expand(nested(open, "(twice 1)"));
    EXPECT_NE(wrong.find("nested too deeply"), std::string::npos) << open;
  }
  std::string pattern = std::string(5000, '[') + "a" + std::string(5000, ']');
  EXPECT_NE(world.expand("(match x (" + pattern + " (twice 1)))").find("nested too deeply"),
            std::string::npos);
}

TEST(Expander, ItsStackIsBounded) {
  TestWorld world(Limits{.stack_bytes = 64 * 1024});
  EXPECT_NE(world.expand(nested("(f ", "(twice 1)")).find("nested too deeply"), std::string::npos);
}

TEST(Expander, DeepCodeWithoutMacrosIsFine) {
  TestWorld world(Limits{.stack_bytes = 64 * 1024});
  for (const char* open : {"(f ", "(let ((x 1)) ", "(match 1 (_ ", "(def x "}) {
    syntax::Form form = world.read(nested(open, "1"));
    auto result = world.expander.expand(*form.root, *form.arena);
    ASSERT_TRUE(bool(result)) << open;
    EXPECT_EQ(*result, form.root);
  }
}

TEST(Expander, DeepQuotedDataIsFine) {
  TestWorld world;
  syntax::Form form = world.read("'" + std::string(9000, '(') + std::string(9000, ')'));
  auto result = world.expander.expand(*form.root, *form.arena);
  EXPECT_TRUE(bool(result));
}

}  // namespace
}  // namespace lithe::expand
