// SPDX-License-Identifier: Apache-2.0
// Floats of 32 bits, by their bits: what each prints as, as a double, reads back to the same bits.
//
//     float32 [FIRST [LAST [STEP]]]     0 to 4294967295 by 4099 when nothing is said
//
// All of them: float32 0 4294967295 1. The last line is "N passed, N failed".
#include <bit>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/literal_text.hpp"
#include "syntax/number.hpp"

int main(int count, char** arguments) {
  auto argument = [&](int which, unsigned long otherwise) {
    return count > which ? std::strtoul(arguments[which], nullptr, 10) : otherwise;
  };
  unsigned long first = argument(1, 0), last = argument(2, 0xFFFF'FFFF), step = argument(3, 4099);
  auto begin = std::chrono::steady_clock::now();
  unsigned long passed = 0, failed = 0;
  std::string text;
  for (unsigned long bits = first; bits <= last; bits += step) {
    auto single = std::bit_cast<float>(std::uint32_t(bits));
    if (!std::isfinite(single)) continue;  // these have no digits; tests/lang/numbers has them
    text.clear();
    lithe::base::append_float(single, text);
    auto number = lithe::syntax::read_number(text);
    bool good =
        number && number->kind == lithe::syntax::Number::Kind::float_ &&
        std::bit_cast<std::uint64_t>(number->value) == std::bit_cast<std::uint64_t>(double(single));
    good ? passed++ : failed++;
    if (!good && failed <= 20) std::printf("%08lx prints as %s\n", bits, text.c_str());
  }
  double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::printf("%lu to %lu by %lu, %.1f s\n", first, last, step, seconds);
  std::printf("%lu passed, %lu failed\n", passed, failed);
  return failed != 0 || passed == 0;
}
