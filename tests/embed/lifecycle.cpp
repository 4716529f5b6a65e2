// SPDX-License-Identifier: Apache-2.0
// Runtimes side by side, one after the other, and used wrongly; where their output goes.
//
//     embed_lifecycle [RUNTIMES]    how many are started and stopped one after the other; 1,000

#include <unistd.h>

#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <thread>

#include "checking.hpp"

using lithe::Handle;
using lithe::Value;

namespace {

void side_by_side() {
  lithe::Runtime one, two;
  one.eval("(def who () :one) (def n 1)");
  two.eval("(def who () :two)");
  CHECK_EQUAL(one.eval("(who)").printed, std::string(":one"));
  CHECK_EQUAL(two.eval("(who)").printed, std::string(":two"));
  CHECK_FAILS(two.eval("n"), "unbound", "n is not defined");
  // A host function of one runtime uses the other.
  (void)one.define("ask", {}, [&two](std::string text) { return two.eval(text).printed; });
  (void)two.define("answer", {}, [] { return 42; });
  CHECK_EQUAL(one.eval("(ask \"(list (who) (answer))\")").printed, std::string("\"(:two 42)\""));
}

void at_the_same_time() {
  std::vector<std::thread> threads;
  std::mutex mutex;
  for (int t = 0; t < 4; t++) {
    threads.emplace_back([t, &mutex] {
      lithe::Runtime runtime;
      (void)runtime.define("add", {.effect = lithe::Effect::pure}, [t](int i) { return i + t; });
      lithe::Evaluation result = runtime.eval(
          "(def run (i sum) (if (== i 0) sum (run (- i 1) (add sum))))"
          "(run 20000 0)");
      std::lock_guard lock(mutex);
      CHECK_OK(result);
      CHECK_EQUAL(result.value, Value::integer(20000 * t));
    });
  }
  for (std::thread& thread : threads) thread.join();
}

#if defined(__has_feature)
#define HAS_FEATURE(name) __has_feature(name)
#else
#define HAS_FEATURE(name) 0
#endif
/// Sanitizers keep what is freed for a while; they look for leaks themselves.
constexpr bool sanitized = HAS_FEATURE(address_sanitizer) || HAS_FEATURE(thread_sanitizer);

long resident_bytes() {
  long pages = 0;
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  if (!file || std::fscanf(file, "%*d %ld", &pages) != 1) pages = 0;
  if (file) std::fclose(file);
  return pages * sysconf(_SC_PAGESIZE);
}

/// Starts, uses and stops one, with something of each sort under way when it stops.
void start_and_stop(int i) {
  lithe::Options options;
  options.jit = lithe::Jit::off;
  lithe::Runtime runtime(std::move(options));
  lithe::Result<lithe::Mailbox> mailbox = runtime.make_mailbox();
  (void)runtime.define("add", {}, [](int a, int b) { return a + b; });
  std::vector<lithe::Completion> kept;
  (void)runtime.define_async("never", {}, [&](std::span<const Value>, lithe::Completion c) {
    kept.push_back(std::move(c));
  });
  runtime.eval(
      "(def f (x) (never x)) (spawn (fun () (never))) (spawn (fun () (timer/sleep 1e9)))"
      "(spawn (fun () (recv))) (send-after 1e9 (self) (list 1 2 3))");
  CHECK_EQUAL(runtime.eval("(timer/sleep 0) (add 1 " + std::to_string(i) + ")").printed,
              std::to_string(1 + i));
  (void)runtime.send(mailbox->pid(), "unread");
}

void starts_and_stops(int runtimes) {
  for (int i = 0; i < 100; i++) start_and_stop(i);
  long before = resident_bytes();
  for (int i = 0; i < runtimes; i++) start_and_stop(i);
  long grown = resident_bytes() - before;
  // 1,000 runtimes that leaked a page each would be at 4 MB.
  if (grown > 3'000'000) std::fprintf(stderr, "grown by %ld bytes\n", grown);
  CHECK(sanitized || grown <= 3'000'000);
}

void outlived() {
  std::optional<lithe::Completion> completion;
  std::optional<lithe::Mailbox> mailbox;
  {
    lithe::Runtime runtime;
    (void)runtime.define_async("late", {}, [&](std::span<const Value>, lithe::Completion c) {
      completion = std::move(c);
    });
    mailbox = *runtime.make_mailbox();
    runtime.eval("(spawn (fun () (late))) (timer/sleep 0)");
  }
  CHECK(completion.has_value());
  CHECK(!completion->complete(Value::nil()));
  CHECK_FAILS(mailbox->receive(std::chrono::milliseconds(1)), "ended", "mailbox");
}

void ended() {
  lithe::Runtime runtime({.sink = [](Handle, std::string_view) {}});
  CHECK_EQUAL(runtime.run_text("(+ 1 2)", "text"), 0);
  CHECK_FAILS(runtime.eval("1"), "ended", "the program has ended");
  CHECK_FAILS(runtime.call("+", 1), "ended", "has ended");
  CHECK_FAILS(runtime.spawn("+", 1), "ended", "has ended");
  CHECK_FAILS(runtime.make_mailbox(), "ended", "has ended");
  CHECK_FAILS(runtime.run_for(std::chrono::milliseconds(1)), "ended", "has ended");
  CHECK_FAILS(runtime.define("f", {}, [] { return 1; }), "ended", "has ended");
  CHECK_EQUAL(runtime.run_text("1", "text"), -1);
  std::string out;
  CHECK(!runtime.dump("core", "f", out));
  runtime.interrupt();

  lithe::Runtime exits;
  CHECK_FAILS(exits.eval("(sys/exit 3)"), "ended", "has ended");
  CHECK_FAILS(exits.eval("1"), "ended", "has ended");
  lithe::Runtime suicidal;
  CHECK_FAILS(suicidal.eval("(exit :enough)"), "ended", "was ended: :enough");
  CHECK_EQUAL(suicidal.eval("(+ 1 2)").printed, std::string("3"));
}

void waits_for_ever() {
  lithe::Runtime runtime;
  CHECK_FAILS(runtime.eval("(recv)"), "stalled", "nobody can send");
  CHECK_FAILS(runtime.eval("(receive (x x))"), "stalled", "nobody can send");
  CHECK_FAILS(runtime.eval("(list/map (fun (x) (recv)) (list 1))"), "stalled", "nobody can send");
  CHECK_FAILS(runtime.call("recv"), "stalled", "nobody can send");
  CHECK_EQUAL(runtime.eval("(+ 1 2)").printed, std::string("3"));
}

/// Another thread interrupts what waits or runs.
void interrupted(lithe::Jit jit) {
  lithe::Options options;
  options.jit = jit;
  lithe::Runtime runtime(std::move(options));
  std::thread thread;
  (void)runtime.define("soon", {}, [&] {
    if (thread.joinable()) thread.join();
    thread = std::thread([&] { runtime.interrupt(); });
  });
  (void)runtime.define("now", {}, [&] { runtime.interrupt(); });
  (void)runtime.define("nested", {},
                       [&] { CHECK_FAILS(runtime.call("spin"), "interrupted", "interrupted"); });
  const char* programs[] = {
      "(now) (timer/sleep 1e9)",
      "(now) (recv 1e9)",
      "(begin (now) (receive (x x) (after 1e9 1)))",
      "(def spin () (spin)) (now) (spin)",
      "(def spin () (now) (spin)) (nested) (timer/sleep 1e9)",
      "(try (nested) (catch e (timer/sleep 1e9)))",
      "(soon) (timer/sleep 1e9)",
      "(def spin () (spin)) (soon) (spin)",
      "(soon) (receive (x x) (after 1e9 1))",
      "(soon) (recv 1e9)",
      "(soon) (list/map (fun (x) (timer/sleep 1e9)) (list 1))",
      "(soon) (list/map (fun (x) (receive (x x) (after 1e9 1))) (list 1))",
  };
  for (const char* program : programs) {
    CHECK_FAILS(runtime.eval(program), "interrupted", "interrupted");
  }
  if (thread.joinable()) thread.join();
  CHECK_EQUAL(runtime.eval("(+ 1 2)").printed, std::string("3"));
}

void wrong_thread() {
  lithe::Runtime runtime;
  std::string from_thread;
  (void)runtime.define("elsewhere", {}, [&] {
    std::thread([&] { from_thread = checking::problem_of(runtime.eval("1")); }).join();
  });
  CHECK_OK(runtime.eval("(elsewhere)"));
  CHECK(from_thread.starts_with(":wrong-thread"));
  // One after the other is fine.
  std::thread([&] { CHECK_EQUAL(runtime.eval("(+ 1 2)").printed, std::string("3")); }).join();
  CHECK_EQUAL(runtime.eval("(+ 1 2)").printed, std::string("3"));
}

void sinks() {
  std::string output[3];
  lithe::Options options;
  std::string inside;
  lithe::Runtime* self = nullptr;
  options.sink = [&](Handle handle, std::string_view text) {
    output[int(handle)] += text;
    if (text == "re-enter\n") inside = checking::problem_of(self->eval("1"));
  };
  lithe::Runtime runtime(std::move(options));
  self = &runtime;
  runtime.eval("(say 1 \"two\") (warn \"careful\") (print \"no end\")");
  CHECK_EQUAL(output[int(Handle::standard_output)], std::string("1 two\nno end"));
  CHECK_EQUAL(output[int(Handle::error)], std::string("careful\n"));
  runtime.eval("(say \"re-enter\")");
  CHECK(inside.starts_with(":re-entry"));
  runtime.eval("(spawn (fun () (head ()))) (timer/sleep 0)");
  CHECK(output[int(Handle::error)].find("head") != std::string::npos);
  CHECK_EQUAL(runtime.run_text("(+ 1 2)", "text", {.show_values = true}), 0);
  CHECK_EQUAL(output[int(Handle::info)], std::string("=> 3\n"));
}

/// Without a sink: what was printed is written when the call returns.
void descriptors() {
  std::FILE* file = std::tmpfile();
  std::fflush(stdout);
  int before = dup(1);
  dup2(fileno(file), 1);
  lithe::Runtime runtime;
  runtime.eval("(say 12)");
  long after_eval = lseek(fileno(file), 0, SEEK_END);
  (void)runtime.spawn("say", 345);
  (void)runtime.run_for(std::chrono::milliseconds(0));
  long after_run = lseek(fileno(file), 0, SEEK_END);
  dup2(before, 1);
  close(before);
  std::fclose(file);
  CHECK_EQUAL(after_eval, 3);
  CHECK_EQUAL(after_run, 7);
}

void limits() {
  lithe::Options options;
  options.max_heap_bytes = 1 << 20;
  options.sink = [](Handle, std::string_view) {};
  lithe::Runtime runtime(std::move(options));
  CHECK_FAILS(runtime.eval("(def fill (xs) (fill (cons 1 xs))) (fill ())"), "out-of-memory",
              "its limit of 1048576 bytes");
  CHECK_EQUAL(runtime.eval("(+ 1 2)").printed, std::string("3"));
}

void files() {
  lithe::Runtime runtime;
  CHECK_FAILS(runtime.eval_file("no/such/file.lt"), "io", "no/such/file.lt");
  CHECK_OK(runtime.eval("(+ 1 2)"));
  CHECK_FAILS(runtime.eval("(+ 1"), "read-error", "never closed");
  lithe::Evaluation two = runtime.eval("(head ()) (+ 1 2)", "two.lt");
  CHECK_FAILS(two, "type", "head");
  CHECK(two.error.find("two.lt:1:1") != std::string::npos);
}

}  // namespace

int main(int count, char** values) {
  side_by_side();
  at_the_same_time();
  outlived();
  ended();
  waits_for_ever();
  for (lithe::Jit jit : {lithe::Jit::off, lithe::Jit::eager}) interrupted(jit);
  wrong_thread();
  sinks();
  descriptors();
  limits();
  files();
  starts_and_stops(count > 1 ? std::atoi(values[1]) : 1000);
  return checking::report("lifecycle");
}
