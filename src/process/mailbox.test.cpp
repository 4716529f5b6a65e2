// SPDX-License-Identifier: Apache-2.0
#include "process/mailbox.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <thread>
#include <vector>

#include "heap/fragment.hpp"
#include "heap/memory_account.hpp"

namespace lithe::process {
namespace {

using heap::Fragment;
using value::Value;

class MailboxTest : public testing::Test {
 protected:
  Fragment* message(i64 number) {
    return heap::make_fragment(account_, Value::integer(number), Value::nil());
  }
  static i64 number_of(const Fragment* m) { return m->root.as_integer(); }

  void keep_arrivals(Mailbox& mailbox) {
    Fragment* next = nullptr;
    for (Fragment* m = mailbox.take_arrivals(); m != nullptr; m = next) {
      next = m->next;
      mailbox.append(m);
    }
  }
  static i64 take(Mailbox& mailbox) {
    Fragment* m = mailbox.take();
    i64 number = number_of(m);
    heap::free_fragment(m);
    return number;
  }

  heap::MemoryAccount account_;
};

TEST_F(MailboxTest, KeepsTheOrderOfArrival) {
  Mailbox mailbox;
  EXPECT_EQ(mailbox.push(message(0)), Mailbox::Push::first);
  for (i64 i = 1; i < 10; i++) EXPECT_EQ(mailbox.push(message(i)), Mailbox::Push::queued);
  EXPECT_EQ(mailbox.count_messages(), 10u);
  keep_arrivals(mailbox);
  EXPECT_EQ(mailbox.push(message(10)), Mailbox::Push::first);
  keep_arrivals(mailbox);
  EXPECT_EQ(mailbox.count_messages(), 11u);
  for (i64 i = 0; i <= 10; i++) {
    mailbox.begin_scan();
    EXPECT_EQ(take(mailbox), i);
  }
  mailbox.begin_scan();
  EXPECT_EQ(mailbox.at_place(), nullptr);
  EXPECT_EQ(mailbox.take(), nullptr);
}

TEST_F(MailboxTest, GoesOnWithAScanWhenMoreArrives) {
  Mailbox mailbox;
  for (i64 i = 0; i < 3; i++) mailbox.append(message(i));
  mailbox.begin_scan();
  for (i64 i = 0; i < 3; i++) {
    EXPECT_EQ(number_of(mailbox.at_place()), i);
    mailbox.skip();
  }
  EXPECT_EQ(mailbox.at_place(), nullptr);
  mailbox.skip();
  EXPECT_TRUE(mailbox.scanning());
  mailbox.push(message(3));
  keep_arrivals(mailbox);
  EXPECT_EQ(take(mailbox), 3);
  EXPECT_FALSE(mailbox.scanning());
  // The taken one was the last: appending must not write into it.
  mailbox.append(message(4));
  EXPECT_EQ(mailbox.count_messages(), 4u);
}

TEST_F(MailboxTest, TakesFromAnyPlaceLikeAList) {
  std::mt19937 random(7);
  Mailbox mailbox;
  std::vector<i64> model;
  for (i64 step = 0; step < 20000; step++) {
    if (model.size() < 3 || random() % 2) {
      mailbox.append(message(step));
      model.push_back(step);
    } else {
      u64 place = random() % model.size();
      mailbox.begin_scan();
      for (u64 i = 0; i < place; i++) mailbox.skip();
      ASSERT_EQ(take(mailbox), model[place]);
      model.erase(model.begin() + i64(place));
    }
  }
  ASSERT_EQ(mailbox.count_messages(), model.size());
  u64 i = 0;
  for (Fragment* m = mailbox.first(); m != nullptr; m = m->next)
    ASSERT_EQ(number_of(m), model[i++]);
}

TEST_F(MailboxTest, RefusesWhenClosed) {
  Mailbox mailbox;
  mailbox.push(message(1));
  mailbox.push(message(2));
  Fragment* left = mailbox.close();
  ASSERT_EQ(number_of(left), 1);
  ASSERT_EQ(number_of(left->next), 2);
  heap::free_fragment(left->next);
  heap::free_fragment(left);
  Fragment* late = message(3);
  EXPECT_EQ(mailbox.push(late), Mailbox::Push::refused);
  heap::free_fragment(late);
  EXPECT_EQ(mailbox.take_arrivals(), nullptr);
  EXPECT_EQ(mailbox.close(), nullptr);
  EXPECT_EQ(mailbox.count_messages(), 0u);
}

TEST_F(MailboxTest, FreesWhatIsLeft) {
  {
    Mailbox mailbox;
    mailbox.append(message(1));
    mailbox.push(message(2));
  }
  EXPECT_EQ(account_.bytes(), 0u);
}

TEST_F(MailboxTest, LosesNothingFromManyThreads) {
  constexpr u32 producers = 4;
  constexpr i64 each = 20'000;
  Mailbox mailbox;
  std::atomic<u64> firsts{0};
  std::vector<std::thread> threads;
  for (u32 p = 0; p < producers; p++) {
    threads.emplace_back([&, p] {
      for (i64 i = 0; i < each; i++) {
        Fragment* m = heap::make_fragment(account_, Value::integer(i), Value::integer(p));
        if (mailbox.push(m) == Mailbox::Push::first) firsts.fetch_add(1);
      }
    });
  }
  std::array<i64, producers> expected{};
  u64 taken = 0;
  u64 batches = 0;
  while (taken < producers * u64{each}) {
    Fragment* m = mailbox.take_arrivals();
    if (m == nullptr) std::this_thread::yield();
    batches += m != nullptr;
    while (m != nullptr) {
      Fragment* next = m->next;
      ASSERT_EQ(number_of(m), expected[u64(m->sender.as_integer())]++);
      heap::free_fragment(m);
      taken++;
      m = next;
    }
  }
  for (std::thread& thread : threads) thread.join();
  // Each batch was announced by exactly one push.
  EXPECT_EQ(firsts.load(), batches);
  EXPECT_EQ(account_.bytes(), 0u);
}

TEST_F(MailboxTest, EveryPushMeetsTheCloseOrIsRefused) {
  for (int round = 0; round < 200; round++) {
    Mailbox mailbox;
    std::atomic<u64> refused{0};
    std::vector<std::thread> threads;
    for (int p = 0; p < 3; p++) {
      threads.emplace_back([&] {
        for (i64 i = 0; i < 20; i++) {
          Fragment* m = message(i);
          if (mailbox.push(m) != Mailbox::Push::refused) continue;
          heap::free_fragment(m);
          refused.fetch_add(1);
        }
      });
    }
    u64 taken = 0;
    auto free_all = [&](Fragment* m) {
      while (m != nullptr) {
        Fragment* next = m->next;
        heap::free_fragment(m);
        taken++;
        m = next;
      }
    };
    free_all(mailbox.take_arrivals());
    free_all(mailbox.close());
    for (std::thread& thread : threads) thread.join();
    ASSERT_EQ(taken + refused.load(), 60u);
  }
}

}  // namespace
}  // namespace lithe::process
