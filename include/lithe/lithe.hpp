// SPDX-License-Identifier: Apache-2.0
#pragma once

// Embedding Lithe. Link liblithe (CMake: the target `liblithe`).
//
//     lithe::Runtime runtime;
//     lithe::Evaluation result = runtime.eval("(+ 1 2)");
//     if (result) use(result.printed);
//
// A Runtime belongs to one thread at a time; interrupt() may come from any. Several Runtimes
// live side by side.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

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

struct Options {
  Jit jit = Jit::on;
  std::uint32_t jit_threshold = 0;  ///< calls before compiling; 0: by estimated times
  std::vector<std::string> include_folders;
  std::vector<std::string> arguments;  ///< what (sys/args) gives
  std::uint64_t max_heap_bytes = 0;    ///< of the main process; 0: no limit
  bool main_only = false;              ///< the program ends when its main process has ended
  /// Takes all output; called on the Runtime's thread. Empty: descriptors 1 and 2.
  std::function<void(Handle, std::string_view)> sink;
};

/// How a program text is run.
struct RunOptions {
  bool keep_going = false;   ///< goes on with the next form after an error
  bool show_values = false;  ///< INFO gets `=> value` for each form
};

/// What evaluating a text came to.
struct Evaluation {
  bool ok = false;
  std::string printed;  ///< the last form's value, as it reads
  std::string error;    ///< the diagnostics, rendered, when not ok
  explicit operator bool() const { return ok; }
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

  /// Runs a program to its end, as the `lithe` command does. => exit code. The main process has
  /// ended afterwards: nothing else can be run.
  int run_file(const std::string& path, RunOptions options = {});
  int run_text(std::string_view source, std::string_view name, RunOptions options = {});
  /// Runs standard input as a stream of forms. `prompt` is called before a line is waited for.
  int run_input(RunOptions options, std::function<void(bool inside_form)> prompt = {});

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
  struct State;
  std::unique_ptr<State> state_;
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
