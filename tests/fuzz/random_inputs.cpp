// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target without libFuzzer, so in any build: files that are named, or random bytes.
//
//     random_NAME SECONDS SEED [FOLDER]   new inputs, the bytes of each made from SEED and its
//                                          number; the one that runs lies in FOLDER/input
//     random_NAME COUNTx SEED [FOLDER]    so many of them
//     random_NAME FILE…                   these
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes make_input(unsigned long seed, unsigned long number) {
  std::mt19937_64 random(seed * 1'000'003 + number);
  constexpr unsigned sizes[] = {12, 40, 100, 250};
  Bytes bytes(1 + sizes[random() % 4] + random() % 20);
  for (auto& byte : bytes) byte = std::uint8_t(random() >> 20);
  bytes[0] = std::uint8_t(random() % 4 ? 0 : bytes[0]);  // mostly in the plain way
  return bytes;
}

int run_files(int count, char** paths) {
  for (int i = 0; i < count; i++) {
    std::ifstream file(paths[i], std::ios::binary);
    if (!file) {
      std::fprintf(stderr, "cannot open %s\n", paths[i]);
      return 2;
    }
    Bytes bytes{std::istreambuf_iterator<char>(file), {}};
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  }
  std::printf("%d files, nothing found\n", count);
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  char* end = nullptr;
  double limit = count > 1 ? std::strtod(arguments[1], &end) : 0;
  if (count < 3 || count > 4 || (*end && *end != 'x')) return run_files(count - 1, arguments + 1);
  bool counted = *end == 'x';
  unsigned long seed = std::strtoul(arguments[2], nullptr, 10);
  std::string kept = count == 4 ? std::string(arguments[3]) + "/input" : "";
  auto begin = std::chrono::steady_clock::now();
  auto elapsed = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  std::printf("seed %lu\n", seed);
  std::fflush(stdout);
  unsigned long runs = 0;
  for (; (counted ? double(runs) : elapsed()) < limit; runs++) {
    Bytes bytes = make_input(seed, runs);
    if (!kept.empty()) {
      std::ofstream(kept, std::ios::binary)
          .write(reinterpret_cast<const char*>(bytes.data()), std::streamsize(bytes.size()));
    }
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  }
  std::printf("Done %lu runs in %.0f second(s), seed %lu\n", runs, elapsed(), seed);
  return 0;
}
