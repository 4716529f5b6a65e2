// SPDX-License-Identifier: Apache-2.0
#pragma once

// Embedding Lithe. Link liblithe (CMake: find_package(lithe), lithe::lithe).
//
//     lithe::Runtime runtime;
//     runtime.define("area", {.effect = lithe::Effect::pure},
//                    [](double width, double height) { return width * height; });
//     lithe::Evaluation result = runtime.eval("(area 3 4)");
//     if (result) use(result.value);
//     lithe::Result<double> again = runtime.call<double>("area", 3, 4);
//
// A Runtime belongs to one thread at a time: what says "any thread" may come from any, all else
// is refused while another thread is inside. Several Runtimes live side by side.
//
// Processes run only while the host is inside eval, call, receive, run_for or run_….
//
// From inside a host function (or a sink) the same Runtime takes call(), from functions that
// are not pure; it runs to its end and cannot wait. It also takes send, spawn, define and what
// is for any thread. The rest is refused with the error re-entry. The stack of a host function
// has 100 KiB.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lithe/convert.hpp"
#include "lithe/host_function.hpp"
#include "lithe/value.hpp"

/// The CMake package sets it to the folder that the plugins were installed in.
#ifndef LITHE_PLUGIN_FOLDER
#define LITHE_PLUGIN_FOLDER ""
#endif

namespace lithe {

/// Where output goes (STDOUT: what the program prints; INFO: values of top-level forms; ERROR:
/// diagnostics).
enum class Handle : std::uint8_t { standard_output, info, error };

/// When functions become machine code.
enum class Jit : std::uint8_t {
  off,    ///< never
  on,     ///< when they have run long enough
  eager,  ///< at their first call
};

/// How a program reaches out of its Runtime. A builtin whose capability is refused raises
/// :refused, which names both.
enum class Capability : std::uint8_t {
  filesystem,   ///< fs/…, the current folder, include and import of files
  network,      ///< net/…, but for its text functions
  exec,         ///< sys/exec: other programs
  environment,  ///< sys/env
  input,        ///< read-line
  exit,         ///< sys/exit: the end of the program, and so of the Runtime
  devices,      ///< gpu/…
};
inline constexpr std::size_t capability_count = 7;
/// Its name in messages, and behind `--no-` of the command.
std::string_view capability_name(Capability capability);
/// All of them: for programs that are not trusted.
std::vector<Capability> all_capabilities();

struct Options {
  Jit jit = Jit::on;
  std::uint32_t jit_threshold = 0;  ///< calls before compiling; 0: by estimated times
  std::vector<std::string> include_folders = {};
  std::vector<std::string> arguments = {};   ///< what (sys/args) gives
  std::uint64_t max_heap_bytes = 0;          ///< of the main process; 0: no limit
  std::uint64_t max_process_heap_bytes = 0;  ///< of each other process; 0: no limit
  /// Of the Runtime with everything in it; 0: three quarters of the machine's.
  std::uint64_t max_memory_bytes = 0;
  std::uint32_t max_processes = 0;  ///< at a time, the main one included; 0: no limit
  /// Of each call that runs processes, beyond the time that it was itself asked to wait; 0: none.
  std::chrono::milliseconds max_time{0};
  std::vector<Capability> refused = {};
  bool main_only = false;   ///< the program ends when its main process has ended
  bool show_calls = false;  ///< diagnostics of errors list all calls that led to them, not one
  /// Where the plugins are that are loaded when first needed (liblithe-native.so, which compiles,
  /// liblithe-text.so for regular expressions and upper case). For the whole process: the last
  /// one counts. Not there: ../lib/ beside the program's folder.
  std::string plugin_folder = LITHE_PLUGIN_FOLDER;
  /// Path of liblithe-native.so, if it is not in that folder.
  std::string native_plugin = {};
  /// Gives the text of a file that a program includes or imports, instead of the file system: no
  /// folder is looked through, and a path is one file wherever it is asked for. An error's message
  /// goes into the diagnostic. Called on the Runtime's thread, as all functions here.
  std::function<Result<std::string>(std::string_view path)> open_include = {};
  /// Gives the next line of the standard input, without its end; nullopt at the end. Empty:
  /// descriptor 0. While it blocks, all processes stand still.
  std::function<std::optional<std::string>()> read_line = {};
  /// Takes all output; called on the Runtime's thread. What it throws is dropped. Empty:
  /// descriptors 1 and 2, written to before processes wait and before a call returns.
  std::function<void(Handle, std::string_view)> sink = {};
};

/// How a program text is run.
struct RunOptions {
  bool keep_going = false;   ///< goes on with the next form after an error
  bool show_values = false;  ///< INFO gets `=> value` for each form
};

/// What evaluating a text came to.
struct Evaluation {
  bool ok = false;
  Value value;          ///< of the last form
  std::string printed;  ///< the same, as it reads
  std::string error;    ///< the diagnostics, rendered, when not ok
  Error failure;        ///< the first error, when not ok
  explicit operator bool() const { return ok; }
};

/// How a process is started.
struct SpawnOptions {
  std::string name = {};             ///< registered for it, as a keyword; empty: none
  bool daemon = false;               ///< does not keep a program from ending
  std::uint64_t max_heap_bytes = 0;  ///< 0: no limit
};

struct Message {
  Pid sender;
  Value data;
};

/// An address at which the host receives. It is a process to all others: they can monitor it,
/// link to it, kill it. The Runtime's thread.
class Mailbox {
 public:
  Mailbox(Mailbox&&) noexcept;
  Mailbox& operator=(Mailbox&&) noexcept;
  ~Mailbox();  ///< its process ends

  Pid pid() const;
  /// The oldest message; while there is none, processes run. In a host function: what is there
  /// already. Errors: timeout, ended (it was killed, or the Runtime is gone), ….
  Result<Message> receive(std::chrono::milliseconds timeout);

 private:
  friend class Runtime;
  struct State;
  explicit Mailbox(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class Runtime {
 public:
  explicit Runtime(Options options = {});
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  /// Evaluates all forms of a text in the main process, until the first error. `name` stands in
  /// diagnostics. Other processes run while it does.
  Evaluation eval(std::string_view source, std::string_view name = "<eval>");

  /// The same for a file.
  Evaluation eval_file(const std::string& path);

  /// Calls a function by its name, in the main process; from a host function, in the process
  /// that runs.
  template <class R = Value, class... A>
  Result<R> call(std::string_view function, A&&... arguments) {
    Result<Value> result =
        call_values(function, std::vector<Value>{to_value(std::forward<A>(arguments))...});
    if (!result) return result.error();
    return Convert<R>::from(*result, "the result of " + std::string(function));
  }
  Result<Value> call_values(std::string_view function, std::vector<Value> arguments);

  /// Defines a top-level function, as a `def` of the program would.
  Status define(std::string_view name, Signature signature, HostFunction function);
  /// A function of C++ types, converted; the signature's arity is the function's own.
  template <class F>
    requires(!std::convertible_to<F, HostFunction> && !std::convertible_to<F, AsyncFunction>)
  Status define(std::string_view name, Signature signature, F function) {
    signature.arity = Arity(int(typed_arity<F>));
    return define(name, std::move(signature), typed_function(std::move(function)));
  }
  /// One that completes later; the process that calls it waits. Its effect is async.
  Status define_async(std::string_view name, Signature signature, AsyncFunction function);

  /// Starts a process that calls a function by its name.
  template <class... A>
  Result<Pid> spawn(std::string_view function, A&&... arguments) {
    return spawn_values(function, std::vector<Value>{to_value(std::forward<A>(arguments))...});
  }
  Result<Pid> spawn_values(std::string_view function, std::vector<Value> arguments,
                           const SpawnOptions& options = {});
  /// Starts a process that runs a program text.
  Result<Pid> spawn_text(std::string_view source, const SpawnOptions& options = {});

  /// Sends a message. One to a process that has ended goes nowhere. Any thread; messages of one
  /// thread keep their order.
  Status send(Pid to, Value message);
  template <class T>
  Status send(Pid to, T&& message) {
    return send(to, to_value(std::forward<T>(message)));
  }

  /// A new address at which the host receives. `name`: registered for it, as a keyword.
  Result<Mailbox> make_mailbox(std::string_view name = {});

  /// Lets processes run for so long, or until the program ends.
  Status run_for(std::chrono::milliseconds time);

  /// Ends all processes of the program, the main one too, and forgets the messages that were to
  /// be sent later. What is defined stays, and so do the host's mailboxes; the next call has a new
  /// main process.
  Status end_processes();

  /// Runs a program to its end, as the `lithe` command does. => exit code; -1 where the Runtime
  /// cannot (see Error), with a message on the ERROR handle. The main process has ended
  /// afterwards: nothing else can be run.
  int run_file(const std::string& path, RunOptions options = {});
  int run_text(std::string_view source, std::string_view name, RunOptions options = {});
  /// Looks at a program without running more of it than its definitions: what is wrong or most
  /// likely meant otherwise goes to ERROR, as diagnostics. => 0, or 1 if there is any. The main
  /// process has ended afterwards.
  int check_file(const std::string& path);
  /// Runs standard input as a stream of forms. `prompt` is called before a line is waited for.
  int run_input(RunOptions options, std::function<void(bool inside_form)> prompt = {});

  /// Runs a dialogue over standard input to its end, as the `lithe` command does without a file
  /// (docs/manual/command.md): values are shown, an error does not end it. => exit code.
  int run_dialogue();

  /// Names that begin with a text, in order: of special forms, builtins, the library's functions
  /// and what the program has defined. None from another thread than the one inside.
  std::vector<std::string> names_with_prefix(std::string_view prefix);

  /// The main process stops what it evaluates, with the error :interrupted. Any thread, and
  /// signal handlers' helper threads.
  void interrupt();

  /// The program that run_… runs ends soon, as by (sys/exit exit_code). Any thread, as interrupt().
  void stop(int exit_code);

  /// A function at a stage of the pipeline: `stage` is core, bytecode, ssa, llvm or asm. False:
  /// `out` says why not.
  bool dump(std::string_view stage, std::string_view function, std::string& out);

 private:
  friend class InterruptOnControlC;
  friend class Mailbox;
  struct State;
  std::shared_ptr<State> state_;
};

/// What Ctrl-C does to a Runtime.
enum class ControlC : std::uint8_t {
  interrupts,    ///< interrupt()
  ends_program,  ///< stop(130); a second Ctrl-C ends the host as if nobody listened
};

/// For hosts that want Ctrl-C to reach a Runtime while this lives. Process-wide: one at a time.
class InterruptOnControlC {
 public:
  InterruptOnControlC(Runtime& runtime, ControlC what);
  ~InterruptOnControlC();
  InterruptOnControlC(const InterruptOnControlC&) = delete;
  InterruptOnControlC& operator=(const InterruptOnControlC&) = delete;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

const char* version();

}  // namespace lithe
