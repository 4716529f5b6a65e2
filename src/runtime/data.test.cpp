// SPDX-License-Identifier: Apache-2.0
#include "runtime/data.hpp"

#include <gtest/gtest.h>

#include "runtime/main_task.hpp"
#include "runtime/runtime.hpp"
#include "runtime/session.hpp"
#include "syntax/map_keys.hpp"
#include "vm/process_watcher.hpp"

namespace lithe::runtime {
namespace {

using syntax::Datum;
using value::Value;

/// Is over from its n-th question on.
struct Impatient final : base::Watcher {
  explicit Impatient(u64 questions) : questions(questions) {}
  bool is_over() override { return ++asked >= questions; }
  u64 questions;
  u64 asked = 0;
};

class Data : public ::testing::Test {
 protected:
  /// (x x) of (x x) of …: sixty lists that are 2^60 when they are walked.
  const Datum* doubled() {
    const Datum* datum = build.integer(1, {});
    for (int i = 0; i < 60; i++) datum = build.list({datum, datum}, {});
    return datum;
  }

  Session session{Options{}};
  heap::Heap& heap = session.runtime().main().process.heap;
  base::Arena arena;
  syntax::DatumBuilder build{arena};
};

TEST_F(Data, WhatComesBackUnchangedIsTheDatumThatWasGiven) {
  Impatient watcher(~u64{0});
  GivenData data(heap, watcher);
  const Datum* symbol = build.symbol(base::name::begin, {});
  const Datum* root = build.list({symbol, build.list({symbol}, {})}, {});
  heap::Root given(heap, data.give(*root));
  EXPECT_EQ(data.take(given.get(), arena, {}).value(), root);
  EXPECT_EQ(data.take(given.get().as_cons()->head, arena, {}).value(), symbol);
}

TEST_F(Data, GivingEndsWhenTheWatcherIsOver) {
  Impatient watcher(2);
  EXPECT_EQ(GivenData(heap, watcher).give(*doubled()), Value::error());
  EXPECT_EQ(watcher.asked, 2u);
}

TEST_F(Data, TakingEndsWhenTheWatcherIsOver) {
  heap::Root v(heap, Value::integer(1));
  for (int i = 0; i < 60; i++) {
    heap::RootVector both(heap);
    both.push_back(v.get());
    both.push_back(v.get());
    v = heap.make_list(both.span());
  }
  Impatient watcher(2);
  auto taken = GivenData(heap, watcher).take(v.get(), arena, {});
  EXPECT_EQ(taken.error(), "interrupted");
  EXPECT_EQ(watcher.asked, 2u);
}

TEST_F(Data, AProcessIsOverWhenItIsAskedToEndOrTheProgramIs) {
  process::Process& process = session.runtime().main().process;
  vm::ProcessWatcher watcher(process, session.runtime());
  EXPECT_FALSE(watcher.is_over());
  process.ask(process::request::interrupt);
  EXPECT_TRUE(watcher.is_over());
  process.served(process::request::interrupt);
  EXPECT_FALSE(watcher.is_over());
  session.stop(1);
  EXPECT_TRUE(watcher.is_over());
}

TEST_F(Data, TheSearchForRepeatedKeysEndsWhenTheWatcherIsOver) {
  Impatient watcher(2);
  EXPECT_FALSE(syntax::repeated_key_in_data(*doubled(), &watcher));
  EXPECT_EQ(watcher.asked, 2u);
}

}  // namespace
}  // namespace lithe::runtime
