// SPDX-License-Identifier: Apache-2.0
// What a host pays for small forms in a warm runtime. "read" is text to result: Runtime::eval
// reads, expands, compiles and evaluates the form each time. "call" is the evaluation alone: the
// form was made the body of a function once, and Runtime::call_values runs it. The form nil shows
// what entering the runtime costs. Prints `NAME WAY NANOSECONDS` lines.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>

#include "lithe/lithe.hpp"

namespace {

struct Form {
  const char* name;
  const char* text;
  int evaluations;     // in one measurement
  const char* result;  // nullptr: any
};

constexpr const char* fib = "(def fib (n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))";

// (spawn f) is measured with what its process costs: it runs while the host is inside.
constexpr Form forms[] = {
    {"nil", "nil", 5'000, "nil"},
    {"(+ 1 2)", "(+ 1 2)", 5'000, "3"},
    {"(* (+ 1 2) (- 5 3))", "(* (+ 1 2) (- 5 3))", 5'000, "6"},
    {"(def fib …)", fib, 1'000, nullptr},
    {"(fib 10)", "(fib 10)", 5'000, "55"},
    {"(spawn f)", "(spawn f)", 1'000, nullptr},
};

void fail(const char* what, const std::string& why) {
  std::fprintf(stderr, "%s: %s\n", what, why.c_str());
  std::exit(1);
}

double nanoseconds_each(int times, const std::function<void()>& work) {
  auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < times; i++) work();
  std::chrono::duration<double, std::nano> taken = std::chrono::steady_clock::now() - start;
  return taken.count() / times;
}

// The best of the runs; the first ones warm up.
void measure(const char* name, const char* way, int runs, int times,
             const std::function<void()>& work) {
  double best = nanoseconds_each(times, work);
  for (int run = 1; run < runs; run++) best = std::min(best, nanoseconds_each(times, work));
  std::printf("%s\t%s\t%.1f\n", name, way, best);
}

void evaluate(lithe::Runtime& runtime, const Form& form) {
  lithe::Evaluation result = runtime.eval(form.text);
  if (!result) fail(form.name, result.error);
  if (form.result && result.printed != form.result) fail(form.name, result.printed);
}

void call(lithe::Runtime& runtime, const char* function) {
  auto result = runtime.call_values(function, {});
  if (!result) fail(function, "the call failed");
}

}  // namespace

int main(int count, char** values) {
  int runs = count > 1 ? std::atoi(values[1]) : 5;
  lithe::Runtime runtime;
  runtime.eval(fib);
  runtime.eval("(def f () nil)");
  for (const Form& form : forms)
    measure(form.name, "read", runs, form.evaluations, [&] { evaluate(runtime, form); });
  for (const Form& form : forms) {
    if (std::string_view(form.name).starts_with("(def")) continue;  // not inside a function
    lithe::Evaluation made = runtime.eval("(def prepared () " + std::string(form.text) + ")");
    if (!made) fail(form.name, made.error);
    measure(form.name, "call", runs, form.evaluations, [&] { call(runtime, "prepared"); });
  }
  return 0;
}
