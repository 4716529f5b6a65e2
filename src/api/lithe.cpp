// SPDX-License-Identifier: Apache-2.0

#include "lithe/lithe.hpp"

#include <deque>

#include "api/exchange.hpp"
#include "base/plugin_path.hpp"
#include "base/version.hpp"
#include "primitives/capabilities.hpp"
#include "runtime/host_functions.hpp"
#include "runtime/runtime.hpp"
#include "runtime/session.hpp"

namespace lithe {

using Inner = value::Value;

struct Runtime::State {
  explicit State(runtime::Options options)
      : session(std::move(options)),
        side{session.runtime().names(), session.runtime().namer(), session.number()} {
    if (u64 limit = session.runtime().options().max_memory_bytes) side.most_bytes = limit / 4;
  }
  runtime::Session session;
  api::Side side;

  /// `run` is given what takes the last form's value, and the problem.
  template <class Run>
  Evaluation evaluate(const Run& run) {
    Evaluation result;
    runtime::Problem problem;
    runtime::Session::TakeValue take = [&](heap::Heap& heap, Inner v) {
      constexpr u64 longest = u64{1} << 30;
      result.printed = session.runtime().print(v, false, std::min(longest, side.most_bytes / 4));
      Result<Value> taken = api::take(side, heap, v);
      result.value = taken ? std::move(*taken) : Value::other(result.printed);
    };
    result.ok = run(take, problem);
    if (result.ok) return result;
    result.error =
        problem.diagnostic.empty() ? "lithe: " + problem.message + "\n" : problem.diagnostic;
    result.failure = {problem.kind, problem.message, problem.diagnostic};
    return result;
  }
};

namespace {

primitives::Capability inner_capability(Capability capability) {
  using Inner = primitives::Capability;
  static_assert(capability_count == primitives::capability_count);
  static_assert(u8(Capability::filesystem) == u8(Inner::filesystem) &&
                u8(Capability::exit) == u8(Inner::exit) &&
                u8(Capability::devices) == u8(Inner::devices));
  return Inner(capability);
}

runtime::Options inner_options(Options options) {
  if (!options.plugin_folder.empty()) base::set_plugin_folder(std::move(options.plugin_folder));
  runtime::Options inner;
  inner.jit.enabled = options.jit != Jit::off;
  inner.jit.eager = options.jit == Jit::eager;
  inner.jit.fixed_threshold = options.jit_threshold;
  inner.native_plugin = std::move(options.native_plugin);
  inner.include_folders = std::move(options.include_folders);
  inner.arguments = std::move(options.arguments);
  inner.max_heap_bytes = options.max_heap_bytes;
  inner.main_only = options.main_only;
  inner.show_calls = options.show_calls;
  inner.max_child_heap_bytes = options.max_process_heap_bytes;
  inner.max_memory_bytes = options.max_memory_bytes;
  inner.max_processes = options.max_processes;
  inner.max_time_ms = double(options.max_time.count());
  for (Capability capability : options.refused) {
    inner.refused |= primitives::bit(inner_capability(capability));
  }
  inner.read_line = std::move(options.read_line);
  if (options.open_include) {
    inner.open_include = [open = std::move(options.open_include)](
                             std::string_view path) -> base::Result<std::string, std::string> {
      Result<std::string> text = open(path);
      if (!text) return base::failure(text.error().message);
      return std::move(*text);
    };
  }
  if (options.sink) {
    inner.sink = [sink = std::move(options.sink)](vm::Handle handle, std::string_view text) {
      try {
        sink(Handle(handle), text);
      } catch (...) {
        // There is nobody to tell: who prints does not know where that goes.
      }
    };
  }
  return inner;
}

runtime::RunFlags flags(const RunOptions& options) {
  return {.keep_going = options.keep_going, .show_values = options.show_values};
}

Error error_of(runtime::Problem problem) {
  return {std::move(problem.kind), std::move(problem.message), std::move(problem.diagnostic)};
}

/// Puts values into a heap as arguments. They outlive the call.
runtime::Session::Arguments arguments_of(const api::Side& side, const std::vector<Value>& values) {
  return [&side, &values](heap::Heap& heap, heap::RootVector& out) {
    for (const Value& v : values) {
      Inner given = api::give(side, heap, v);
      if (given == Inner::error()) return false;
      out.push_back(given);
    }
    return true;
  };
}

std::optional<Error> why_not(u64 runtime, const std::vector<Value>& values) {
  for (std::size_t i = 0; i < values.size(); i++) {
    if (auto problem = api::why_not(runtime, values[i])) {
      problem->message = "argument " + std::to_string(i + 1) + ": " + problem->message;
      return problem;
    }
  }
  return std::nullopt;
}

// ---- Host functions -------------------------------------------------------------------------

/// A value of the host in the heap of the process that called. => Value::error(), with the error
/// set.
Inner give_answer(const api::Side& side, runtime::HostCall& call, const Value& v) {
  if (auto problem = api::why_not(side.runtime, v)) return call.fail("type", problem->message);
  Inner made = api::give(side, call.process.heap, v);
  if (made != Inner::error()) return made;
  call.process.heap.take_refused();
  return call.fail("out-of-memory", "no memory for the result");
}

/// => false: one of them cannot be taken out; the error is set.
bool take_arguments(const api::Side& side, runtime::HostCall& call, std::vector<Value>& out) {
  for (Inner argument : call.arguments) {
    Result<Value> taken = api::take(side, call.process.heap, argument);
    if (!taken) {
      call.fail("type", taken.error().message);
      return false;
    }
    out.push_back(std::move(*taken));
  }
  return true;
}

/// What a host function threw, as an error. Called in a catch block.
Error thrown() {
  try {
    throw;
  } catch (const std::exception& exception) {
    return {"host-error", exception.what()};
  } catch (...) {
    return {"host-error", "an exception that is no std::exception"};
  }
}

Result<Value> guarded_call(const HostFunction& function, std::span<const Value> arguments) {
  try {
    return function(arguments);
  } catch (...) {
    return thrown();
  }
}

std::string kind_of(const Error& error) { return error.kind.empty() ? "host-error" : error.kind; }

runtime::HostFunction host_function(std::string_view name, Signature&& signature) {
  runtime::HostFunction made;
  made.name = name;
  made.effect = primitives::Effect(signature.effect);
  made.least = u32(std::max(signature.arity.least, 0));
  made.most =
      signature.arity.most < 0 ? runtime::HostFunction::any_number : u32(signature.arity.most);
  made.doc = std::move(signature.doc);
  return made;
}

}  // namespace

struct Completion::Promise {
  Promise(std::shared_ptr<runtime::Answer> answer, const api::Side& side, std::string function)
      : answer(std::move(answer)), side(side), function(std::move(function)) {}
  ~Promise() { give(Error{"host-error", "the host has dropped the call without an answer"}); }

  bool give(Result<Value> result) {
    auto make = [side = side, function = function, result = std::move(result)](
                    runtime::Runtime& runtime, process::Process& process) {
      heap::RootVector none(process.heap);
      runtime::HostFunction named;
      named.name = function;
      runtime::HostCall call{runtime, process, named, none};
      if (!result) return call.fail(kind_of(result.error()), result.error().message);
      return give_answer(side, call, *result);
    };
    return runtime::Answer::give(answer, std::move(make));
  }

  std::shared_ptr<runtime::Answer> answer;
  api::Side side;
  std::string function;
};

bool Completion::complete(Value result) const { return promise_->give(std::move(result)); }
bool Completion::fail(Error error) const { return promise_->give(std::move(error)); }

Status Runtime::define(std::string_view name, Signature signature, HostFunction function) {
  if (signature.effect == Effect::async) {
    return Error{"value", std::string(name) + ": an async function is for define_async"};
  }
  runtime::HostFunction made = host_function(name, std::move(signature));
  made.body = [&side = state_->side, function = std::move(function)](runtime::HostCall& call) {
    std::vector<Value> arguments;
    if (!take_arguments(side, call, arguments)) return Inner::error();
    Result<Value> result = guarded_call(function, arguments);
    if (!result) return call.fail(kind_of(result.error()), result.error().message);
    return give_answer(side, call, *result);
  };
  runtime::Problem problem;
  if (!state_->session.define(std::move(made), problem)) return error_of(std::move(problem));
  return done();
}

Status Runtime::define_async(std::string_view name, Signature signature, AsyncFunction function) {
  signature.effect = Effect::async;
  runtime::HostFunction made = host_function(name, std::move(signature));
  made.body = [&side = state_->side, function = std::move(function)](runtime::HostCall& call) {
    std::vector<Value> arguments;
    if (!take_arguments(side, call, arguments)) return Inner::error();
    auto answer = call.runtime.host_functions().wait_for_answer(call.process);
    Completion completion(
        std::make_shared<Completion::Promise>(std::move(answer), side, call.function.name));
    try {
      function(arguments, completion);
    } catch (...) {
      completion.fail(thrown());
    }
    return Inner::wait();
  };
  runtime::Problem problem;
  if (!state_->session.define(std::move(made), problem)) return error_of(std::move(problem));
  return done();
}

// ---- The Runtime ----------------------------------------------------------------------------

Runtime::Runtime(Options options)
    : state_(std::make_shared<State>(inner_options(std::move(options)))) {}
Runtime::~Runtime() = default;

Evaluation Runtime::eval(std::string_view source, std::string_view name) {
  return state_->evaluate(
      [&](auto& take, auto& problem) { return state_->session.eval(source, name, take, problem); });
}

Evaluation Runtime::eval_file(const std::string& path) {
  return state_->evaluate(
      [&](auto& take, auto& problem) { return state_->session.eval_file(path, take, problem); });
}

Result<Value> Runtime::call_values(std::string_view function, std::vector<Value> arguments) {
  const api::Side& side = state_->side;
  if (auto problem = why_not(side.runtime, arguments)) return *problem;
  Result<Value> result = Value();
  auto take = [&](heap::Heap& heap, Inner v) { result = api::take(side, heap, v); };
  runtime::Problem problem;
  if (!state_->session.call(function, arguments_of(side, arguments), take, problem)) {
    return error_of(std::move(problem));
  }
  return result;
}

Result<Pid> Runtime::spawn_values(std::string_view function, std::vector<Value> arguments,
                                  const SpawnOptions& options) {
  const api::Side& side = state_->side;
  if (auto problem = why_not(side.runtime, arguments)) return *problem;
  vm::SpawnOptions inner;
  inner.daemon = options.daemon;
  inner.max_heap_bytes = options.max_heap_bytes;
  runtime::Problem problem;
  Inner pid =
      state_->session.spawn(function, arguments_of(side, arguments), inner, options.name, problem);
  if (!problem.kind.empty()) return error_of(std::move(problem));
  return Pid{{pid.bits(), side.runtime}};
}

Result<Pid> Runtime::spawn_text(std::string_view source, const SpawnOptions& options) {
  return spawn_values({}, {Value::string(std::string(source))}, options);
}

Status Runtime::send(Pid to, Value message) {
  const api::Side& side = state_->side;
  if (to.runtime != side.runtime) return *api::why_not(side.runtime, Value::pid(to));
  if (auto problem = api::why_not(side.runtime, message)) return *problem;
  state_->session.send(Inner::from_bits(to.number), [side, message](heap::Heap& heap) {
    return api::give(side, heap, message);
  });
  return done();
}

Status Runtime::run_for(std::chrono::milliseconds time) {
  runtime::Problem problem;
  state_->session.run_until([] { return false; }, double(time.count()), problem);
  if (!problem.kind.empty()) return error_of(std::move(problem));
  return done();
}

Status Runtime::end_processes() {
  runtime::Problem problem;
  if (!state_->session.end_processes(problem)) return error_of(std::move(problem));
  return done();
}

int Runtime::run_file(const std::string& path, RunOptions options) {
  return state_->session.run_file(path, flags(options));
}

int Runtime::run_text(std::string_view source, std::string_view name, RunOptions options) {
  return state_->session.run_text(source, name, flags(options));
}

int Runtime::check_file(const std::string& path) { return state_->session.check_file(path); }

int Runtime::run_input(RunOptions options, std::function<void(bool)> prompt) {
  return state_->session.run_input(flags(options), std::move(prompt));
}

int Runtime::run_dialogue() { return state_->session.run_dialogue(); }

std::vector<std::string> Runtime::names_with_prefix(std::string_view prefix) {
  return state_->session.names_with_prefix(prefix);
}

void Runtime::interrupt() { state_->session.interrupt(); }
void Runtime::stop(int exit_code) { state_->session.stop(exit_code); }

bool Runtime::dump(std::string_view stage, std::string_view function, std::string& out) {
  return state_->session.dump(stage, function, out);
}

// ---- Mailboxes --------------------------------------------------------------------------------

struct Mailbox::State {
  /// Shared with the process that fills it.
  struct Queue {
    std::deque<Result<Message>> messages;
    bool ended = false;
  };
  std::weak_ptr<Runtime::State> runtime;
  std::shared_ptr<Queue> queue;
  Pid pid;

  ~State() {
    if (auto state = runtime.lock()) state->session.kill(Inner::from_bits(pid.number));
  }
};

Mailbox::Mailbox(std::unique_ptr<State> state) : state_(std::move(state)) {}
Mailbox::Mailbox(Mailbox&&) noexcept = default;
Mailbox& Mailbox::operator=(Mailbox&&) noexcept = default;
Mailbox::~Mailbox() = default;

Pid Mailbox::pid() const { return state_->pid; }

Result<Mailbox> Runtime::make_mailbox(std::string_view name) {
  auto made = std::make_unique<Mailbox::State>();
  made->queue = std::make_shared<Mailbox::State::Queue>();
  State& state = *state_;
  auto take = [&state, queue = made->queue](heap::Heap& heap, Inner sender, Inner data) {
    Result<Value> taken = api::take(state.side, heap, data);
    if (taken) {
      Pid from{{sender.is_pid() ? sender.bits() : 0, state.side.runtime}};
      queue->messages.push_back(Message{from, std::move(*taken)});
    } else {
      queue->messages.push_back(taken.error());
    }
    state.session.look_up();
  };
  auto ended = [&state, queue = made->queue] {
    queue->ended = true;
    state.session.look_up();
  };
  runtime::Problem problem;
  Inner pid = state.session.open_mailbox(name, std::move(take), std::move(ended), problem);
  if (!problem.kind.empty()) return error_of(std::move(problem));
  made->runtime = state_;
  made->pid = Pid{{pid.bits(), state.side.runtime}};
  return Mailbox(std::move(made));
}

Result<Message> Mailbox::receive(std::chrono::milliseconds timeout) {
  State::Queue& queue = *state_->queue;
  auto runtime = state_->runtime.lock();
  runtime::Problem problem;
  if (runtime) {
    runtime->session.run_until([&queue] { return !queue.messages.empty() || queue.ended; },
                               double(timeout.count()), problem);
  }
  if (!queue.messages.empty()) {
    Result<Message> message = std::move(queue.messages.front());
    queue.messages.pop_front();
    return message;
  }
  if (!runtime || queue.ended) return Error{"ended", "the mailbox has ended"};
  if (!problem.kind.empty()) return error_of(std::move(problem));
  return Error{"timeout", "no message came in time"};
}

// ---- The rest ---------------------------------------------------------------------------------

std::string_view element_name(Element element) {
  constexpr std::string_view names[] = {":u8", ":i32", ":i64", ":f32", ":f64"};
  return names[std::size_t(element)];
}

Error expected(std::string_view what, const Value& given, std::string_view where) {
  std::string message(where);
  message += " must be ";
  message += what;
  message += ", got ";
  message += given.is(Value::Kind::integer) ? "the integer " + std::to_string(given.as_integer())
                                            : Value::describe(given.kind());
  return {"convert", std::move(message)};
}

struct InterruptOnControlC::State {
  State(runtime::Session& session, bool ends_program) : watch(session, ends_program) {}
  runtime::ControlC watch;
};

InterruptOnControlC::InterruptOnControlC(Runtime& runtime, ControlC what)
    : state_(std::make_unique<State>(runtime.state_->session, what == ControlC::ends_program)) {}
InterruptOnControlC::~InterruptOnControlC() = default;

std::string_view capability_name(Capability capability) {
  return primitives::info(inner_capability(capability)).name;
}

std::vector<Capability> all_capabilities() {
  std::vector<Capability> all;
  for (std::size_t i = 0; i < capability_count; i++) all.push_back(Capability(i));
  return all;
}

const char* version() { return base::version; }

}  // namespace lithe
