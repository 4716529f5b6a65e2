// SPDX-License-Identifier: Apache-2.0
// Processes and messages: from the host to processes, from processes to the host, from threads.

#include <thread>

#include "checking.hpp"

using lithe::Mailbox;
using lithe::Message;
using lithe::Pid;
using lithe::Result;
using lithe::Value;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds long_enough{60'000};

void both_ways(lithe::Runtime& runtime) {
  Mailbox mailbox = *runtime.make_mailbox();
  runtime.eval("(def echo (to) (receive (:stop :done) (x (send to (list :got x)) (echo to))))");
  Result<Pid> echo = runtime.spawn("echo", mailbox.pid());
  CHECK_OK(echo);
  for (int i = 0; i < 1000; i++) CHECK_OK(runtime.send(*echo, i));
  for (int i = 0; i < 1000; i++) {
    Result<Message> message = mailbox.receive(long_enough);
    CHECK_OK(message);
    if (!message) return;
    CHECK_EQUAL(message->data, Value::list({Value::keyword("got"), Value::integer(i)}));
    CHECK(message->sender == *echo);
  }
  CHECK_FAILS(mailbox.receive(milliseconds(0)), "timeout", "in time");
  CHECK_FAILS(mailbox.receive(milliseconds(1)), "timeout", "in time");
  CHECK_OK(runtime.send(*echo, Value::keyword("stop")));
  CHECK_OK(runtime.run_for(milliseconds(1)));
  CHECK_EQUAL(runtime.call("alive?", *echo)->as_boolean(), false);
  CHECK_OK(runtime.send(*echo, 1));  // goes nowhere
  CHECK_OK(runtime.run_for(milliseconds(1)));
}

void named(lithe::Runtime& runtime) {
  Mailbox mailbox = *runtime.make_mailbox("host");
  CHECK_FAILS(runtime.make_mailbox("host"), "value", "has the name :host");
  CHECK_OK(runtime.spawn_text("(send :host (list 1 (self)))", {.name = "child"}));
  Result<Message> message = mailbox.receive(long_enough);
  CHECK_OK(message);
  CHECK_EQUAL(message->data.items()[0], Value::integer(1));
  // The main process sends while it evaluates.
  CHECK_OK(runtime.eval("(send (whereis :host) \"hello\")"));
  CHECK_EQUAL(std::string(mailbox.receive(long_enough)->data.text()), std::string("hello"));
  // To a process that was killed nothing comes any more.
  CHECK_OK(runtime.eval("(kill (whereis :host))"));
  CHECK_FAILS(mailbox.receive(long_enough), "ended", "mailbox");
}

void seen_by_processes(lithe::Runtime& runtime) {
  auto mailbox = std::make_unique<Mailbox>(*runtime.make_mailbox("observed"));
  CHECK_OK(runtime.eval("(def seen (monitor (whereis :observed)))"));
  mailbox.reset();
  CHECK_EQUAL(runtime.eval("(receive ((list :down ref pid reason) reason))").printed,
              std::string(":killed"));
  CHECK_EQUAL(runtime.eval("(whereis :observed)").printed, std::string("nil"));
}

void wrong_starts(lithe::Runtime& runtime) {
  CHECK_FAILS(runtime.spawn("no-such-function"), "unbound", "no-such-function");
  runtime.eval("(def seven 7)");
  CHECK_FAILS(runtime.spawn("seven"), "type", "seven is not a function");
  CHECK_FAILS(runtime.call("seven"), "type", "seven is not a function");
  CHECK_FAILS(runtime.call("head"), "arity", "head");
  std::vector<Value> many(40, Value::integer(1));
  CHECK_EQUAL(*runtime.call_values("+", many), Value::integer(40));
  Mailbox mailbox = *runtime.make_mailbox();
  many[0] = Value::pid(mailbox.pid());
  runtime.eval("(def tell (to . rest) (send to (length rest)))");
  CHECK_OK(runtime.spawn_values("tell", many));
  CHECK_EQUAL(mailbox.receive(long_enough)->data, Value::integer(39));
}

void from_threads(lithe::Runtime& runtime) {
  constexpr int threads = 4, messages = 500;
  Mailbox mailbox = *runtime.make_mailbox();
  std::vector<std::thread> senders;
  for (int t = 0; t < threads; t++) {
    senders.emplace_back([&runtime, to = mailbox.pid(), t] {
      for (int i = 0; i < messages; i++) (void)runtime.send(to, std::vector<int>{t, i});
    });
  }
  std::vector<int> next(threads);
  for (int n = 0; n < threads * messages; n++) {
    Result<Message> message = mailbox.receive(long_enough);
    CHECK_OK(message);
    if (!message) break;
    auto pair = *lithe::from_value<std::vector<int>>(message->data);
    CHECK_EQUAL(pair[1], next[pair[0]]);
    next[pair[0]]++;
  }
  for (std::thread& sender : senders) sender.join();
}

}  // namespace

int main() {
  lithe::Runtime runtime;
  both_ways(runtime);
  named(runtime);
  seen_by_processes(runtime);
  wrong_starts(runtime);
  from_threads(runtime);
  return checking::report("messages");
}
