// SPDX-License-Identifier: Apache-2.0
#include "base/further_stack.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace lithe::base {
namespace {

struct Depth {
  int wanted;
  int reached = 0;
};

[[gnu::noinline]] void descend(Depth& depth) {
  volatile char room[4096];
  room[0] = char(depth.reached);
  if (++depth.reached < depth.wanted) descend(depth);
  room[1] = room[0];
}

TEST(FurtherStack, GivesTheRoomAskedFor) {
  Depth depth{15 * 1024};  // 60 MiB, far beyond a thread's usual stack
  bool ran = run_on_further_stack(
      size_t{128} << 20, [](void* d) { descend(*static_cast<Depth*>(d)); }, &depth);
  EXPECT_TRUE(ran);
  EXPECT_EQ(depth.reached, depth.wanted);
}

TEST(FurtherStack, SaysWhenThereIsNone) {
  bool called = false;
  bool ran =
      run_on_further_stack(SIZE_MAX / 2, [](void* c) { *static_cast<bool*>(c) = true; }, &called);
  EXPECT_FALSE(ran);
  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace lithe::base
