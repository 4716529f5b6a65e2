// SPDX-License-Identifier: Apache-2.0
#include "base/arena_pool.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace lithe::base {
namespace {

TEST(ArenaPool, GivesTheSameArenaAgain) {
  ArenaPool pool;
  Arena* first;
  {
    PooledArena arena = pool.acquire();
    first = &*arena;
    arena->copy("text");
  }
  PooledArena again = pool.acquire();
  EXPECT_EQ(&*again, first);
}

TEST(ArenaPool, ArenasOutliveThePool) {
  PooledArena arena;
  std::string_view text;
  {
    ArenaPool pool;
    arena = pool.acquire();
    pool.acquire();
    text = arena->copy("kept");
  }
  EXPECT_EQ(text, "kept");
}

TEST(ArenaPool, AnArenaNeedsNoPool) {
  PooledArena arena = PooledArena::make();
  EXPECT_EQ(arena->copy("x"), "x");
  PooledArena other = std::move(arena);
  EXPECT_FALSE(arena);
  EXPECT_TRUE(other);
}

TEST(ArenaPool, OtherThreadsGiveBackWhileItEnds) {
  for (int round = 0; round < 200; ++round) {
    auto pool = std::make_unique<ArenaPool>();
    std::vector<PooledArena> arenas;
    for (int i = 0; i < 40; ++i) arenas.push_back(pool->acquire());
    std::thread other([moved = std::move(arenas)]() mutable { moved.clear(); });
    for (int i = 0; i < 10; ++i) pool->acquire()->copy("busy");
    pool.reset();
    other.join();
  }
}

}  // namespace
}  // namespace lithe::base
