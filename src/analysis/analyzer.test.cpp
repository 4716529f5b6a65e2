// SPDX-License-Identifier: Apache-2.0
#include "analysis/analyzer.hpp"

#include <gtest/gtest.h>

#include "analysis/analysis_test_support.hpp"

namespace lithe::analysis {
namespace {

struct Golden {
  const char* text;
  const char* core;
};

void check(std::initializer_list<Golden> goldens) {
  TestWorld world;
  for (const Golden& golden : goldens)
    EXPECT_EQ(world.core(golden.text), golden.core) << golden.text;
}

void check_errors(std::initializer_list<Golden> goldens) {
  TestWorld world;
  for (const Golden& golden : goldens)
    EXPECT_EQ(world.error(golden.text), golden.core) << golden.text;
}

TEST(Analyzer, Literals) {
  check({
      {"42", "42"},
      {"\"a\"", "\"a\""},
      {":k", ":k"},
      {"nil", "nil"},
      {"()", "()"},
      {"123456789012345678901234567890", "123456789012345678901234567890"},
      {"[1 2 3]", "[1 2 3]"},
      {"[1 (f)]", "(%vector/of 1 (call @f))"},
      {"{:a 1}", "{:a 1}"},
      {"{:a (f)}", "(%map/of :a (call @f))"},
      {"'(a b)", "'(a b)"},
      {"(quote x)", "'x"},
  });
}

TEST(Analyzer, Calls) {
  check({
      {"(+ 1 2)", "(+ 1 2)"},
      {"(f 1 x)", "(tail-call @f 1 @x)"},
      {"(list (f) 1)", "(list (call @f) 1)"},
      {"((f) 1)", "(tail-call (call @f) 1)"},
      {"(head 1 2)", "(tail-call @head 1 2)"},  // wrong number of arguments: an error when called
      {"(! p 1)", "(! @p 1)"},
      {"+", "@+"},
      {"(%append x)", "(tail-call @%append @x)"},  // not a user's to name
  });
  TestWorld world;
  EXPECT_EQ(world.core("(%append x)", 100, NameSpace::library), "(%append @x)");
}

TEST(Analyzer, DefinitionsAtTopLevel) {
  check({
      {"(def x 1)", "(define @x 1)"},
      {"(def x (g y))", "(define @x (call @g @y))"},
      {"(def f (a b . rest) a)", "(define @f (fun f (a.0 b.1 . rest.2) a.0))"},
      {"(defun f () 1)", "(define @f (fun f () 1))"},
      {"(defvar f (fun (x) x))", "(define @f (fun f (x.0) x.0))"},
      {"(def fib (n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))",
       "(define @fib (fun fib (n.0) (if (< n.0 2) n.0 (+ (call @fib (- n.0 1)) (call @fib (- n.0 "
       "2))))))"},
      {"(begin (def a 1) (def b a))", "(begin (define @a 1) (define @b @a))"},
      {"(when x (def y 1) y)", "(if @x (begin (define @y 1) @y) nil)"},
      {"(set! x 1)", "(set @x 1)"},
  });
}

TEST(Analyzer, Parameters) {
  check({
      {"(fun (a (b 1) (c (+ a b)) . rest) (list a b c rest))",
       "(fun (a.0 (b.1 1) (c.2 (+ a.0 b.1)) . rest.3) (list a.0 b.1 c.2 rest.3))"},
      {"(fun (. xs) xs)", "(fun (. xs.0) xs.0)"},
      {"(fn (_ _) 1)", "(fun (_.0 _.1) 1)"},
      {"(lambda () 1 2)", "(fun () (begin 1 2))"},
  });
}

TEST(Analyzer, LocalBindings) {
  check({
      {"(let ((x 1) (y (+ x 1))) (+ x y))", "(let ((x.0 1) (y.1 (+ x.0 1))) (+ x.0 y.1))"},
      {"(let ((_ (f))) 1)", "(let ((_ (call @f))) 1)"},
      {"(let () 1)", "1"},
      {"(let ((x 1)) (set! x 2) x)", "(let ((x.0 1)) (begin (set x.0 2) x.0))"},
      // Captured and assigned: a box.
      {"(let ((x 1)) (fun () (set! x (+ x 1)) x))",
       "(let ((x.0* 1)) (fun () [x.0] (begin (set ^x.0 (+ ^x.0 1)) ^x.0)))"},
      {"(let (((list a b) (f)) (c 3)) (+ a b c))",
       "(let ((.0 (call @f))) (alternatives A0 (let ((_ (if (%cons? .0) nil (next A0))) (a.1 "
       "(%head .0)) "
       "(.2 (%tail .0)) (_ (if (%cons? .2) nil (next A0))) (b.3 (%head .2)) (.4 (%tail .2)) "
       "(_ (if (%empty-list? .4) nil (next A0)))) (let ((c.5 3)) (+ a.1 b.3 c.5))) (%no-match "
       ".0 \"(list a b)\")))"},
  });
}

TEST(Analyzer, LoopsFromNamedLet) {
  check({
      {"(let loop ((i 0) (acc 0)) (if (< i 10) (loop (+ i 1) (+ acc i)) acc))",
       "(loop L0 ((i.0 0) (acc.1 0)) (if (< i.0 10) (recur L0 (+ i.0 1) (+ acc.1 i.0)) acc.1))"},
      {"(fun (n) (let outer ((i 0)) (let inner ((j 0)) (if (< j n) (inner (+ j 1)) (outer (+ i "
       "1))))))",
       "(fun (n.0) (loop L0 ((i.1 0)) (loop L1 ((j.2 0)) (if (< j.2 n.0) (recur L1 (+ j.2 1)) "
       "(recur L0 (+ i.1 1))))))"},
      // A loop variable that a closure captures is the turn's own.
      {"(fun () (let loop ((i 0)) (def g () i) (loop (g))))",
       "(fun () (loop L0 ((i.0 0)) (let ((g.1 (fun g () [i.0] ^i.0))) (recur L0 (call g.1)))))"},
      // Initial values see the ones before, not the loop's variables.
      {"(let loop ((i 0) (j (+ i 1))) (loop j i))",
       "(let ((i.0 0) (j.1 (+ i.0 1))) (loop L0 ((i.2 i.0) (j.3 j.1)) (recur L0 j.3 i.2)))"},
      {"(let loop () (if (f) (loop) 1))", "(loop L0 () (if (call @f) (recur L0) 1))"},
      {"(let loop (((list a) x)) (loop a))",
       "(loop L0 ((.0 @x)) (alternatives A1 (let ((_ (if (%cons? .0) nil (next A1))) (a.1 (%head "
       ".0)) "
       "(.2 (%tail .0)) (_ (if (%empty-list? .2) nil (next A1)))) (recur L0 a.1)) (%no-match "
       ".0 \"(list a)\")))"},
      // Not in a tail position of the function around it: no tail calls inside.
      {"(fun () (+ 1 (let loop ((i 0)) (if (f) (loop i) (g i)))))",
       "(fun () (+ 1 (loop L0 ((i.0 0)) (if (call @f) (recur L0 i.0) (call @g i.0)))))"},
  });
}

TEST(Analyzer, NamedLetsThatAreNoLoops) {
  check({
      {"(fun (n) (let loop ((i 0)) (if (< i n) (+ 1 (loop (+ i 1))) 0)))",
       "(fun (n.0) (let ((loop.1 (fun loop (i.0) [n.0] (if (< i.0 ^n.0) (+ 1 (call self (+ i.0 "
       "1))) 0)))) (tail-call loop.1 0)))"},
      {"(fun () (let loop ((i 0)) (spawn (fun () (loop i)))))",
       "(fun () (let ((loop.0 (fun loop (i.0) (spawn (fun () [i.0 self:loop.0] (tail-call ^loop.0 "
       "^i.0)))))) (tail-call loop.0 0)))"},
      {"(let loop ((i 0)) (loop))",
       "(let ((loop.0 (fun loop (i.0) (tail-call self)))) (tail-call loop.0 0))"},
      {"(let loop ((i 0)) (try (loop i) (catch e 1)))",
       "(let ((loop.0 (fun loop (i.0) (try (call self i.0) (catch e.1 1))))) (tail-call loop.0 "
       "0))"},
      // The inner one is a function, so the outer one's name is called from another function.
      {"(fun (n) (let a ((i 0)) (let b ((j 0)) (if (< j n) (+ 1 (b j)) (a i)))))",
       "(fun (n.0) (let ((a.1 (fun a (i.0) [n.0] (let ((b.1 (fun b (j.0) [^n.0 i.0 self:a.1] (if "
       "(< j.0 ^n.0) "
       "(+ 1 (call self j.0)) (tail-call ^a.1 ^i.0))))) (tail-call b.1 0))))) (tail-call a.1 0)))"},
      // The inner loop's value is not the outer function's.
      {"(fun (n) (let a ((i 0)) (begin (let b ((j 0)) (if (< j n) (b j) (a i))) 1)))",
       "(fun (n.0) (let ((a.1 (fun a (i.0) [n.0] (begin (loop L0 ((j.1 0)) (if (< j.1 ^n.0) (recur "
       "L0 j.1) "
       "(call self i.0))) 1)))) (tail-call a.1 0)))"},
  });
}

TEST(Analyzer, DefinitionsInBodies) {
  check({
      {"(fun () (def a 1) (f) (def b a) (+ a b))",
       "(fun () (let ((a.0 1) (_ (call @f)) (b.1 a.0)) (+ a.0 b.1)))"},
      {"(fun () (begin (def a 1) (def b a)) (+ a b))",
       "(fun () (let ((a.0 1) (b.1 a.0)) (+ a.0 b.1)))"},
      {"(fun () (def a 1))", "(fun () (let ((a.0 1)) a.0))"},
      {"(fun (n) (def f (x) (if (< x 1) n (f (- x 1)))) (f n))",
       "(fun (n.0) (let ((f.1 (fun f (x.0) [n.0] (if (< x.0 1) ^n.0 (tail-call self (- x.0 1)))))) "
       "(tail-call f.1 n.0)))"},
      // Mutual recursion: what is captured before its definition starts out unbound in a box.
      {"(fun (n) (def f (x) (g x)) (def g (x) (f (- x n))) (f n))",
       "(fun (n.0) (let ((g.2* unbound) (f.1 (fun f (x.0) [g.2] (tail-call ^g.2 x.0))) (_ (set g.2 "
       "(fun g (x.0) "
       "[n.0 f.1] (tail-call ^f.1 (- x.0 ^n.0)))))) (tail-call f.1 n.0)))"},
      {"(fun () (def x y) (def y 1) x)", "(fun () (let ((x.0 (%unbound-local 'y)) (y.1 1)) x.0))"},
      {"(fun () (let l ((i 0)) x) (def x 1) (f))",
       "(fun () (let ((x.0* unbound) (_ (loop L0 ((i.1 0)) x.0)) (_ (set x.0 1))) (tail-call "
       "@f)))"},
      {"(fun () (when c (def y 1) y))", "(fun () (if @c (let ((y.0 1)) y.0) nil))"},
  });
}

TEST(Analyzer, Captures) {
  check({
      {"(fun (a) (fun () (fun () a)))", "(fun (a.0) (fun () [a.0] (fun () [^a.0] ^a.0)))"},
      {"(fun (xs) (def f (x) (map (fun (y) (f y)) x)) (f xs))",
       "(fun (xs.0) (let ((f.1 (fun f (x.0) (tail-call @map (fun (y.0) [self:f.1] (tail-call ^f.1 "
       "y.0)) x.0)))) (tail-call f.1 xs.0)))"},
      // A name that is assigned is no self reference.
      {"(fun () (def f (x) (f x)) (set! f g) f)",
       "(fun () (let ((f.0* unbound) (_ (set f.0 (fun f (x.0) [f.0] (tail-call ^f.0 x.0)))) (_ "
       "(set f.0 @g))) f.0))"},
      {"(fun (a) (let loop ((i 0)) (if (f (fun () (+ a i))) (loop (+ i 1)) a)))",
       "(fun (a.0) (loop L0 ((i.1 0)) (if (call @f (fun () [a.0 i.1] (+ ^a.0 ^i.1))) (recur L0 (+ "
       "i.1 1)) a.0)))"},
  });
}

TEST(Analyzer, Branches) {
  check({
      {"(if a b)", "(if @a @b nil)"},
      {"(when a 1 2)", "(if @a (begin 1 2) nil)"},
      {"(unless a 1)", "(if @a nil 1)"},
      {"(cond ((< a 1) 1) ((f a)) (else 3))",
       "(if (< @a 1) 1 (let ((.0 (call @f @a))) (if .0 .0 3)))"},
      {"(cond (a 1))", "(if @a 1 nil)"},
      {"(cond)", "nil"},
      {"(case x (1 :a) ((2 3) :b) (else :c))",
       "(let ((.0 @x)) (if (%== .0 1) :a (if (if (%== .0 2) true (%== .0 3)) :b :c)))"},
      {"(case x (() 1))", "(let ((.0 @x)) (if false 1 nil))"},
      {"(and)", "true"},
      {"(or)", "nil"},
      {"(and a)", "@a"},
      {"(and a b c)", "(let ((.1 @a)) (if .1 (let ((.0 @b)) (if .0 @c .0)) .1))"},
      {"(or a b)", "(let ((.0 @a)) (if .0 .0 @b))"},
      {"(if (and a b) 1 2)", "(if (if @a @b false) 1 2)"},
      {"(if (or a b) 1 2)", "(if (if @a true @b) 1 2)"},
      {"(begin)", "nil"},
      {"(do 1 (f))", "(begin 1 (tail-call @f))"},
  });
}

TEST(Analyzer, AndAndOrAsValues) {
  TestWorld world;
  EXPECT_TRUE(world.core("(f and)").starts_with("(tail-call @f (fun and (. "));
  EXPECT_TRUE(world.core("(let ((g or)) (g 1 2))").starts_with("(let ((g.0 (fun or (. "));
}

TEST(Analyzer, Errors) {
  check({
      {"(try (f) (catch e (g e)) (finally (h)))",
       "(try (call @f) (catch e.0 (call @g e.0)) (finally (call @h)))"},
      {"(try (f) (catch e (g e)))", "(try (call @f) (catch e.0 (tail-call @g e.0)))"},
      {"(try 1 2 (finally 3))", "(try (begin 1 2) (finally 3))"},
      {"(try (def x 1) (catch e 2))", "(try (define @x 1) (catch e.0 2))"},
      {"(throw :x)", "(throw :x)"},
  });
}

TEST(Analyzer, Match) {
  check({
      {"(match x (1 :a) (_ :b))",
       "(let ((.0 @x)) (alternatives A0 (let ((_ (if (%== .0 1) nil (next A0)))) :a) :b))"},
      {"(match x (y y))", "(let ((.0 @x)) (let ((y.1 .0)) y.1))"},
      {"(match x (() 1))",
       "(let ((.0 @x)) (alternatives A0 (let ((_ (if (%empty-list? .0) nil (next A0)))) 1) "
       "(%no-match .0)))"},
      {"(match x ((list a . rest) rest))",
       "(let ((.0 @x)) (alternatives A0 (let ((_ (if (%cons? .0) nil (next A0))) (a.1 (%head .0)) "
       "(.2 (%tail .0)) "
       "(rest.3 .2)) rest.3) (%no-match .0)))"},
      {"(match x ([a b] a))",
       "(let ((.0 @x)) (alternatives A0 (let ((_ (if (%vector-of-length? .0 2) nil (next A0))) "
       "(a.1 (%vector-get .0 0)) "
       "(b.2 (%vector-get .0 1))) a.1) (%no-match .0)))"},
      {"(match x ((vector _) 1))",
       "(let ((.0 @x)) (alternatives A0 (let ((_ (if (%vector-of-length? .0 1) nil (next A0)))) 1) "
       "(%no-match .0)))"},
      {"(match x ({:k v} v))",
       "(let ((.0 @x)) (alternatives A0 (let ((_ (if (%has-key? .0 :k) nil (next A0))) (v.1 "
       "(%map/get .0 :k))) v.1) (%no-match .0)))"},
      {"(match x ('s 1))",
       "(let ((.0 @x)) (alternatives A0 (let ((_ (if (%== .0 's) nil (next A0)))) 1) (%no-match "
       ".0)))"},
      {"(match x ((? number? n) n))",
       "(let ((.0 @x)) (alternatives A0 (let ((_ (if (number? .0) nil (next A0))) (n.1 .0)) n.1) "
       "(%no-match .0)))"},
      {"(match x ((? good) 1))",
       "(let ((.0 @x)) (alternatives A0 (let ((_ (if (call @good .0) nil (next A0)))) 1) "
       "(%no-match .0)))"},
      {"(match x ((= (+ y 1)) 1))",
       "(let ((.0 @x)) (alternatives A0 (let ((_ (if (%== .0 (+ @y 1)) nil (next A0)))) 1) "
       "(%no-match .0)))"},
      {"(match x ((or 1 2 'c) 3))",
       "(let ((.0 @x)) (alternatives A0 (let ((_ (if (if (%== .0 1) true (if (%== .0 2) true (%== "
       ".0 'c))) nil (next A0)))) 3) (%no-match .0)))"},
      {"(match x (n :when (> n 1) n))",
       "(let ((.0 @x)) (alternatives A0 (let ((n.1 .0) (_ (if (> n.1 1) nil (next A0)))) n.1) "
       "(%no-match .0)))"},
  });
}

TEST(Analyzer, MatchNamesTwiceMustBeEqual) {
  check({
      {"(match x ([a a] a))",
       "(let ((.0 @x)) (alternatives A0 (let ((_ (if (%vector-of-length? .0 2) nil (next A0))) "
       "(a.1 (%vector-get .0 0)) "
       "(_ (if (%== a.1 (%vector-get .0 1)) nil (next A0)))) a.1) (%no-match .0)))"},
  });
}

TEST(Analyzer, MatchAlternativesThatBind) {
  check({
      {"(match x ((or [a] {:k a}) a))",
       "(let ((.0 @x)) (alternatives A0 (let ((a.1 unbound) (_ (alternatives A1 "
       "(let ((_ (if (%vector-of-length? .0 1) nil (next A1))) (a.2 (%vector-get .0 0)) (_ (set "
       "a.1 a.2))) nil) "
       "(let ((_ (if (%has-key? .0 :k) nil (next A1))) (a.3 (%map/get .0 :k)) (_ (set a.1 a.3))) "
       "nil) (next A0)))) a.1) "
       "(%no-match .0)))"},
  });
}

TEST(Analyzer, Receive) {
  check({
      {"(receive (:stop nil) (after 100 :timeout))",
       "(receive R0 .0 (alternatives A1 (let ((_ (if (%== .0 :stop) nil (next A1))) (_ (accept))) "
       "nil) (skip R0)) (after 100 :timeout))"},
      {"(receive (x (f x)))", "(receive R0 .0 (let ((x.1 .0) (_ (accept))) (tail-call @f x.1)))"},
      {"(receive (after 100 :timeout))", "(receive R0 (after 100 :timeout))"},
  });
}

TEST(Analyzer, LocalsWinInHeadPosition) {
  check({
      {"(fun (if) (if 1))", "(fun (if.0) (tail-call if.0 1))"},
      {"(fun (list) (list 1))", "(fun (list.0) (tail-call list.0 1))"},
      {"(let ((let 1)) let)", "(let ((let.0 1)) let.0)"},
      {"(match f ((? (fun (quote) (quote 1))) 1))",
       "(let ((.0 @f)) (alternatives A0 (let ((_ (if (call (fun (quote.0) (tail-call quote.0 1)) "
       ".0) nil (next A0)))) 1) (%no-match .0)))"},
  });
}

TEST(Analyzer, WrongForms) {
  check_errors({
      {"if", "1:1: 'if' is a special form, not a value; (doc 'if) tells what it does"},
      {"(if)", "1:1: if: expected (if test then else)"},
      {"(if 1 2 3 4)", "1:1: if: expected (if test then else)"},
      {"(let 5 1)", "1:6: let: expected a list of bindings, got 5"},
      {"(let)", "1:1: let: expected a list of bindings"},
      {"(let ((x 1)))", "1:1: let: expected a body"},
      {"(let ((x)) x)", "1:7: let: expected a binding (name value), got (x)"},
      {"(let (x 1) x)", "1:7: let: expected a binding (name value), got x"},
      {"(let loop 5)", "1:11: let: expected a list of bindings, got 5"},
      {"(let loop ((a 1) (a 2)) a)", "1:19: let: two parameters are named 'a'"},
      {"(def)", "1:1: def: expected a name and a value"},
      {"(def 5 1)", "1:6: def: expected a name, got 5"},
      {"(def (f x) x)",
       "1:6: def: expected a name, got (f x); a function is (def f (parameter …) body …)"},
      {"(def x)", "1:1: def: expected a value for 'x'"},
      {"(def x 1 2)",
       "1:8: def: expected a list of parameters, or nothing behind the value, got 1"},
      {"(def if 1)", "1:6: def: 'if' is the name of a special form"},
      {"(fun)", "1:1: fun: expected a list of parameters"},
      {"(fun x 1)", "1:6: fun: expected a list of parameters, got x"},
      {"(fun (x))", "1:1: fun: expected a body"},
      {"(fun (1) 2)", "1:7: fun: expected a parameter's name, or (name default), got 1"},
      {"(fun (a a) a)", "1:9: fun: two parameters are named 'a'"},
      {"(fun ((a 1) b) a)",
       "1:13: fun: parameter 'b' stands behind an optional one and has no default"},
      {"(fun (a . ) a)", "1:9: fun: expected one name behind the '.' in a list of parameters"},
      {"(fun (a . b c) a)", "1:9: fun: expected one name behind the '.' in a list of parameters"},
      {"(set! 5 1)", "1:7: set!: expected a name, got 5"},
      {"(set! x)", "1:1: set!: expected a name and a value"},
      {"(quote)", "1:1: quote: expected one datum"},
      {"(cond 5)", "1:7: cond: expected a clause (test body …), got 5"},
      {"(cond (else 1) (a 2))", "1:7: cond: else is not the last clause"},
      {"(case)", "1:1: case: expected a value to compare"},
      {"(case x 5)", "1:9: case: expected a clause (constant body …), got 5"},
      {"(case x (1))", "1:9: case: the clause has no body"},
      {"(when)", "1:1: when: expected a test"},
      {"(throw)", "1:1: throw: expected one value"},
      {"(try 1)", "1:1: try: expected a catch or a finally"},
      {"(try 1 (catch 5 2))", "1:15: catch: expected a name for the error, got 5"},
      {"(try 1 (finally 2) (catch e 3))",
       "1:20: try: expected at most one catch, then at most one finally, and nothing behind"},
      {"(catch e 1)", "1:1: catch: stands outside of a try"},
      {"(match)", "1:1: match: expected a value to match"},
      {"(match x)", "1:1: match: expected a clause (pattern body …)"},
      {"(match x 5)", "1:10: match: expected a clause (pattern body …), got 5"},
      {"(match x (1))", "1:10: match: the clause has no body"},
      {"(match x (1 :when))", "1:13: match: expected a test behind :when"},
      {"(match x ((lst a) 1))", "1:11: unknown pattern (lst a); did you mean 'list'?"},
      {"(match x ((5 a) 1))", "1:11: unknown pattern (5 a); a list of these is (list 5 a)"},
      {"(match x ((list . a b) 1))", "1:17: list: expected one pattern behind the '.'"},
      {"(match x ((or [a] b) 1))", "1:19: or: the alternatives of a pattern bind different names"},
      {"(match x ((? ) 1))", "1:11: ?: expected a predicate and perhaps a pattern"},
      {"(match x ((=) 1))", "1:11: =: expected one expression"},
      {"(match x ({a b} 1))", "1:12: a key in a map pattern is a literal, got a"},
      {"(receive)", "1:1: receive: expected a clause (pattern body …)"},
      {"(receive (after 1 2) (x 1))", "1:10: receive: 'after' is not the last clause"},
      {"(receive (after))", "1:10: after: expected a number of milliseconds"},
      {"{:a 1 :b 2 :a 3}", "1:12: duplicate key :a in a map | 1:2: first given here"},
      {"{1 2 1.0 3}", "1:6: duplicate key 1.0 in a map | 1:2: first given here"},
      {"(fun () (def a 1) (def a 2) a)",
       "1:24: def: 'a' is defined twice in one body | 1:14: first defined here"},
      {"(fun () (+ 1 (def x 2)))",
       "1:14: def: a local is defined directly in a body, not inside another expression"},
      {"(defmacro m (x) x)", "1:1: defmacro: belongs at top level"},
      {"(include \"x\")", "1:1: include: belongs at the top level of a file"},
  });
}

TEST(Analyzer, SpansAreThoseOfTheText) {
  TestWorld world;
  syntax::Form form = world.read("(def f (x)\n  (+ x\n     (g 1)))");
  core::CoreUnit unit;
  ASSERT_TRUE(bool(world.analyzer.analyze(*form.root, NameSpace::user, unit)));
  const auto& lambda = core::as<core::Lambda>(*core::as<core::DefineGlobal>(*unit.top->body).value);
  EXPECT_EQ(lambda.body->span.line, 2u);
  EXPECT_EQ(lambda.body->span.column, 3u);
  const auto& call = *core::as<core::PrimitiveCall>(*lambda.body).arguments[1];
  EXPECT_EQ(call.span.line, 3u);
  EXPECT_EQ(call.span.column, 6u);
}

/// `open` again and again, up to 9,000 brackets, around a number.
std::string nested(const char* open) {
  std::string closing;
  for (const char* c = open; *c != 0; ++c) {
    if (*c == '(') closing += ')';
    if (*c == '[') closing += ']';
    if (*c == ')') closing.pop_back();
  }
  std::string text;
  size_t count = 9000 / closing.size();
  for (size_t i = 0; i < count; ++i) text += open;
  text += "1";
  for (size_t i = 0; i < count; ++i) text += std::string(closing.rbegin(), closing.rend());
  return text;
}

constexpr const char* nesting_forms[] = {
    "(+ 1 ",        "(f ",           "(if 1 ",  "(begin 1 ",
    "(fun () ",     "(let ((x 1)) ", "(and 1 ", "(try 1 (finally ",
    "(match 1 (_ ", "(cond (1 ",     "[",       "(let l ((i 1)) "};

TEST(Analyzer, NestingTooDeepIsAnError) {
  TestWorld few_levels(AnalyzerOptions{.nesting = 1000});
  TestWorld small_stack(AnalyzerOptions{.further_stack_bytes = 0});
  for (const char* open : nesting_forms) {
    std::string text = nested(open);
    EXPECT_NE(few_levels.error(text).find("nested too deeply"), std::string::npos) << open;
    EXPECT_NE(small_stack.error(text).find("nested too deeply"), std::string::npos) << open;
    EXPECT_EQ(small_stack.core("(+ 1 2)"), "(+ 1 2)");
  }
  std::string pattern = std::string(5000, '[') + "a" + std::string(5000, ']');
  EXPECT_NE(few_levels.error("(match x (" + pattern + " 1))").find("nested too deeply"),
            std::string::npos);
}

TEST(Analyzer, WhateverTheReaderReadsIsNotTooDeep) {
  TestWorld world(AnalyzerOptions{.further_stack_bytes = size_t{256} << 20});
  for (const char* open : nesting_forms) EXPECT_EQ(world.error(nested(open)), "no error") << open;
}

TEST(Analyzer, DeepQuotedDataIsFine) {
  TestWorld world;
  std::string text = "'" + std::string(9000, '(') + std::string(9000, ')');
  syntax::Form form = world.read(text);
  core::CoreUnit unit;
  EXPECT_TRUE(bool(world.analyzer.analyze(*form.root, NameSpace::user, unit)));
}

TEST(Analyzer, LongFormsAreFine) {
  TestWorld world;
  auto check_long = [&](const std::string& before, const std::string& item,
                        const std::string& after) {
    std::string text = before;
    for (int i = 0; i < 3000; ++i) text += item;
    syntax::Form form = world.read(text + after);
    core::CoreUnit unit;
    EXPECT_TRUE(bool(world.analyzer.analyze(*form.root, NameSpace::user, unit))) << before;
    EXPECT_EQ(core::verify(*unit.top), "") << before;
  };
  check_long("(cond ", "((f) 1) ", "(else 2))");
  check_long("(and ", "(f) ", ")");
  check_long("(begin ", "(f) ", ")");
  check_long("(match x ", "(1 2) ", ")");
  check_long("(case x ", "(1 2) ", ")");
  check_long("(let (", "(x 1) ", ") x)");
  check_long("(list ", "(f) ", ")");
}

TEST(Analyzer, AUnitOutlivesTheForm) {
  TestWorld world;
  core::CoreUnit unit;
  {
    syntax::Form form = world.read(
        "(list \"a string of some length\" '(a (b \"c\")) 123456789012345678901234567890)");
    ASSERT_TRUE(bool(world.analyzer.analyze(*form.root, NameSpace::user, unit)));
  }
  EXPECT_EQ(core::print(*unit.top->body, world.names),
            "(list \"a string of some length\" '(a (b \"c\")) 123456789012345678901234567890)");
}

TEST(Analyzer, AUnitKnowsWhichGlobalsItAssigns) {
  TestWorld world;
  core::CoreUnit unit;
  syntax::Form form = world.read("(fun (x) (set! x 1) (set! y (set! z 2)))");
  ASSERT_TRUE(bool(world.analyzer.analyze(*form.root, NameSpace::user, unit)));
  EXPECT_EQ(unit.assigned_globals,
            (std::vector<u32>{world.names.intern("z"), world.names.intern("y")}));
  unit.reset();
  EXPECT_TRUE(unit.assigned_globals.empty());
}

TEST(Analyzer, AUnitIsUsedAgain) {
  TestWorld world;
  core::CoreUnit unit;
  size_t bytes = 0;
  for (int i = 0; i < 1000; ++i) {
    syntax::Form form = world.read("(let loop ((i 0)) (if (< i 10) (loop (+ i 1)) (fun () i)))");
    ASSERT_TRUE(bool(world.analyzer.analyze(*form.root, NameSpace::user, unit)));
    EXPECT_EQ(unit.lambdas, 1u);
    unit.reset();
    if (i == 0) bytes = unit.arena.bytes_reserved();
  }
  EXPECT_EQ(unit.arena.bytes_reserved(), bytes);
}

}  // namespace
}  // namespace lithe::analysis
