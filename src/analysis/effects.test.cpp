// SPDX-License-Identifier: Apache-2.0
#include "analysis/effects.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

#include "analysis/analysis_test_support.hpp"

namespace lithe::analysis {
namespace {

class Effects : public testing::Test {
 protected:
  void define(const std::string& text, NameSpace space = NameSpace::user) {
    syntax::Form form = world.read(text);
    core::CoreUnit& unit = units.emplace_back();
    auto done = world.analyzer.analyze(*form.root, space, unit);
    LITHE_CHECK(bool(done));
    const auto& definition = core::as<core::DefineGlobal>(*unit.top->body);
    GlobalName name{space, definition.name};
    if (definition.value->kind == core::NodeKind::lambda) {
      store.define_function(name, core::as<core::Lambda>(*definition.value));
    } else {
      store.define_value(name);
    }
  }

  GlobalName user(const std::string& name) { return {NameSpace::user, world.names.intern(name)}; }

  /// "pure", "sync", "async", with "+0" for a parameter that it calls.
  std::string effect(const std::string& name) { return shown(store.of(user(name))); }
  static std::string shown(const FunctionEffect& fact) {
    std::string text(core::effect_names[u8(fact.effect)]);
    for (u32 i = 0; i < 64; ++i) {
      if (fact.as_arguments >> i & 1) text += "+" + std::to_string(i);
    }
    return text;
  }
  std::string why(const std::string& name) {
    return describe(store.of(user(name)).cause, world.names);
  }

  TestWorld world;
  EffectStore store{world.globals};
  std::deque<core::CoreUnit> units;
};

TEST_F(Effects, OfWhatBuiltinsDo) {
  define("(def f (x) (* x (+ x 1)))");
  define("(def g (x) (say x))");
  define("(def h () (timer/sleep 10))");
  define("(def r () (receive (x x)))");
  EXPECT_EQ(effect("f"), "pure");
  EXPECT_EQ(effect("g"), "sync");
  EXPECT_EQ(effect("h"), "async");
  EXPECT_EQ(effect("r"), "async");
  EXPECT_EQ(effect("+"), "pure");
  EXPECT_EQ(effect("timer/sleep"), "async");
  EXPECT_EQ(effect("no-such-name"), "async");
  EXPECT_EQ(why("g"), "calls the builtin say");
  EXPECT_EQ(why("r"), "waits for messages");
}

TEST_F(Effects, AreExplainedWithThePlace) {
  auto explained = [&](const std::string& name) {
    GlobalName global = user(name);
    return explain_effect(store.of(global), store.function(global).lambda, world.names,
                          world.sources);
  };
  define("(def f (x) (say x))");
  define("(def g (h x) (h (f x)))");
  define("(def p (x) x)");
  EXPECT_EQ(explained("f"), "it calls the builtin say at test.lt:1:12");
  EXPECT_EQ(explained("g"),
            "it calls what it gets as h, and is as that is; apart from that it is sync: it calls "
            "the function f at test.lt:1:17");
  EXPECT_EQ(explained("p"), "");
}

TEST_F(Effects, AreOfFunctionsThatAreKnown) {
  define("(def f (x) x)");
  define("(def v 1)");
  define("(def lib-f (x) x)", NameSpace::library);
  EXPECT_NE(store.function(user("f")).lambda, nullptr);
  EXPECT_EQ(store.function(user("f")).written_in, NameSpace::user);
  EXPECT_NE(store.function(user("lib-f")).lambda, nullptr);
  EXPECT_EQ(store.function(user("lib-f")).written_in, NameSpace::library);
  for (const char* other : {"v", "+", "nobody"})
    EXPECT_EQ(store.function(user(other)).lambda, nullptr) << other;
  store.note_assigned(user("f"));
  EXPECT_EQ(store.function(user("f")).lambda, nullptr);
}

TEST_F(Effects, GoThroughCalls) {
  define("(def a (x) (b x))");
  define("(def b (x) (c x))");
  define("(def c (x) (timer/sleep x))");
  EXPECT_EQ(effect("a"), "async");
  EXPECT_EQ(why("a"), "calls the function b");
  EXPECT_EQ(why("c"), "calls the builtin timer/sleep");
}

TEST_F(Effects, RecursionIsPureUnlessSomethingElseIsNot) {
  define("(def fib (n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))");
  define("(def even (n) (if (== n 0) true (odd (- n 1))))");
  define("(def odd (n) (if (== n 0) false (even (- n 1))))");
  EXPECT_EQ(effect("fib"), "pure");
  EXPECT_EQ(effect("even"), "pure");
  define("(def odd (n) (begin (say n) (even n)))");
  EXPECT_EQ(effect("even"), "sync");
  EXPECT_EQ(effect("fib"), "pure");
}

TEST_F(Effects, AsItsArgument) {
  define(
      "(def mapped (f xs) (let loop ((xs xs) (out ())) (if (empty? xs) out (loop (tail xs) (cons "
      "(f (head xs)) out)))))");
  define("(def slow (f xs) (if (empty? xs) () (cons (f (head xs)) (slow f (tail xs)))))");
  EXPECT_EQ(effect("mapped"), "pure+0");
  EXPECT_EQ(effect("slow"), "pure+0");
  define("(def twice (xs) (mapped (fun (x) (* x 2)) xs))");
  define("(def speak (xs) (mapped (fun (x) (say x)) xs))");
  define("(def sleep (xs) (mapped timer/sleep xs))");
  define("(def speak-too (xs) (mapped speak xs))");
  define("(def through (g xs) (slow g xs))");
  define("(def unknown (xs) (mapped (head xs) xs))");
  EXPECT_EQ(effect("twice"), "pure");
  EXPECT_EQ(effect("speak"), "sync");
  EXPECT_EQ(effect("sleep"), "async");
  EXPECT_EQ(effect("speak-too"), "sync");
  EXPECT_EQ(effect("through"), "pure+0");
  EXPECT_EQ(effect("unknown"), "async");
  EXPECT_EQ(store.of(user("mapped")).worst(), Effect::async);
  EXPECT_EQ(why("unknown"), "calls a value that is not known");
}

TEST_F(Effects, ApplyIsAsItsArgument) {
  define("(def f (g xs) (apply g xs))");
  define("(def h (xs) (apply + xs))");
  EXPECT_EQ(effect("f"), "pure+0");
  EXPECT_EQ(effect("h"), "pure");
}

TEST_F(Effects, LocalFunctions) {
  define("(def f (n) (def go (i) (if (< i n) (go (+ i 1)) i)) (go 0))");
  define("(def g (n) (def a (i) (b i)) (def b (i) (if (< i n) (a (+ i 1)) i)) (a 0))");
  define("(def h (n) (let ((speak (fun (x) (say x)))) (if (< n 0) speak n)))");
  define("(def k (n) (let ((speak (fun (x) (say x)))) (speak n)))");
  define("(def l (n) ((fun (q) (q n)) say))");
  EXPECT_EQ(effect("f"), "pure");
  EXPECT_EQ(effect("g"), "pure");
  EXPECT_EQ(effect("h"), "pure");
  EXPECT_EQ(effect("k"), "sync");
  EXPECT_EQ(effect("l"), "sync");
}

TEST_F(Effects, AssignedVariables) {
  define("(def f (n) (let ((i 0)) (set! i n) i))");
  define("(def counter () (let ((i 0)) (list (fun () (set! i (+ i 1))) (fun () i))))");
  define("(def bump () (set! total 1))");
  define("(def total 0)");
  define("(def read-total () total)");
  EXPECT_EQ(effect("f"), "pure");
  EXPECT_EQ(effect("bump"), "sync");
  EXPECT_EQ(why("bump"), "assigns the variable total");
  EXPECT_EQ(effect("read-total"), "pure");
  store.note_assigned(user("total"));
  EXPECT_EQ(effect("read-total"), "sync");
  EXPECT_EQ(why("read-total"), "reads the variable total, which is assigned");
  EXPECT_EQ(effect("counter"), "pure");
}

TEST_F(Effects, OfAClosureGivenAsCore) {
  define("(def make (x) (fun () (say x)))");
  const auto& make =
      core::as<core::Lambda>(*core::as<core::DefineGlobal>(*units[0].top->body).value);
  EXPECT_EQ(effect("make"), "pure");
  EXPECT_EQ(shown(store.of(core::as<core::Lambda>(*make.body), NameSpace::user)), "sync");
}

TEST_F(Effects, RedefinitionDropsExactlyWhatRestsOnIt) {
  define("(def a (x) (b x))");
  define("(def b (x) (c x))");
  define("(def c (x) x)");
  define("(def other (x) (+ x 1))");
  EXPECT_EQ(effect("a"), "pure");
  EXPECT_EQ(effect("other"), "pure");
  EXPECT_EQ(store.fact_count(), 4u);
  define("(def b (x) (say x))");
  EXPECT_EQ(store.fact_count(), 2u);  // c and other
  EXPECT_EQ(effect("a"), "sync");
  store.undefine(user("b"));
  EXPECT_EQ(effect("a"), "async");
  EXPECT_EQ(why("a"), "calls b, which is not known to be a function");
}

TEST_F(Effects, RestOnNamesNotDefinedYet) {
  define("(def f (x) (later x))");
  EXPECT_EQ(effect("f"), "async");
  define("(def later (x) x)");
  EXPECT_EQ(effect("f"), "pure");
  auto names = store.rests_on(user("f"));
  EXPECT_NE(std::find(names.begin(), names.end(), user("later")), names.end());
}

TEST_F(Effects, ShadowedBuiltin) {
  define("(def f (x) (+ x 1))");
  EXPECT_EQ(effect("f"), "pure");
  define("(def + (x y) (say x y))");
  EXPECT_EQ(effect("f"), "sync");
}

TEST_F(Effects, LibraryCodeDoesNotSeeUserDefinitions) {
  define("(def helper (x) x)", NameSpace::library);
  define("(def lib-f (x) (helper x))", NameSpace::library);
  define("(def f (x) (lib-f (helper x)))");
  EXPECT_EQ(effect("f"), "pure");
  define("(def helper (x) (timer/sleep x))");
  EXPECT_EQ(effect("f"), "async");
  EXPECT_EQ(effect("lib-f"), "pure");
}

TEST_F(Effects, LongChainsOfFunctions) {
  constexpr int count = 2000;
  for (int i = 0; i < count; ++i) {
    define("(def f" + std::to_string(i) + " (x) (f" + std::to_string(i + 1) + " x))");
  }
  define("(def f" + std::to_string(count) + " (x) (say x))");
  EXPECT_EQ(effect("f0"), "sync");
}

}  // namespace
}  // namespace lithe::analysis
