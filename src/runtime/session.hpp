// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "heap/roots.hpp"
#include "runtime/options.hpp"
#include "syntax/diagnostic.hpp"

namespace lithe::sched {
class InterruptWatch;
}

namespace lithe::expand {
class ExpandedForms;
}
namespace lithe::syntax {
class CharSource;
class TextSource;
}  // namespace lithe::syntax

namespace lithe::runtime {

class Runtime;
struct HostFunction;
struct Program;
using value::Value;

struct RunFlags {
  bool keep_going = false;
  bool show_values = false;
};

/// Why something the host asked for was not done. Empty kind: it was.
struct Problem {
  std::string kind;
  std::string message;
  std::string diagnostic;  ///< rendered
};

/// What a host does with a Runtime: the public API's calls, without its types.
///
/// Wrong uses are refused with a Problem: from a second thread while one is inside
/// (wrong-thread), from inside a turn (re-entry), after the main process has ended (ended).
class Session {
 public:
  /// Fills in the arguments of a call, in the heap of the process that will make it. => false:
  /// no memory.
  using Arguments = std::function<bool(heap::Heap&, heap::RootVector&)>;
  using TakeValue = std::function<void(heap::Heap&, Value)>;

  explicit Session(Options options);
  ~Session();

  Runtime& runtime() { return *runtime_; }
  /// Different for each session of this program.
  u64 number() const { return number_; }

  /// `take` gets the last form's value. => false: the problem is the first one.
  bool eval(std::string_view source, std::string_view name, const TakeValue& take,
            Problem& problem);
  bool eval_file(const std::string& path, const TakeValue& take, Problem& problem);
  /// Calls what a top-level name stands for. Inside a host function: in the process that runs.
  bool call(std::string_view function, const Arguments& arguments, const TakeValue& take,
            Problem& problem);
  bool define(HostFunction function, Problem& problem);

  /// `function` empty: the one argument is a program text. => the pid; nil with a problem.
  Value spawn(std::string_view function, const Arguments& arguments, vm::SpawnOptions options,
              std::string_view name, Problem& problem);
  /// Any thread. The message is made later, in a heap of its own.
  void send(Value pid, std::function<Value(heap::Heap&)> message);
  /// A process that gives each message to `take`, sender first; `ended` is its last call.
  /// => the pid; nil with a problem.
  Value open_mailbox(std::string_view name, std::function<void(heap::Heap&, Value, Value)> take,
                     std::function<void()> ended, Problem& problem);
  /// The process ends soon, as by (kill pid). Any thread.
  void kill(Value pid);
  /// Runs processes until `done` says so; it is asked whenever a mailbox has taken something.
  /// => false: the time is over, or there is a problem.
  bool run_until(const std::function<bool()>& done, double milliseconds, Problem& problem);
  /// A mailbox has taken something: run_until() looks.
  void look_up();

  int run_file(const std::string& path, RunFlags flags);
  int check_file(const std::string& path);
  int run_text(std::string_view source, std::string_view name, RunFlags flags);
  int run_input(RunFlags flags, std::function<void(bool)> prompt);
  int run_dialogue();
  /// Names that begin with a text: of forms, builtins, the library and the program, in order.
  std::vector<std::string> names_with_prefix(std::string_view prefix);
  /// Ends all processes but the mailboxes, and forgets all delayed messages. The next call has a
  /// new main process.
  bool end_processes(Problem& problem);
  void interrupt();
  void stop(int exit_code);
  bool dump(std::string_view stage, std::string_view function, std::string& out);

 private:
  class Use;

  Program program_of(std::unique_ptr<syntax::CharSource> source, const std::string& path);
  Program snippet(std::string_view source, std::string_view name);
  bool evaluate(Program program, const TakeValue& take, Problem& problem);
  bool drive(Problem& problem);
  bool call_nested(std::string_view function, const Arguments& arguments, const TakeValue& take,
                   Problem& problem);
  /// => false: nothing can be run any more. A main process that has ended has a successor.
  bool ready(Problem& problem);
  void take_main_end(Problem& problem);
  void recover_memory();
  class Timed;
  int run_to_end(Program program, RunFlags flags);
  int refused(const Problem& problem);

  u64 number_;
  std::unique_ptr<Runtime> runtime_;
  /// The stream of evaluated texts, one after the other, and its source.
  std::unique_ptr<expand::ExpandedForms> snippets_;
  syntax::TextSource* snippet_source_ = nullptr;
  std::atomic<std::thread::id> user_{};  ///< the thread inside; none: nobody
  bool waits_for_mail_ = false;
  bool program_ran_ = false;  ///< to its end: nothing runs after it
};

/// While it lives, SIGINT interrupts a session's main process or ends its program.
class ControlC {
 public:
  ControlC(Session& session, bool ends_program);
  ~ControlC();

 private:
  std::unique_ptr<sched::InterruptWatch> watch_;
};

}  // namespace lithe::runtime
