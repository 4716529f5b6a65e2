// SPDX-License-Identifier: Apache-2.0

#include "runtime/session.hpp"

#include <algorithm>

#include "bytecode/disassembler.hpp"
#include "core/printer.hpp"
#include "heap/fragment.hpp"
#include "heap/memory_account.hpp"
#include "process/failure.hpp"
#include "process/signals.hpp"
#include "runtime/check.hpp"
#include "runtime/dialogue.hpp"
#include "runtime/host_mailbox.hpp"
#include "runtime/main_task.hpp"
#include "runtime/runtime.hpp"
#include "sched/interrupt.hpp"
#include "value/object.hpp"
#include "vm/globals.hpp"

namespace lithe::runtime {

namespace {

u64 next_number() {
  static std::atomic<u64> last{0};
  return ++last;
}

/// A child or the main process with many arguments starts in apply.
constexpr u64 most_direct_arguments = 16;

}  // namespace

Session::Session(Options options)
    : number_(next_number()), runtime_(std::make_unique<Runtime>(std::move(options))) {}
Session::~Session() = default;

// ---- Who may ----------------------------------------------------------------------------

/// A call of the host that is under way.
class Session::Use {
 public:
  /// Inside a host function, or in a sink that is called from a turn.
  enum class Inside : u8 { refused, allowed };

  Use(Session& session, Inside inside, Problem& problem) : session_(session) {
    std::thread::id nobody{}, own = std::this_thread::get_id();
    if (session.user_.compare_exchange_strong(nobody, own)) {
      outermost_ = entered_ = true;
      return;
    }
    if (nobody != own) {
      problem = {"wrong-thread", "another thread is using the runtime", {}};
    } else if (inside == Inside::refused) {
      problem = {"re-entry", "what the runtime called cannot ask it for this", {}};
    } else {
      entered_ = true;
    }
  }
  ~Use() {
    if (!outermost_) return;
    session_.runtime_->flush_all();
    session_.user_.store({});
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

  explicit operator bool() const { return entered_; }
  bool outermost() const { return outermost_; }

 private:
  Session& session_;
  bool entered_ = false, outermost_ = false;
};

bool Session::ready(Problem& problem) {
  bool over = runtime_->exiting() || (program_ran_ && runtime_->main_has_ended());
  if (over) {
    problem = {"ended", "the program has ended", {}};
  } else if (runtime_->main_has_ended() && !runtime_->start_main()) {
    problem = {"limit", "there are too many processes for another main process", {}};
  } else {
    return true;
  }
  return false;
}

/// A call that takes the host's time limit, and answers for what it starts.
class Session::Timed {
 public:
  Timed(Session& session, Limits::Kind kind, double more_ms, Problem& problem)
      : runtime_(*session.runtime_) {
    begun_ = runtime_.limits().begin_call(kind, more_ms);
    if (!begun_) problem = {"limit", "the system has no thread to watch the time limit", {}};
  }
  ~Timed() { runtime_.limits().end_call(); }
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;

  explicit operator bool() const { return begun_; }
  /// The time is over: what was started ends. => true: then the problem is that.
  bool over(Problem& problem) const {
    if (!runtime_.limits().time_is_over()) return false;
    runtime_.limits().end_started();
    runtime_.take_main_end();
    char text[64];
    std::snprintf(text, sizeof text, "it ran longer than its limit of %.6g ms",
                  runtime_.options().max_time_ms);
    problem = {"time-limit", text, std::string("lithe: ") + text + "\n"};
    return true;
  }

 private:
  Runtime& runtime_;
  bool begun_;
};

// ---- Evaluating in the main process --------------------------------------------------------

Program Session::program_of(std::unique_ptr<syntax::CharSource> source, const std::string& path) {
  Program program;
  program.own_forms =
      std::make_unique<expand::ExpandedForms>(runtime_->pipeline_parts(), std::move(source), path);
  program.forms = program.own_forms.get();
  return program;
}

/// One stream serves all evaluated texts: there is never more than one under way.
Program Session::snippet(std::string_view source, std::string_view name) {
  if (snippets_) {
    snippet_source_->set(name, source);
    snippets_->restart();
  } else {
    auto text = std::make_unique<syntax::TextSource>(std::string(name), std::string(source),
                                                     syntax::TextSource::Keep::snippet);
    snippet_source_ = text.get();
    snippets_ =
        std::make_unique<expand::ExpandedForms>(runtime_->pipeline_parts(), std::move(text), "");
  }
  Program program;
  program.forms = snippets_.get();
  return program;
}

bool Session::eval(std::string_view source, std::string_view name, const TakeValue& take,
                   Problem& problem) {
  Use use(*this, Use::Inside::refused, problem);
  if (!use || !ready(problem)) return false;
  return evaluate(snippet(source, name), take, problem);
}

bool Session::eval_file(const std::string& path, const TakeValue& take, Problem& problem) {
  Use use(*this, Use::Inside::refused, problem);
  if (!use || !ready(problem)) return false;
  auto source = syntax::open_source(path);
  if (!source) {
    problem = {"io", source.error(), "lithe: " + source.error() + "\n"};
    return false;
  }
  return evaluate(program_of(std::move(source).value(), path), take, problem);
}

bool Session::evaluate(Program program, const TakeValue& take, Problem& problem) {
  Timed timed(*this, Limits::Kind::call, 0, problem);
  if (!timed) return false;
  MainTask& main = runtime_->main();
  program.on_value = [&](Value v) { take(main.process.heap, v); };
  program.on_error = [&](const syntax::Diagnostic& diagnostic) {
    if (problem.kind.empty()) problem = {diagnostic.kind, diagnostic.message, {}};
    problem.diagnostic += syntax::render(diagnostic, runtime_->sources());
  };
  main.begin(std::move(program));
  bool done = drive(problem);
  if (timed.over(problem)) return false;
  if (problem.kind == "out-of-memory") recover_memory();
  return done && problem.kind.empty();
}

/// Runs until the main process has done what it was given. => false: it never will.
bool Session::drive(Problem& problem) {
  bool stalled = false;
  for (;;) {
    sched::Finish finish = runtime_->scheduler().run();
    if (runtime_->main_has_ended()) {
      take_main_end(problem);
      return false;
    }
    if (!ready(problem)) return false;
    if (runtime_->main().idle()) break;
    if (finish != sched::Finish::stalled) continue;
    stalled = true;
    runtime_->main().interrupt();
  }
  if (stalled && problem.kind == "interrupted") {
    problem.kind = "stalled";
    problem.message = "every process waits for a message that nobody can send";
  }
  return true;
}

/// What the main process was in the middle of has ended with it, and what that started.
void Session::take_main_end(Problem& problem) {
  Runtime::MainEnd end = runtime_->take_main_end();
  problem = {end.kind, end.message, end.diagnostic};
  if (runtime_->exiting()) problem = {"ended", "the program has ended", {}};
  if (problem.kind.empty()) problem = {"ended", "the main process has ended", {}};
  if (end.kind == "out-of-memory") runtime_->limits().end_started();
  runtime_->take_main_end();
}

/// An error in the program has told that memory is full. If it still is, what holds it goes as if
/// the limit had been passed.
void Session::recover_memory() {
  heap::MemoryAccount& account = runtime_->account();
  if (runtime_->main_has_ended()) return;
  runtime_->main().process.heap.collect_major();
  if (!account.has_room(account.ceiling() / 4)) runtime_->limits().end_started();
}

// ---- Calling --------------------------------------------------------------------------------

namespace {

/// What a name stands for, if it is a function. => Value::error(), with the error set.
Value function_named(Runtime& runtime, process::Process& process, std::string_view name) {
  vm::Cell& cell = runtime.cells().user(runtime.names().intern(name));
  Value function = vm::read_global(process, cell, false);
  if (function == Value::error() || value::is_function(function)) return function;
  std::string message = std::string(name) + " is not a function";
  Value kind = Value::keyword(base::name::type);
  process.make_failure().start(process.heap.make_error(kind, message), {});
  return Value::error();
}

bool no_memory(process::Process& process) {
  process.heap.take_refused();
  Value kind = Value::keyword(base::name::out_of_memory);
  Value error = process.heap.make_error(kind, "no memory for the arguments");
  process.make_failure().start(error, {});
  return false;
}

/// => false: the error is set in the process.
bool prepare_call(Runtime& runtime, process::Process& process, std::string_view name,
                  const Session::Arguments& fill, heap::RootVector& call) {
  Value function = function_named(runtime, process, name);
  if (function == Value::error()) return false;
  call.push_back(function);
  if (!fill(process.heap, call)) return no_memory(process);
  if (call.size() - 1 <= most_direct_arguments) return true;
  Value list = process.heap.make_list(call.span().subspan(1));
  if (list == Value::error()) return no_memory(process);
  function = call[0];
  call.clear();
  call.push_back(Value::builtin(u32(primitives::Primitive::apply)));
  call.push_back(function);
  call.push_back(list);
  return true;
}

}  // namespace

bool Session::call(std::string_view function, const Arguments& arguments, const TakeValue& take,
                   Problem& problem) {
  Use use(*this, Use::Inside::allowed, problem);
  if (!use || !ready(problem)) return false;
  if (!use.outermost()) return call_nested(function, arguments, take, problem);
  Program program;
  program.start = [&](process::Process& process) {
    heap::RootVector call(process.heap);
    if (!prepare_call(*runtime_, process, function, arguments, call)) return false;
    runtime_->machine().start(process, call[0], &call[0] + 1, u32(call.size()) - 1);
    return true;
  };
  return evaluate(std::move(program), take, problem);
}

bool Session::call_nested(std::string_view function, const Arguments& arguments,
                          const TakeValue& take, Problem& problem) {
  HostCall* running = runtime_->host_functions().running();
  if (!running || running->function.effect == primitives::Effect::pure) {
    problem = {"re-entry",
               running ? running->function.name + " is declared pure: it cannot call the runtime"
                       : "only a host function can call the runtime that called it",
               {}};
    return false;
  }
  process::Process& process = running->process;
  auto fail = [&] {
    syntax::Diagnostic diagnostic = runtime_->diagnose(process);
    problem = {diagnostic.kind, diagnostic.message,
               syntax::render(diagnostic, runtime_->sources())};
    return false;
  };
  u32 count;
  {
    heap::RootVector call(process.heap);
    if (!prepare_call(*runtime_, process, function, arguments, call)) return fail();
    count = u32(call.size());
    u64* top = process.exec.stack_top;
    if (top + count > process.stack_end && !process.grow_stack(top, count)) {
      problem = {"stack-overflow", "no room for the arguments", {}};
      return false;
    }
    // The callee lies below its arguments, so that it stays rooted.
    for (u32 i = 0; i < count; i++) process.exec.stack_top[i] = call[i].bits();
  }
  Value callee = Value::from_bits(process.exec.stack_top[0]);
  process.exec.stack_top++;
  process.no_wait++;
  vm::Outcome outcome = runtime_->machine().call(process, callee, count - 1);
  process.no_wait--;
  process.exec.stack_top--;
  switch (outcome.status) {
    case process::Status::ok:
      take(process.heap, Value::from_bits(outcome.value));
      return true;
    case process::Status::error:
      running->interrupted |= process.failure->unstoppable;
      return fail();
    default:
      problem = {"ended", "the process is ending", {}};
      return false;
  }
}

bool Session::define(HostFunction function, Problem& problem) {
  Use use(*this, Use::Inside::allowed, problem);
  if (!use || !ready(problem)) return false;
  std::string why;
  if (runtime_->host_functions().define(std::move(function), why)) return true;
  problem = {"value", why, {}};
  return false;
}

// ---- Processes and messages -----------------------------------------------------------------

Value Session::spawn(std::string_view function, const Arguments& arguments,
                     vm::SpawnOptions options, std::string_view name, Problem& problem) {
  Use use(*this, Use::Inside::allowed, problem);
  if (!use || !ready(problem)) return Value::nil();
  const HostCall* running = runtime_->host_functions().running();
  process::Process& parent = running ? running->process : runtime_->main().process;
  heap::RootVector call(parent.heap);
  bool prepared = function.empty() ? arguments(parent.heap, call) || no_memory(parent)
                                   : prepare_call(*runtime_, parent, function, arguments, call);
  if (!name.empty()) options.name = Value::keyword(runtime_->names().intern(name));
  Value pid = Value::error();
  if (prepared) pid = runtime_->spawn(parent, call[0], call.span().subspan(1), options);
  if (pid != Value::error()) return pid;
  syntax::Diagnostic diagnostic = runtime_->diagnose(parent);
  problem = {diagnostic.kind, diagnostic.message, {}};
  return Value::nil();
}

void Session::send(Value pid, std::function<Value(heap::Heap&)> message) {
  runtime_->inbox()->post([pid, message = std::move(message)](Runtime& runtime) {
    heap::Heap scratch(runtime.heap_environment(), nullptr);
    Value made = message(scratch);
    if (made == Value::error()) return;
    heap::Fragment* fragment = heap::copy_out(scratch, made);
    if (fragment && !process::deliver(runtime.processes(), pid, fragment)) {
      heap::free_fragment(fragment);
    }
  });
}

Value Session::open_mailbox(std::string_view name,
                            std::function<void(heap::Heap&, Value, Value)> take,
                            std::function<void()> ended_call, Problem& problem) {
  Use use(*this, Use::Inside::allowed, problem);
  if (!use || !ready(problem)) return Value::nil();
  Value keyword = Value::keyword(runtime_->names().intern(name));
  process::ProcessTable& processes = runtime_->processes();
  if (!name.empty() && !processes.whereis(keyword).is_nil()) {
    problem = {"value", "another process has the name :" + std::string(name), {}};
    return Value::nil();
  }
  HostMailbox* mailbox = HostMailbox::create(*runtime_, std::move(take), std::move(ended_call));
  if (!mailbox || !processes.add(mailbox->process)) {
    if (mailbox) Task::destroy(mailbox->process);
    problem = {"limit", "there are too many processes", {}};
    return Value::nil();
  }
  mailbox->scheduling.daemon = true;
  if (!name.empty()) processes.register_name(keyword, mailbox->process.self);
  runtime_->scheduler().spawn(*mailbox);
  return mailbox->process.self;
}

void Session::kill(Value pid) {
  runtime_->inbox()->post([pid](Runtime& runtime) {
    process::Process* process = runtime.find(pid);
    if (process) process::send_kill(runtime.processes(), *process);
  });
}

void Session::look_up() {
  if (waits_for_mail_) runtime_->scheduler().stop();
}

bool Session::run_until(const std::function<bool()>& done, double milliseconds, Problem& problem) {
  if (done()) return true;
  Use use(*this, Use::Inside::refused, problem);
  if (!use || !ready(problem)) return false;
  Timed timed(*this, Limits::Kind::call, milliseconds, problem);
  if (!timed) return false;
  sched::Scheduler& scheduler = runtime_->scheduler();
  bool over = false;
  struct Clock {
    bool& over;
    sched::Scheduler& scheduler;
  } clock{over, scheduler};
  sched::Timer timer;
  timer.context = &clock;
  timer.fire = [](void* context) {
    auto& fired = *static_cast<Clock*>(context);
    fired.over = true;
    fired.scheduler.stop();
  };
  double ns = std::min(std::max(milliseconds, 0.0) * 1e6, 9e18);
  scheduler.add_timer(timer, scheduler.now_monotonic() + u64(ns));
  scheduler.hold();
  waits_for_mail_ = true;
  while (!done() && !over && !runtime_->limits().time_is_over() && ready(problem)) {
    scheduler.run();
  }
  waits_for_mail_ = false;
  scheduler.release();
  scheduler.cancel_timer(timer);
  timed.over(problem);
  return done();
}

// ---- Programs to their end -------------------------------------------------------------------

int Session::refused(const Problem& problem) {
  runtime_->write(vm::Handle::error, "lithe: " + problem.message + "\n");
  return -1;
}

int Session::run_to_end(Program program, RunFlags flags) {
  Problem problem;
  Use use(*this, Use::Inside::refused, problem);
  if (!use || !ready(problem)) return refused(problem);
  program.keep_going = flags.keep_going;
  program.show_values = flags.show_values;
  program.ends_main = true;
  Timed timed(*this, Limits::Kind::program, 0, problem);
  if (!timed) return refused(problem);
  program_ran_ = true;
  runtime_->set_calls_main(false);
  runtime_->main().begin(std::move(program));
  int exit_code = runtime_->run();
  if (runtime_->limits().time_is_over()) {
    timed.over(problem);
    runtime_->write(vm::Handle::error, problem.diagnostic);
  }
  return exit_code;
}

int Session::run_file(const std::string& path, RunFlags flags) {
  auto source = syntax::open_source(path);
  if (!source) {
    runtime_->write(vm::Handle::error, "lithe: " + source.error() + "\n");
    runtime_->flush_all();
    return 1;
  }
  return run_to_end(program_of(std::move(source).value(), path), flags);
}

int Session::check_file(const std::string& path) {
  auto source = syntax::open_source(path);
  if (!source) {
    runtime_->write(vm::Handle::error, "lithe: " + source.error() + "\n");
    runtime_->flush_all();
    return 1;
  }
  Program program = program_of(std::move(source).value(), path);
  Checker checker(*runtime_, path);
  program.on_form = [&checker](const syntax::Form& form) { return checker.wants_run(form); };
  program.on_error = [&checker, forms = program.forms](const syntax::Diagnostic& wrong) {
    checker.note_error(wrong, forms->failed_definition());
  };
  int exit_code = run_to_end(std::move(program), {.keep_going = true, .show_values = false});
  for (const syntax::Diagnostic& diagnostic : checker.finish()) {
    runtime_->report(diagnostic);
    exit_code = 1;
  }
  runtime_->flush_all();
  return exit_code;
}

int Session::run_text(std::string_view source, std::string_view name, RunFlags flags) {
  auto text = std::make_unique<syntax::TextSource>(std::string(name), std::string(source),
                                                   syntax::TextSource::Keep::file);
  return run_to_end(program_of(std::move(text), ""), flags);
}

int Session::run_input(RunFlags flags, std::function<void(bool)> prompt) {
  auto input = std::make_unique<syntax::FedSource>("<stdin>");
  syntax::FedSource* lines = input.get();
  Program program = program_of(std::move(input), "");
  program.input = lines;
  if (prompt) {
    program.before_input = [this, prompt = std::move(prompt)](bool inside_form) {
      runtime_->flush_all();
      prompt(inside_form);
    };
  }
  return run_to_end(std::move(program), flags);
}

int Session::run_dialogue() {
  Problem problem;
  eval(Dialogue::definitions(), "<dialogue>", [](heap::Heap&, Value) {}, problem);
  if (!problem.kind.empty()) return refused(problem);
  auto input = std::make_unique<syntax::FedSource>("<stdin>");
  syntax::FedSource* lines = input.get();
  Program program = program_of(std::move(input), "");
  program.input = lines;
  Dialogue dialogue(*runtime_);
  dialogue.join(program);
  return run_to_end(std::move(program), {.keep_going = true, .show_values = true});
}

std::vector<std::string> Session::names_with_prefix(std::string_view prefix) {
  Problem problem;
  Use use(*this, Use::Inside::allowed, problem);
  return use ? runtime_->names_with_prefix(prefix) : std::vector<std::string>();
}

bool Session::end_processes(Problem& problem) {
  Use use(*this, Use::Inside::refused, problem);
  if (!use || !ready(problem)) return false;
  runtime_->limits().end_all();
  runtime_->take_main_end();
  return true;
}

void Session::interrupt() { runtime_->interrupt(); }
void Session::stop(int exit_code) { runtime_->stop_program(exit_code); }

bool Session::dump(std::string_view stage, std::string_view function, std::string& out) {
  Problem problem;
  Use use(*this, Use::Inside::refused, problem);
  if (!use || !ready(problem)) {
    out = problem.message;
    return false;
  }
  auto name = runtime_->names().find(function);
  vm::Cell* cell = name ? runtime_->cells().find_user(*name) : nullptr;
  Value v = cell ? Value::from_bits(cell->value.load()) : Value::nil();
  if (!value::is_kind(v, value::Kind::closure)) {
    out = std::string(function) + " is not a function of the program";
    return false;
  }
  vm::Code* code = vm::current(vm::code_of(v));
  if (stage == "core") {
    out = core::print(*code->lambda, runtime_->names());
    return true;
  }
  if (stage == "bytecode") {
    if (!code->instructions && !vm::prepare(runtime_->main().process, *code)) {
      out = runtime_->diagnose(runtime_->main().process).message;
      return false;
    }
    out = bytecode::disassemble(code->function, runtime_->names());
    return true;
  }
  return runtime_->dump_native(stage, *code, out);
}

ControlC::ControlC(Session& session, bool ends_program) {
  auto interrupt = [](void* context) { static_cast<Session*>(context)->interrupt(); };
  // The exit code by which shells know a program that SIGINT ended: 128 + 2.
  auto stop = [](void* context) { static_cast<Session*>(context)->stop(130); };
  watch_ = ends_program ? std::make_unique<sched::InterruptWatch>(stop, &session, true)
                        : std::make_unique<sched::InterruptWatch>(interrupt, &session);
}
ControlC::~ControlC() = default;

}  // namespace lithe::runtime
