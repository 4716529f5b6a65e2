// SPDX-License-Identifier: Apache-2.0
#include "process/failure.hpp"

#include <gtest/gtest.h>

namespace lithe::process {
namespace {

std::vector<u32> kept_frames(const Failure& failure) {
  std::vector<u32> names;
  for (u32 i = 0; i < failure.kept(); i++) names.push_back(failure.frame(i).function);
  return names;
}

TEST(Failure, KeepsAllFramesOfAShortWay) {
  for (u32 frames : {0u, 1u, 24u, 25u, 31u, 32u}) {
    Failure failure;
    failure.start(value::Value::nil(), {});
    std::vector<u32> wanted;
    for (u32 i = 0; i < frames; i++) {
      failure.add_frame({i, {}});
      wanted.push_back(i);
    }
    EXPECT_EQ(failure.omitted(), 0u);
    EXPECT_EQ(failure.passed(), frames);
    EXPECT_EQ(kept_frames(failure), wanted);
  }
}

TEST(Failure, KeepsBothEndsOfALongWay) {
  for (u32 frames : {33u, 39u, 40u, 1'000'003u}) {
    Failure failure;
    failure.start(value::Value::nil(), {});
    for (u32 i = 0; i < frames; i++) failure.add_frame({i, {}});
    EXPECT_EQ(failure.omitted(), frames - 32);
    std::vector<u32> wanted;
    for (u32 i = 0; i < 24; i++) wanted.push_back(i);
    for (u32 i = frames - 8; i < frames; i++) wanted.push_back(i);
    EXPECT_EQ(kept_frames(failure), wanted);
  }
}

TEST(Failure, BeginsAnew) {
  Failure failure;
  failure.start(value::Value::integer(1), {1, 2, 3, 4});
  for (u32 i = 0; i < 100; i++) failure.add_frame({i, {}});
  failure.start(value::Value::integer(2), {});
  EXPECT_EQ(failure.kept(), 0u);
  EXPECT_EQ(failure.omitted(), 0u);
  failure.add_frame({7, {}});
  EXPECT_EQ(kept_frames(failure), std::vector<u32>{7});
}

}  // namespace
}  // namespace lithe::process
