// SPDX-License-Identifier: Apache-2.0
// Eight runtimes at a time, each in its thread, with all that has threads of its own in it: machine
// code, time limits, files, answers from elsewhere, messages and interrupts from outside.

#include <mutex>
#include <thread>

#include "checking.hpp"

using lithe::Value;
using std::chrono::milliseconds;

namespace {

constexpr int runtimes = 8;
constexpr int rounds = 3;

std::mutex checks;

template <class Check>
void locked(const Check& check) {
  std::lock_guard lock(checks);
  check();
}

void one_round(int number) {
  lithe::Options options;
  options.jit = number % 2 == 0 ? lithe::Jit::eager : lithe::Jit::off;
  if (number % 4 < 2) options.max_time = milliseconds(20'000);
  if (number % 3 == 0) options.max_memory_bytes = 256 << 20;
  options.sink = [](lithe::Handle, std::string_view) {};
  lithe::Runtime runtime(std::move(options));
  std::vector<std::thread> threads;
  (void)runtime.define("number", {.effect = lithe::Effect::pure}, [number] { return number; });
  (void)runtime.define_async("elsewhere", {.arity = 1},
                             [&](std::span<const Value> given, lithe::Completion answer) {
                               threads.emplace_back([x = given[0], answer] { answer.complete(x); });
                             });
  lithe::Evaluation defined = runtime.eval(
      "(def fib (n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))"
      "(def child (p n) (send p (list n (fib n))))"
      "(def run () (each (fun (n) (spawn child (self) n)) (list/range 12))"
      "  (list/sort (list/map (fun (i) (receive ((list n f) f))) (list/range 12))))");
  lithe::Evaluation sorted = runtime.eval("(list (number) (elsewhere :x) (list/sum (run)))");
  lithe::Evaluation file = runtime.eval("(fs/exists? \"/\")");
  lithe::Result<lithe::Mailbox> mailbox = runtime.make_mailbox();
  std::thread sender([&, to = mailbox->pid()] {
    for (int i = 0; i < 100; i++) (void)runtime.send(to, i);
  });
  int sum = 0;
  for (int i = 0; i < 100; i++) {
    auto message = mailbox->receive(milliseconds(20'000));
    if (message) sum += int(message->data.as_integer());
  }
  sender.join();
  std::thread interrupter([&] { runtime.interrupt(); });
  lithe::Evaluation maybe = runtime.eval("(timer/sleep 1)");
  interrupter.join();
  for (std::thread& thread : threads) thread.join();
  locked([&] {
    CHECK_OK(defined);
    CHECK_OK(file);
    CHECK_EQUAL(sorted.printed, "(" + std::to_string(number) + " :x 232)");
    CHECK_EQUAL(sum, 4950);
    CHECK(maybe || maybe.failure.kind == "interrupted");
  });
}

}  // namespace

int main() {
  std::vector<std::thread> threads;
  for (int number = 0; number < runtimes; number++) {
    threads.emplace_back([number] {
      for (int round = 0; round < rounds; round++) one_round(number);
    });
  }
  for (std::thread& thread : threads) thread.join();
  return checking::report("side_by_side");
}
