// SPDX-License-Identifier: Apache-2.0
// What a host bounds and refuses, and what it gives a program to read. (hostile.cpp: whether the
// bounds hold.)

#include <thread>

#include "checking.hpp"

using lithe::Capability;
using lithe::Handle;
using lithe::Result;
using lithe::Value;
using std::chrono::milliseconds;

namespace {

lithe::Options quiet() {
  lithe::Options options;
  options.sink = [](Handle, std::string_view) {};
  return options;
}

void capabilities() {
  struct Case {
    Capability capability;
    const char* program;
    const char* builtin;
  };
  const Case cases[] = {
      {Capability::filesystem, "(fs/read \"/etc/hostname\")", "fs/read"},
      {Capability::filesystem, "(fs/write! \"x\" \"y\")", "fs/write!"},
      {Capability::filesystem, "(sys/chdir! \"/\")", "sys/chdir!"},
      {Capability::environment, "(sys/env \"HOME\")", "sys/env"},
      {Capability::input, "(read-line)", "read-line"},
      {Capability::exit, "(sys/exit 3)", "sys/exit"},
      {Capability::exit, "(apply sys/exit (list 3))", "sys/exit"},
  };
  for (const Case& one : cases) {
    for (lithe::Jit jit : {lithe::Jit::off, lithe::Jit::eager}) {
      lithe::Options options = quiet();
      options.jit = jit;
      options.refused = {one.capability};
      lithe::Runtime runtime(std::move(options));
      std::string name(lithe::capability_name(one.capability));
      std::string program = one.program;
      CHECK_FAILS(runtime.eval(program), "refused", std::string(one.builtin) + ": this program");
      CHECK_FAILS(runtime.eval(program), "refused", "the capability :" + name);
      // The program can catch it, and ask what it is.
      std::string caught =
          "(try (begin " + program + ") (catch e (list (error/kind e) (error/data e))))";
      CHECK_EQUAL(runtime.eval(caught).printed, "(:refused :" + name + ")");
      CHECK_FAILS(runtime.eval("(def f () " + program + ") (list/map (fun (x) (f)) (list 1))"),
                  "refused", one.builtin);
    }
  }
  lithe::Options options = quiet();
  options.refused = lithe::all_capabilities();
  CHECK_EQUAL(options.refused.size(), lithe::capability_count);
  lithe::Runtime runtime(std::move(options));
  CHECK_FAILS(runtime.eval("(include \"/etc/hostname\")"), "include-error", ":filesystem");
  CHECK_FAILS(runtime.eval("(import \"/etc/hostname\" :as h)"), "include-error", ":filesystem");
  CHECK_EQUAL(runtime.eval("(net/url-encode \"a b\")").printed, std::string("\"a%20b\""));
  CHECK_OK(runtime.eval("(say 1) (sys/args) (sys/memory) (timer/sleep 0)"));
}

void time(lithe::Jit jit) {
  lithe::Options options = quiet();
  options.jit = jit;
  options.max_time = milliseconds(100);
  lithe::Runtime runtime(std::move(options));
  CHECK_OK(
      runtime.eval("(def n 1) (def n 2)"
                   "(def late 0)"
                   "(def serve () (receive ((list p x) (send p (* 2 x))) (:late (set! late 1))"
                   "                       ((list p) (send p late))) (serve))"
                   "(def server (spawn serve))"
                   "(def ask (x) (send server (list (self) x)) (receive (y y)))"));
  const char* endless[] = {
      "(let loop () (loop))",
      "(let loop () (try (loop) (catch e (loop)) (finally (loop))))",
      "(timer/sleep 1e9)",
      "(recv 1e9)",
      "(def spin () (spin)) (spawn-link spin) (spawn spin) (spin)",
      "(def spin () (spin)) (spawn spin) (timer/sleep 1e9)",
      "(defmacro m () (let loop () (loop))) (m)",
  };
  for (const char* program : endless) {
    CHECK_FAILS(runtime.eval(program), "time-limit", "its limit of 100 ms");
    // What it has started is gone; what was there goes on, with what is defined.
    CHECK_EQUAL(runtime.eval("(list n (ask 21) (length (processes)))").printed,
                std::string("(2 42 2)"));
  }
  CHECK_OK(runtime.eval("(def spin () (spin))"));
  CHECK_FAILS(runtime.call("spin"), "time-limit", "100 ms");
  // A delayed message of a call that was ended does not come; one of a call that came to its end
  // does.
  CHECK_FAILS(runtime.eval("(send-after 150 server :late) (spin)"), "time-limit", "100 ms");
  // Calls that wait may take their own time, and the limit beyond.
  CHECK_OK(runtime.run_for(milliseconds(150)));
  const char* was_late = "(send server (list (self))) (receive (y y))";
  CHECK_EQUAL(runtime.eval(was_late).printed, std::string("0"));
  CHECK_OK(runtime.eval("(send-after 0 server :late)"));
  CHECK_OK(runtime.run_for(milliseconds(20)));
  CHECK_EQUAL(runtime.eval(was_late).printed, std::string("1"));
  lithe::Result<lithe::Mailbox> mailbox = runtime.make_mailbox();
  CHECK_FAILS(mailbox->receive(milliseconds(150)), "timeout", "no message");
  // A process that the host has started is nobody's call.
  CHECK_OK(runtime.spawn("spin"));
  CHECK_FAILS(runtime.eval("(spin)"), "time-limit", "100 ms");
  CHECK_EQUAL(runtime.eval("(length (processes))").printed, std::string("4"));
  CHECK_OK(runtime.end_processes());
  CHECK_EQUAL(runtime.eval("(length (processes))").printed, std::string("2"));
}

void time_of_programs() {
  std::string errors;
  lithe::Options options;
  options.max_time = milliseconds(50);
  options.sink = [&](Handle handle, std::string_view text) {
    if (handle == Handle::error) errors += text;
  };
  lithe::Runtime runtime(std::move(options));
  CHECK_EQUAL(runtime.run_text("(let loop () (try (loop) (catch e 1)))", "text"), 1);
  CHECK(errors.find("longer than its limit of 50 ms") != std::string::npos);
  CHECK_FAILS(runtime.eval("1"), "ended", "the program has ended");
}

void memory() {
  lithe::Options options = quiet();
  options.max_memory_bytes = 16 << 20;
  lithe::Runtime runtime(std::move(options));
  const char* greedy[] = {
      "(let loop ((xs ())) (loop (cons 1 xs)))",
      "(def t (map/create)) (let loop ((i 0)) (map/set! t i i) (loop (+ i 1)))",
      "(let loop () (send (self) (list/range 100)) (loop))",
      "(def keep ()) (let loop () (set! keep (cons 1 keep)) (loop))",
  };
  for (const char* program : greedy) {
    CHECK_FAILS(runtime.eval(program), "out-of-memory", "memory");
    CHECK_EQUAL(runtime.eval("(length (list/range 1000))").printed, std::string("1000"));
  }
  // Sizes on request are refused, and the program can catch it.
  CHECK_EQUAL(
      runtime.eval("(try (string/repeat \"x\" 100_000_000) (catch e (error/kind e)))").printed,
      std::string(":out-of-memory"));
  // A child ends alone.
  CHECK_EQUAL(
      runtime
          .eval("(let ((p (spawn-monitor (fun () (let loop ((xs ())) (loop (cons 1 xs)))))))"
                " (receive ((list :down ref pid why) why)))")
          .printed,
      std::string(":out-of-memory"));
  // A result that shares so much that it is endless in the host's memory.
  lithe::Evaluation shared =
      runtime.eval("(let loop ((i 0) (d 1)) (if (< i 60) (loop (+ i 1) (list d d)) d))");
  CHECK_OK(shared);
  CHECK(shared.value.is(Value::Kind::other));
  CHECK_OK(runtime.eval(
      "(def shared () (let loop ((i 0) (d 1)) (if (< i 60) (loop (+ i 1) [d d]) d)))"));
  CHECK_FAILS(runtime.call("shared"), "convert", "of the host's memory");
  // Names are forever: a program may make some.
  CHECK_FAILS(runtime.eval("(let loop ((i 0)) (string/->symbol (str \"name-\" i)) (loop (+ i 1)))"),
              "limit", "names");
  CHECK_EQUAL(runtime.eval("(def a-new-name 3) a-new-name").printed, std::string("3"));
}

void processes() {
  lithe::Options options = quiet();
  options.max_processes = 5;
  options.max_process_heap_bytes = 1 << 20;
  lithe::Runtime runtime(std::move(options));
  CHECK_FAILS(runtime.eval("(let loop () (spawn (fun () (recv))) (loop))"), "limit",
              "too many processes");
  CHECK_EQUAL(runtime.eval("(length (processes))").printed, std::string("5"));
  CHECK_FAILS(runtime.make_mailbox(), "limit", "too many");
  CHECK_OK(runtime.end_processes());
  CHECK_EQUAL(runtime.eval("(length (processes))").printed, std::string("1"));
  CHECK_EQUAL(
      runtime
          .eval("(let ((p (spawn-monitor (fun () (let loop ((xs ())) (loop (cons 1 xs)))))))"
                " (receive ((list :down ref pid why) why)))")
          .printed,
      std::string(":out-of-memory"));
}

/// Texts and lines from the host; both may fail or throw.
void sources() {
  std::vector<std::string> asked;
  std::vector<std::string> lines{"one", "two"};
  lithe::Options options = quiet();
  options.refused = {Capability::filesystem};
  options.open_include = [&](std::string_view path) -> Result<std::string> {
    asked.emplace_back(path);
    if (path == "lib/inner.lt") return std::string("(def inner () :inner)");
    if (path == "lib/outer.lt") return std::string("(include \"inner.lt\") (def outer () (inner))");
    if (path == "throws.lt") throw std::runtime_error("no luck");
    return lithe::Error{"io", "there is no " + std::string(path)};
  };
  options.read_line = [&]() -> std::optional<std::string> {
    if (lines.empty()) return std::nullopt;
    std::string line = lines.front();
    lines.erase(lines.begin());
    if (line == "throw") throw std::runtime_error("broken pipe");
    return line;
  };
  lithe::Runtime runtime(std::move(options));
  CHECK_EQUAL(runtime.eval("(include \"lib/outer.lt\") (outer)").printed, std::string(":inner"));
  CHECK_EQUAL(asked.size(), std::size_t(2));
  CHECK_FAILS(runtime.eval("(include \"none.lt\")"), "include-error", "there is no none.lt");
  CHECK_FAILS(runtime.eval("(include \"throws.lt\")"), "include-error", "no luck");
  CHECK_EQUAL(runtime.eval("(list (read-line) (read-line) (read-line))").printed,
              std::string("(\"one\" \"two\" nil)"));
  lines = {"throw"};
  CHECK_FAILS(runtime.eval("(read-line)"), "io", "broken pipe");
  lines = {"(+ 1 2)", "(say (+ 3", "4))"};
  std::string output;
  lithe::Options streamed;
  streamed.sink = [&](Handle, std::string_view text) { output += text; };
  streamed.read_line = [&]() -> std::optional<std::string> {
    if (lines.empty()) return std::nullopt;
    std::string line = lines.front();
    lines.erase(lines.begin());
    return line;
  };
  lithe::Runtime stream(std::move(streamed));
  CHECK_EQUAL(stream.run_input({.show_values = true}), 0);
  CHECK_EQUAL(output, std::string("=> 3\n7\n=> nil\n"));
}

/// More than bytecode can name: of a form of a program as of one that is evaluated.
void registers() {
  std::string wide = "(let (";
  for (int i = 0; i < 66'000; i++) wide += "(a" + std::to_string(i) + " (str))";
  wide += ") a0)";
  std::string output;
  lithe::Options options;
  options.sink = [&](Handle, std::string_view text) { output += text; };
  lithe::Runtime runtime(std::move(options));
  CHECK_EQUAL(runtime.run_text(wide + "\n(say 1)", "wide"), 1);
  CHECK(output.find("more than 65,535 registers") != std::string::npos);
}

}  // namespace

int main() {
  capabilities();
  for (lithe::Jit jit : {lithe::Jit::off, lithe::Jit::eager}) time(jit);
  time_of_programs();
  memory();
  processes();
  sources();
  registers();
  return checking::report("limits");
}
