// SPDX-License-Identifier: Apache-2.0
// Uses a part of everything that is installed: the library in Lithe, machine code, the plugin for
// text.

#include <cstdio>
#include <lithe/lithe.hpp>
#include <lithe/tools.hpp>

int main() {
  lithe::Runtime runtime({.jit = lithe::Jit::eager});
  lithe::Evaluation result = runtime.eval(
      "(def fib (n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))"
      "(list (fib 20) (list/sort (list 3 1 2)) (regex/split \"a,b\" \",\"))");
  std::printf("%s\n", result ? result.printed.c_str() : result.error.c_str());
  std::string how =
      runtime.eval("(explain fib)").value.text().find("machine code") != std::string_view::npos
          ? "compiled"
          : "interpreted";
  std::printf("%s by lithe %s\n", how.c_str(), lithe::version());
  return result ? 0 : 1;
}
