// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/options.hpp"

namespace lithe::sched {
class InterruptWatch;
}

namespace lithe::runtime {

class Runtime;
struct Program;

struct RunFlags {
  bool keep_going = false;
  bool show_values = false;
};

/// What a host does with a Runtime: the public API's calls, without its types.
class Session {
 public:
  explicit Session(Options options);
  ~Session();

  /// => false: `error` has the diagnostics.
  bool eval(std::string_view source, std::string_view name, std::string& printed,
            std::string& error);
  bool eval_file(const std::string& path, std::string& printed, std::string& error);
  int run_file(const std::string& path, RunFlags flags);
  int run_text(std::string_view source, std::string_view name, RunFlags flags);
  int run_input(RunFlags flags, std::function<void(bool)> prompt);
  void interrupt();
  void stop(int exit_code);
  bool dump(std::string_view stage, std::string_view function, std::string& out);

 private:
  bool evaluate(Program program, std::string& printed, std::string& error);
  int run_to_end(Program program, RunFlags flags);

  std::unique_ptr<Runtime> runtime_;
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
