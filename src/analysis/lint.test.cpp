// SPDX-License-Identifier: Apache-2.0
#include "analysis/lint.hpp"

#include <gtest/gtest.h>

#include "analysis/analysis_test_support.hpp"

namespace lithe::analysis {
namespace {

/// Programs in a world of builtins, where `twice`, a function of one argument, was defined before.
class LintTest : public testing::Test, private LintWorld {
 protected:
  /// "line:column: message" of each finding, errors without a mark and warnings with one.
  using Findings = std::vector<std::string>;

  Findings check(const std::string& text) {
    EffectStore effects(world.globals);
    Lint lint(world.names, world.sources, effects, *this);
    syntax::TextSource source("test.lt", text, syntax::TextSource::Keep::file);
    syntax::Reader reader(world.names, world.sources, source);
    while (auto form = reader.next()) {
      LITHE_CHECK(bool(*form));
      const syntax::Datum& root = *(*form)->root;
      auto unit = std::make_shared<core::CoreUnit>();
      auto done = world.analyzer.analyze(root, NameSpace::user, *unit);
      LITHE_CHECK(bool(done));
      const core::Node& body = *unit->top->body;
      if (body.kind == core::NodeKind::define_global) {
        const auto& define = core::as<core::DefineGlobal>(body);
        if (define.value->kind == core::NodeKind::lambda)
          effects.define_function({NameSpace::user, define.name},
                                  core::as<core::Lambda>(*define.value));
      }
      if (body.kind == core::NodeKind::lambda) {
        lint.add_macro(world.names.intern("a-macro"), root, std::move(unit));
      } else {
        lint.add(root, std::move(unit));
      }
    }
    Findings found;
    for (const syntax::Diagnostic& finding : lint.finish()) {
      bool warning = finding.severity == syntax::Severity::warning;
      found.push_back((warning ? "(" : "") + TestWorld::shown(finding) + (warning ? ")" : ""));
    }
    return found;
  }

  TestWorld world;

 private:
  bool is_known(u32 name) const override { return world.builtins.find(name).has_value(); }
  bool is_defined(u32 name) const override { return world.names.text(name) == "twice"; }
  std::string undefined(u32 name) override {
    return std::string(world.names.text(name)) + " is not defined";
  }
  std::optional<primitives::Arity> arity(u32 name, bool) override {
    if (auto builtin = world.builtins.find(name)) return primitives::arity_of(info(*builtin));
    if (is_defined(name)) return primitives::Arity{1, 1};
    return std::nullopt;
  }
};

const std::vector<std::string> nothing;

TEST_F(LintTest, FindsNamesThatNothingDefines) {
  EXPECT_EQ(check("(say (f 1) x)\n(def f (n) n)"), Findings{"1:12: x is not defined"});
  EXPECT_EQ(check("(set! x 1)"), Findings{"1:1: x is not defined"});
}

TEST_F(LintTest, KnowsWhatEvalDefines) {
  EXPECT_EQ(check("(eval '(def x (a) 1))\n(say x)\n(x)"), nothing);
}

TEST_F(LintTest, FindsWrongNumbersOfArguments) {
  EXPECT_EQ(
      check("(def f (a (b 1)) (list a b))\n(f)\n(f 1)\n(f 1 2)\n(f 1 2 3)"),
      (Findings{"2:1: f takes 1 to 2 arguments, got 0", "5:1: f takes 1 to 2 arguments, got 3"}));
  EXPECT_EQ(check("(def f (a . b) (list a b))\n(f)\n(f 1 2 3)"),
            Findings{"2:1: f takes at least 1 argument, got 0"});
  EXPECT_EQ(check("(head)"), Findings{"1:1: head takes 1 argument, got 0"});
  EXPECT_EQ(check("(twice 1 2)"), Findings{"1:1: twice takes 1 argument, got 2"});
}

TEST_F(LintTest, FindsWrongNumbersOfArgumentsOfLocals) {
  EXPECT_EQ(check("(let ((f (fun (x) x))) (f))"), Findings{"1:24: f takes 1 argument, got 0"});
  EXPECT_EQ(check("(let ((f (fun (x) x)) (g f)) (g 1 2))"),
            Findings{"1:30: g takes 1 argument, got 2"});
  EXPECT_EQ(check("((fun (x) x))"), Findings{"1:1: the function takes 1 argument, got 0"});
  EXPECT_EQ(check("(let loop ((i 0)) (if (< i 3) (loop) i))"),
            Findings{"1:31: loop takes 1 argument, got 0"});
  EXPECT_EQ(check("(def f () (def g (x) x) (g))"), Findings{"1:25: g takes 1 argument, got 0"});
}

TEST_F(LintTest, FindsCallsOfConstants) {
  EXPECT_EQ(check("(5 1)\n(def x \"a\")\n(x 1)\n(let ((k :k)) (k {:k 1}))"),
            (Findings{"1:1: only a function can be called, got 5",
                      "3:1: only a function can be called, got \"a\"",
                      "4:15: only a function can be called, got :k"}));
  EXPECT_EQ(check("(def h nil)\n(set! h (fun () 1))\n(h)"), nothing);
  EXPECT_EQ(check("(def h nil)\n(def h (fun () 1))\n(h)"), nothing);
  EXPECT_EQ(check("(def run (text) (spawn \"(recv)\"))\n(spawn \"(say 1)\")"),
            Findings{"(1:11: text is never read; a name that begins with _ may be unused)"});
}

TEST_F(LintTest, FindsProcessesThatGetWrongNumbersOfArguments) {
  EXPECT_EQ(check("(def f (a) a)\n(spawn f)\n(spawn f 1)\n(spawn-opt {:link true} f 1 2)"),
            (Findings{"2:1: f takes 1 argument, got 0", "4:1: f takes 1 argument, got 2"}));
  EXPECT_EQ(check("(spawn-link (fun (x) x))\n(spawn-monitor twice)"),
            (Findings{"1:1: the function takes 1 argument, got 0",
                      "2:1: twice takes 1 argument, got 0"}));
  EXPECT_EQ(check("(spawn \"(recv)\")\n(def g (f) (spawn f 1 2))"), nothing);
}

TEST_F(LintTest, GoesByWhatANameMeansWhereItStands) {
  EXPECT_EQ(check("(def f (head) (head 1 2 3))"), nothing);
  EXPECT_EQ(check("(let ((twice (fun () 1))) (twice))"), nothing);
  EXPECT_EQ(check("(def f (twice) (twice 1 2))"), nothing);
  EXPECT_EQ(check("(let ((f (fun (x) x))) (set! f (fun () 1)) (f))"), nothing);
  EXPECT_EQ(check("(def f (a) a)\n(def f (a b) (+ a b))\n(f 1 2)"), nothing);
  EXPECT_EQ(check("(def f (a) a)\n(set! f (fun () 1))\n(f)"), nothing);
  EXPECT_EQ(check("(def f (a b) (+ a b))\n(apply f '(1 2))"), nothing);
}

TEST_F(LintTest, FindsWhatIsNeverRead) {
  EXPECT_EQ(check("(let ((x 1)) 2)"),
            Findings{"(1:8: x is never read; a name that begins with _ may be unused)"});
  EXPECT_EQ(check("(let ((_x 1)) 2)"), nothing);
  EXPECT_EQ(check("(def f (a b . c) b)"),
            (Findings{"(1:9: a is never read; a name that begins with _ may be unused)",
                      "(1:15: c is never read; a name that begins with _ may be unused)"}));
  EXPECT_EQ(check("(def f (_a _ . _c) 1)"), nothing);
  EXPECT_EQ(check("(def f (a (b a)) b)"), nothing);
  EXPECT_EQ(check("(def f (g) (fun (x) g))"),
            Findings{"(1:18: x is never read; a name that begins with _ may be unused)"});
  EXPECT_EQ(check("(def f (n) (fun () n))"), nothing);
  EXPECT_EQ(check("(def f () (def g (n) (g n)) 1)"),
            Findings{"(1:16: g is never read; a name that begins with _ may be unused)"});
  EXPECT_EQ(check("(def f (x) (match x ((or (list a b) (list a b 1)) a)))"),
            Findings{"(1:34: b is never read; a name that begins with _ may be unused)"});
  EXPECT_EQ(check("(let loop ((i 0) (unread 1)) (if (< i 3) (loop (+ i 1) 2)))"),
            Findings{"(1:19: unread is never read; a name that begins with _ may be unused)"});
}

TEST_F(LintTest, FindsClausesThatAreNeverReached) {
  EXPECT_EQ(check("(def f (x) (cond ((== x 1) 1) (:always 2) (else 3)))"),
            Findings{"(1:43: never reached: the clause above always holds)"});
  EXPECT_EQ(check("(def f (x) (case x (1 2) ((3 1) 4)))"),
            Findings{"(1:30: never reached: a clause above takes this constant)"});
  EXPECT_EQ(check("(def f (x) (match x ((list 1 _) 1) ((list 1 _) 2)))"),
            Findings{"(1:37: never reached: a clause above has this pattern)"});
  EXPECT_EQ(check("(def f (x) (match x (y :when (> y 1) y) (y (- y)) (3 4)))"),
            Findings{"(1:51: never reached: the pattern above matches everything)"});
  EXPECT_EQ(check("(def f (x) (match x (1 :when (f 2) 1) (1 2)))"), nothing);
  EXPECT_EQ(check("(def f (match x g h) (match x (g 1) (h 2)))"), nothing);
  EXPECT_EQ(check("(say '(cond (true 1) (2 3)))"), nothing);
}

TEST_F(LintTest, FindsWhatStandsBehindAThrow) {
  EXPECT_EQ(check("(def f (x) (throw x) (say x))"),
            Findings{"(1:22: never reached: the form above throws)"});
  EXPECT_EQ(check("(def f (x) (if x (throw x)) (say x))\n(def g (x) (throw x) nil)"), nothing);
}

TEST_F(LintTest, FindsWhatHidesABuiltin) {
  EXPECT_EQ(check("(def head (x) x)"),
            Findings{"(1:1: this hides the builtin head from the rest of the program)"});
}

TEST_F(LintTest, HoldsFunctionsToWhatIsAssertedOfThem) {
  EXPECT_EQ(check("(def f (x) (say x))\n(assert (== (effect f) :pure))"),
            Findings{"2:9: f is sync, not pure: it calls the builtin say at test.lt:1:12"});
  EXPECT_EQ(check("(def f (x) (+ x 1))\n(assert (== :pure (effect f)))"), nothing);
  EXPECT_EQ(check("(def f () (recv))\n(assert (!= (effect 'f) :async))"),
            Findings{"2:9: f is async: it calls the builtin recv at test.lt:1:11"});
  EXPECT_EQ(check("(def f (g) (g 1))\n(assert (== (effect f) :pure))"),
            Findings{"2:9: f is async, not pure: it calls what it gets as g, and is as that is; "
                     "apart from that it is pure"});
  EXPECT_EQ(check("(assert (== (effect say) :pure) \"quiet\")"),
            Findings{"1:9: say is sync, not pure"});
  EXPECT_EQ(check("(def f () 1)\n(assert (== (effect f) \"pure\"))"),
            Findings{"2:9: an effect is :pure, :sync or :async, and never \"pure\""});
}

TEST_F(LintTest, KnowsNoEffectThatIsSettledWhenTheProgramRuns) {
  EXPECT_EQ(check("(def g (head (list +)))\n(def f (x) (g x))\n(assert (== (effect f) :pure))"),
            nothing);
  EXPECT_EQ(check("(def f () 1)\n(def f () (say 1))\n(assert (== (effect f) :pure))"), nothing);
  EXPECT_EQ(check("(def f () (say 1))\n(say (== (effect f) :pure))"), nothing);
  EXPECT_EQ(check("(def f (g) (assert (== (effect g) :pure)))"), nothing);
}

TEST_F(LintTest, FindsMacrosThatWait) {
  EXPECT_EQ(check("(fun (x) (timer/sleep 1) x)"),
            Findings{"1:10: a macro must not wait: a-macro calls the builtin timer/sleep"});
  EXPECT_EQ(check("(def nap () (receive (x x)))\n(fun () (nap))"),
            Findings{"2:9: a macro must not wait: a-macro calls the function nap, which waits for "
                     "messages"});
  EXPECT_EQ(check("(fun (f) (f 1))"), nothing);
  EXPECT_EQ(check("(fun () (list 'timer/sleep 1))"), nothing);
  EXPECT_EQ(check("(def a (n) (b n))\n(def b (n) (a n))\n(fun () (a 1))"), nothing);
}

}  // namespace
}  // namespace lithe::analysis
