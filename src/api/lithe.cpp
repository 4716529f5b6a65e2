// SPDX-License-Identifier: Apache-2.0

#include "lithe/lithe.hpp"

#include "runtime/session.hpp"

namespace lithe {

struct Runtime::State {
  explicit State(runtime::Options options) : session(std::move(options)) {}
  runtime::Session session;
};

namespace {

runtime::Options inner_options(Options options) {
  runtime::Options inner;
  inner.jit.enabled = options.jit != Jit::off;
  inner.jit.eager = options.jit == Jit::eager;
  inner.jit.fixed_threshold = options.jit_threshold;
  inner.include_folders = std::move(options.include_folders);
  inner.arguments = std::move(options.arguments);
  inner.max_heap_bytes = options.max_heap_bytes;
  inner.main_only = options.main_only;
  if (options.sink) {
    inner.sink = [sink = std::move(options.sink)](vm::Handle handle, std::string_view text) {
      sink(Handle(handle), text);
    };
  }
  return inner;
}

runtime::RunFlags flags(const RunOptions& options) {
  return {.keep_going = options.keep_going, .show_values = options.show_values};
}

}  // namespace

Runtime::Runtime(Options options)
    : state_(std::make_unique<State>(inner_options(std::move(options)))) {}
Runtime::~Runtime() = default;

Evaluation Runtime::eval(std::string_view source, std::string_view name) {
  Evaluation result;
  result.ok = state_->session.eval(source, name, result.printed, result.error);
  return result;
}

Evaluation Runtime::eval_file(const std::string& path) {
  Evaluation result;
  result.ok = state_->session.eval_file(path, result.printed, result.error);
  return result;
}

int Runtime::run_file(const std::string& path, RunOptions options) {
  return state_->session.run_file(path, flags(options));
}

int Runtime::run_text(std::string_view source, std::string_view name, RunOptions options) {
  return state_->session.run_text(source, name, flags(options));
}

int Runtime::run_input(RunOptions options, std::function<void(bool)> prompt) {
  return state_->session.run_input(flags(options), std::move(prompt));
}

void Runtime::interrupt() { state_->session.interrupt(); }
void Runtime::stop(int exit_code) { state_->session.stop(exit_code); }

bool Runtime::dump(std::string_view stage, std::string_view function, std::string& out) {
  return state_->session.dump(stage, function, out);
}

struct InterruptOnControlC::State {
  State(runtime::Session& session, bool ends_program) : watch(session, ends_program) {}
  runtime::ControlC watch;
};

InterruptOnControlC::InterruptOnControlC(Runtime& runtime, ControlC what)
    : state_(std::make_unique<State>(runtime.state_->session, what == ControlC::ends_program)) {}
InterruptOnControlC::~InterruptOnControlC() = default;

const char* version() { return "0.1.0"; }

}  // namespace lithe
