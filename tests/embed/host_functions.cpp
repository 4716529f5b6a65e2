// SPDX-License-Identifier: Apache-2.0
// Functions of the host: effects, arity, errors, exceptions, re-entry, use in compiled code.

#include <stdexcept>
#include <thread>

#include "checking.hpp"

using lithe::Arity;
using lithe::Completion;
using lithe::Effect;
using lithe::Error;
using lithe::Result;
using lithe::Value;

namespace {

struct Counts {
  int sync = 0;
};

void define_all(lithe::Runtime& runtime, Counts& counts) {
  CHECK_OK(runtime.define("area", {.effect = Effect::pure, .doc = "(area w h) => w times h"},
                          [](double width, double height) { return width * height; }));
  CHECK_OK(runtime.define("count!", {}, [&counts] { return ++counts.sync; }));
  CHECK_OK(runtime.define("twice", {.effect = Effect::pure, .arity = 1},
                          [](std::span<const Value> given) -> Result<Value> {
                            return Value::integer(2 * given[0].as_integer());
                          }));
  CHECK_OK(runtime.define("how-many", {.arity = Arity::at_least(1)},
                          [](std::span<const Value> given) -> Result<Value> {
                            return Value::integer(std::int64_t(given.size()));
                          }));
  CHECK_OK(runtime.define("one-or-two", {.arity = {1, 2}},
                          [](std::span<const Value> given) -> Result<Value> {
                            return Value::integer(std::int64_t(given.size()));
                          }));
  CHECK_OK(runtime.define("fails", {},
                          [](std::string kind) -> Result<int> { return Error{kind, "as told"}; }));
  CHECK_OK(runtime.define("throws", {}, [](bool standard) -> int {
    if (standard) throw std::runtime_error("out of luck");
    throw 1;
  }));
  CHECK_OK(runtime.define("bad-answer", {}, [] { return Value::string("\xFF"); }));
  CHECK_OK(runtime.define_async(
      "later", {.arity = 1}, [](std::span<const Value> given, Completion completion) {
        std::thread([value = given[0], completion] { completion.complete(value); }).detach();
      }));
  CHECK_OK(runtime.define_async("at-once", {.arity = 1},
                                [](std::span<const Value> given, Completion completion) {
                                  CHECK(completion.complete(given[0]));
                                  CHECK(!completion.complete(given[0]));
                                }));
  CHECK_OK(runtime.define_async("forgets", {}, [](std::span<const Value>, Completion) {}));
  CHECK_OK(runtime.define_async("throws-later", {}, [](std::span<const Value>, Completion) {
    throw std::runtime_error("at the start");
  }));
}

void effects_and_docs(lithe::Runtime& runtime, const std::string& output) {
  auto printed = [&](const char* text) { return runtime.eval(text).printed; };
  CHECK_EQUAL(printed("(area 3 4)"), std::string("12.0"));
  CHECK_EQUAL(printed("(effect area)"), std::string(":pure"));
  CHECK_EQUAL(printed("(effect count!)"), std::string(":sync"));
  CHECK_EQUAL(printed("(effect later)"), std::string(":async"));
  CHECK_EQUAL(printed("(def f (x) (area x x)) (effect f)"), std::string(":pure"));
  CHECK_EQUAL(printed("(doc area)"), std::string("nil"));
  CHECK_EQUAL(output, std::string("(area w h) => w times h\n"));
  CHECK_EQUAL(printed("(list/map twice (list 1 2 3))"), std::string("(2 4 6)"));
  CHECK_EQUAL(printed("(how-many 1 2 3)"), std::string("3"));
  CHECK_EQUAL(printed("(list (one-or-two 1) (one-or-two 1 2))"), std::string("(1 2)"));
  CHECK_EQUAL(printed("(later (list 1 \"a\"))"), std::string("(1 \"a\")"));
  CHECK_EQUAL(printed("(at-once :now)"), std::string(":now"));
}

void errors(lithe::Runtime& runtime) {
  CHECK_FAILS(runtime.eval("(area 1)"), "arity", "area");
  CHECK_FAILS(runtime.eval("(how-many)"), "arity", "how-many");
  CHECK_FAILS(runtime.eval("(one-or-two 1 2 3)"), "arity", "takes at most 2 arguments, got 3");
  CHECK_FAILS(runtime.eval("(area 1 \"2\")"), "type",
              "area: argument 2 must be a number, got a string");
  CHECK_FAILS(runtime.eval("(fails \"odd\")"), "odd", "fails: as told");
  CHECK_FAILS(runtime.eval("(throws true)"), "host-error", "throws: out of luck");
  CHECK_FAILS(runtime.eval("(throws false)"), "host-error", "no std::exception");
  CHECK_FAILS(runtime.eval("(bad-answer)"), "type", "must be UTF-8");
  CHECK_FAILS(runtime.eval("(forgets)"), "host-error", "dropped the call");
  CHECK_FAILS(runtime.eval("(throws-later)"), "host-error", "at the start");
  CHECK_EQUAL(runtime.eval("(try (throws true) (catch e (error/kind e)))").printed,
              std::string(":host-error"));
  // The error's place is that of the call.
  lithe::Evaluation placed = runtime.eval("\n  (throws true)", "here.lt");
  CHECK(placed.error.find("here.lt:2:3") != std::string::npos);
  CHECK_FAILS(runtime.define("two words", {}, [] { return 1; }), "value", "is not the name");
  CHECK_FAILS(runtime.define("12", {}, [] { return 1; }), "value", "is not the name");
  CHECK_FAILS(runtime.define("", {}, [] { return 1; }), "value", "is not the name");
  CHECK_FAILS(runtime.define("a", {.effect = Effect::async}, [] { return 1; }), "value",
              "define_async");
}

void compiled(lithe::Runtime& runtime, Counts& counts) {
  counts.sync = 0;
  CHECK_EQUAL(runtime
                  .eval("(def loop (i sum) (if (== i 0) sum (loop (- i 1) (+ sum (twice i)))))"
                        "(loop 10000 0)")
                  .printed,
              std::string("100010000"));
  CHECK_EQUAL(runtime
                  .eval("(def run (i) (if (== i 0) nil (begin (count!) (run (- i 1)))))"
                        "(run 10000) (count!)")
                  .printed,
              std::string("10001"));
  CHECK_EQUAL(runtime
                  .eval("(def caught (i n) (if (== i 0) n (caught (- i 1)"
                        " (+ n (try (throws true) 0 (catch e 1))))))"
                        "(caught 10000 0)")
                  .printed,
              std::string("10000"));
  CHECK_EQUAL(runtime
                  .eval("(def wait (i sum) (if (== i 0) sum (wait (- i 1) (+ sum (later i)))))"
                        "(wait 100 0)")
                  .printed,
              std::string("5050"));
  // A callback that waits below compiled code.
  CHECK_EQUAL(runtime.eval("(list/map later (list 1 2 3))").printed, std::string("(1 2 3)"));
}

void processes_wait_alone(lithe::Runtime& runtime) {
  CHECK_EQUAL(runtime
                  .eval("(def all (list/map (fun (i) (let ((me (self))) (spawn (fun ()"
                        " (send me (later i)))))) (list/range 50)))"
                        "(def sum (n total) (if (== n 0) total"
                        " (receive (x (sum (- n 1) (+ total x))))))"
                        "(sum 50 0)")
                  .printed,
              std::string("1225"));
  // Who is killed while it waits is not answered.
  CHECK_OK(runtime.define_async("never", {},
                                [kept = std::make_shared<std::vector<Completion>>()](
                                    std::span<const Value>, Completion completion) {
                                  kept->push_back(std::move(completion));
                                }));
  CHECK_EQUAL(runtime
                  .eval("(let ((p (spawn-monitor (fun () (never)))))"
                        " (timer/sleep 1) (kill (head p))"
                        " (receive ((list :down r q reason) reason)))")
                  .printed,
              std::string(":killed"));
}

void redefined(lithe::Runtime& runtime) {
  runtime.eval("(def uses (x) (twice x))");
  CHECK_EQUAL(runtime.eval("(uses 4)").printed, std::string("8"));
  CHECK_OK(
      runtime.define("twice", {.effect = Effect::pure}, [](std::int64_t i) { return -2 * i; }));
  CHECK_EQUAL(runtime.eval("(uses 4)").printed, std::string("-8"));
  runtime.eval("(def twice (x) :own)");
  CHECK_EQUAL(runtime.eval("(uses 4)").printed, std::string(":own"));
}

void re_entry(lithe::Runtime& runtime) {
  CHECK_OK(runtime.define(
      "again", {}, [&](std::int64_t i) -> Result<Value> { return runtime.call("step", i); }));
  CHECK_OK(runtime.define("pure-again", {.effect = Effect::pure},
                          [&](std::int64_t i) { return runtime.call("step", i); }));
  CHECK_OK(runtime.define("evaluates", {}, [&]() -> Result<Value> {
    lithe::Evaluation result = runtime.eval("1");
    if (!result) return result.failure;
    return result.value;
  }));
  runtime.eval("(def step (i) (if (== i 0) :end (again (- i 1))))");
  CHECK_EQUAL(runtime.eval("(again 20)").printed, std::string(":end"));
  CHECK_FAILS(runtime.eval("(pure-again 0)"), "re-entry", "declared pure");
  CHECK_FAILS(runtime.eval("(evaluates)"), "re-entry", "cannot ask it");
  runtime.eval("(def step (i) (timer/sleep 1))");
  CHECK_FAILS(runtime.eval("(again 0)"), "value", "must not wait");
  runtime.eval("(def step (i) (receive (x x)))");
  CHECK_FAILS(runtime.eval("(again 0)"), "value", "must not wait");
  runtime.eval("(def step (i) (throw (list i)))");
  CHECK(!runtime.eval("(again 7)").ok);
  CHECK_EQUAL(runtime.eval("(+ 1 2)").printed, std::string("3"));
  // Growing the process's stack under a host function.
  runtime.eval("(def step (i) (deep i)) (def deep (i) (if (== i 0) 0 (+ 1 (deep (- i 1)))))");
  CHECK_EQUAL(runtime.eval("(again 100000)").printed, std::string("100000"));
}

void all(lithe::Jit jit) {
  lithe::Options options;
  options.jit = jit;
  std::string output;
  options.sink = [&](lithe::Handle handle, std::string_view text) {
    if (handle == lithe::Handle::standard_output) output += text;
  };
  lithe::Runtime runtime(std::move(options));
  Counts counts;
  define_all(runtime, counts);
  effects_and_docs(runtime, output);
  errors(runtime);
  compiled(runtime, counts);
  processes_wait_alone(runtime);
  redefined(runtime);
  re_entry(runtime);
}

}  // namespace

int main() {
  for (lithe::Jit jit : {lithe::Jit::off, lithe::Jit::on, lithe::Jit::eager}) all(jit);
  return checking::report("host_functions");
}
