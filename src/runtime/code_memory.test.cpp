// SPDX-License-Identifier: Apache-2.0
#include "runtime/code_memory.hpp"

#include <fstream>
#include <string>

#include <gtest/gtest.h>

namespace lithe::runtime {
namespace {

/// mov eax, N; ret
std::vector<u8> constant_function(u32 n) {
  std::vector<u8> code{0xB8, u8(n), u8(n >> 8), u8(n >> 16), u8(n >> 24), 0xC3};
  return code;
}

u32 run(const u8* code) { return reinterpret_cast<u32 (*)()>(reinterpret_cast<u64>(code))(); }

bool any_writable_and_executable() {
  std::ifstream maps("/proc/self/maps");
  std::string line;
  while (std::getline(maps, line)) {
    std::string permissions = line.substr(line.find(' ') + 1, 4);
    if (permissions[1] == 'w' && permissions[2] == 'x') return true;
  }
  return false;
}

TEST(CodeMemory, RunsWhatItPlaces) {
  CodeMemory memory;
  std::vector<u8> first = constant_function(17), second = constant_function(42);
  const u8* a = memory.place(first.data(), first.size());
  const u8* b = memory.place(second.data(), second.size());
  EXPECT_EQ(run(a), 17u);
  EXPECT_EQ(run(b), 42u);
  EXPECT_FALSE(any_writable_and_executable());
}

TEST(CodeMemory, UsesAgainWhatIsFreed) {
  CodeMemory memory;
  std::vector<u8> code = constant_function(1);
  code.resize(10'000);
  std::vector<const u8*> placed;
  for (u32 i = 0; i < 100; i++) placed.push_back(memory.place(code.data(), code.size()));
  u64 used = memory.bytes_in_use();
  for (u32 i = 0; i < 100; i += 2) memory.free(placed[i], code.size());
  for (u32 i = 1; i < 100; i += 2) memory.free(placed[i], code.size());
  EXPECT_EQ(memory.bytes_in_use(), 0u);
  const u8* large = memory.place(code.data(), code.size());
  EXPECT_EQ(large, placed[0]);
  EXPECT_EQ(run(large), 1u);
  EXPECT_EQ(used, 100 * 3 * 4096u);
}

TEST(CodeMemory, StaysFlatOverManyPieces) {
  CodeMemory memory;
  std::vector<u8> code = constant_function(7);
  const u8* first = memory.place(code.data(), code.size());
  memory.free(first, code.size());
  for (u32 i = 0; i < 10'000; i++) {
    const u8* at = memory.place(code.data(), code.size());
    ASSERT_EQ(at, first);
    memory.free(at, code.size());
  }
}

}  // namespace
}  // namespace lithe::runtime
