// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "builtins/harness.test.hpp"

namespace lithe::builtins {
namespace {

TEST(Regex, GivesStringsOrListsOfGroups) {
  expect_all({
      {"(regex/match \"a1b22\" \"\\\\d+\")", "\"1\""},
      {"(regex/match \"a1b22\" \"([a-z])(\\\\d)(x)?\")", "(\"a1\" \"a\" \"1\" nil)"},
      {"(regex/find-all \"ab\" \"x*\")", "(\"\" \"\" \"\")"},
      {"(regex/split \"a,b\" \",\")", "(\"a\" \"b\")"},
      {"(regex/replace \"aXb\" \"[A-Z]\" \"<$0>\")", "\"a<X>b\""},
  });
}

TEST(Regex, ASearchThatLastsEndsWithItsProcess) {
  using Clock = std::chrono::steady_clock;
  Harness harness;
  process::Process& process = *harness.process;
  harness.push(process.heap.make_string(std::string(200'000, 'b')));
  harness.push(process.heap.make_string("((a{0,30}){0,30})((.{0,30}){0,30})z"));
  std::thread killer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    process.ask(process::request::kill);
  });
  auto start = Clock::now();
  EXPECT_EQ(harness.call(u16(primitives::Primitive::regex_test), 2), Value::error());
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(1));
  killer.join();
}

}  // namespace
}  // namespace lithe::builtins
