// SPDX-License-Identifier: Apache-2.0
// How long `(+ 1 2)` takes from text to result in a warm runtime: what a host pays for each form.

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "lithe/lithe.hpp"

int main(int count, char** values) {
  int runs = count > 1 ? std::atoi(values[1]) : 1;
  constexpr int evaluations = 20'000;
  lithe::Runtime runtime;
  for (int run = 0; run < runs; run++) {
    std::string printed;
    auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < evaluations; i++) {
      lithe::Evaluation result = runtime.eval("(+ 1 2)");
      if (!result) return 1;
      printed = std::move(result.printed);
    }
    auto end = std::chrono::steady_clock::now();
    auto each = std::chrono::duration_cast<std::chrono::nanoseconds>(end - start) / evaluations;
    std::printf("result %s\ntime %lld\n", printed.c_str(), static_cast<long long>(each.count()));
  }
  return 0;
}
