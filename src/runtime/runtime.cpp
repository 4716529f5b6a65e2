// SPDX-License-Identifier: Apache-2.0
// Set-up, running, output, waiting: what connects the parts. Evaluation is in evaluation.cpp,
// processes in spawning.cpp.

#include "runtime/runtime.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <random>

#include "base/memory_fault.hpp"
#include "base/random.hpp"
#include "base/utf8.hpp"
#include "io/job.hpp"
#include "process/failure.hpp"
#include "process/signals.hpp"
#include "runtime/edited_input.hpp"
#include "runtime/host_input.hpp"
#include "runtime/jit.hpp"
#include "runtime/main_task.hpp"
#include "sched/worker.hpp"
#include "vm/outside_work.hpp"
#include "vm/process_watcher.hpp"

namespace lithe::runtime {

namespace {

/// What has been waiting this long gives memory back that it does not use.
constexpr double idle_ms = 500;
/// Output is written after that long at the latest, though nobody waits.
constexpr double most_pending_ms = 5;

sched::Scheduler::Options scheduler_options() {
  return {.slices = sched::SliceOptions::from_environment(), .end_when_stalled = true};
}

/// What the account may give away of the memory that the host allows: a quarter stays for what is
/// not counted (free lists of allocators, what a form is read and expanded in, bursts between two
/// looks).
u64 planned(u64 allowed) { return allowed - allowed / 4; }

std::unique_ptr<sched::Scheduler> make_scheduler() {
  auto scheduler = sched::make_scheduler_from_environment(scheduler_options());
  return scheduler ? std::move(scheduler) : sched::make_scheduler(scheduler_options());
}

}  // namespace

Runtime::Runtime(Options options)
    : options_(std::move(options)),
      primitive_names_(names_),
      account_(options_.max_memory_bytes ? planned(options_.max_memory_bytes)
                                         : heap::MemoryAccount::default_ceiling()),
      heap_environment_{account_, units_, names_, heap::HeapOptions::from_environment()},
      scheduler_(make_scheduler()),
      processes_(*this, options_.max_processes ? options_.max_processes
                                               : process::ProcessTable::slot_limit),
      natives_(builtins::natives_without(options_.refused)),
      machine_(*this, natives_.data()),
      effects_(*this),
      analyzer_(names_, primitive_names_, *this),
      macros_(*this),
      expander_(names_, macros_),
      includer_(make_includer(options_)),
      library_(names_),
      standard_output_(1),
      standard_error_(2) {
  names_.count_in(account_.counter());
  if (io::environment("LITHE_TRACE_HASH")) options_.trace_hash = true;
  machine_.jit = options_.jit;
  if (options_.native_plugin.empty()) options_.native_plugin = Jit::find_plugin();
  machine_.jit.enabled = machine_.jit.enabled && !options_.native_plugin.empty();
  if (machine_.jit.enabled) jit_ = std::make_unique<Jit>(*this, options_.native_plugin);
  machine_.compiler = jit_.get();
  sweep_.fire = sweep_idle;
  sweep_.context = this;
  scheduler_->add_housekeeping(sweep_);
  flush_.fire = before_sleep;
  flush_.context = this;
  scheduler_->add_housekeeping(flush_);
  scheduler_->on_idle(before_sleep, this);
  // A million bits: whatever is computed with two such takes some 10 ms at most.
  if (options_.max_time_ms > 0) heap_environment_.most_limbs = u64{1} << 14;
  if (!start_main()) base::end_without_memory("the main process");
}

bool Runtime::start_main() {
  MainTask* main = MainTask::create(*this);
  if (!main) return false;
  if (!processes_.add(main->process)) {
    Task::destroy(main->process);
    return false;
  }
  if (options_.max_heap_bytes) main->process.heap.set_memory_limit(options_.max_heap_bytes);
  scheduler_->spawn(*main);
  std::lock_guard lock(main_mutex_);
  main_ = main;
  return true;
}

Runtime::~Runtime() {
  inbox_->close();
  jit_.reset();
  machine_.compiler = nullptr;
  scheduler_->cancel_timer(sweep_);
  scheduler_->cancel_timer(flush_);
  processes_.for_each([](process::Process& process) { Task::destroy(process); });
  edited_input_.reset();
  standard_input_.reset();
}

int Runtime::run() {
  sched::Finish finish;
  do {
    finish = scheduler_->run();
    if (finish == sched::Finish::stalled && !exiting_) {
      write(vm::Handle::error, "lithe: every process waits for a message that nobody can send\n");
      exit_code = 1;
    }
  } while (finish == sched::Finish::stalled && !exiting_ && main_ && main_->leave_form());
  if (options_.trace_hash) {
    char text[40];
    std::snprintf(text, sizeof text, "trace-hash: %016llx\n",
                  static_cast<unsigned long long>(scheduler_->trace_hash()));
    write(vm::Handle::error, text);
  }
  if (stopping()) exit_code = stop_code_.load();
  if (!flush_all() && exit_code == 0) exit_code = 1;
  return exit_code;
}

void Runtime::interrupt() {
  std::lock_guard lock(main_mutex_);
  if (main_) main_->interrupt();
}

bool Runtime::is_main(const Task& task) const { return &task == main_; }

void Runtime::note_main_ended() {
  {
    std::lock_guard lock(main_mutex_);
    main_ = nullptr;
  }
  // Whoever called it does not wait for the others.
  if (calls_main_) scheduler_->stop();
}

void Runtime::stop_program(int code) {
  stop_code_.store(code);
  scheduler_->post(
      [](void* context) {
        auto& runtime = *static_cast<Runtime*>(context);
        runtime.exit_program(runtime.stop_code_.load());
      },
      this);
  scheduler_->preempt_current();
}

// ---- Output ------------------------------------------------------------------------------

void Runtime::write(vm::Handle handle, std::string_view text) {
  if (scheduler_->stepping()) scheduler_->note_event(std::hash<std::string_view>{}(text));
  if (options_.sink) return options_.sink(handle, text);
  io::Output& output = handle == vm::Handle::error ? standard_error_ : standard_output_;
  if (&output == &standard_output_ && !text.empty()) {
    // A value starts on a line of its own, whatever the program has printed.
    if (handle == vm::Handle::info && !at_line_start_) (void)output.append("\n");
    at_line_start_ = text.back() == '\n';
  }
  auto done = output.append(text);
  if (output.pending() && !flush_.armed()) flush_soon();
  if (done) return;
  output_lost_ = true;
  if (handle == vm::Handle::error) return;
  (void)standard_error_.append("lithe: writing the output failed: " + done.error().text + "\n");
  exit_program(exit_code != 0 ? exit_code : 1);  // it would run for nobody
}

bool Runtime::flush(vm::Handle handle, std::string& error) {
  if (options_.sink) return true;
  io::Output& output = handle == vm::Handle::error ? standard_error_ : standard_output_;
  auto done = output.flush();
  if (done) return true;
  error = done.error().text;
  output_lost_ = true;
  if (handle != vm::Handle::error) exit_program(exit_code != 0 ? exit_code : 1);
  return false;
}

// A process that runs on and on must not keep back what others have printed, nor what it has
// printed itself. The stepping scheduler has no time that passes outside.
void Runtime::flush_soon() {
  if (!scheduler_->stepping()) scheduler_->add_timer(flush_, deadline(most_pending_ms));
}

bool Runtime::flush_all() {
  scheduler_->cancel_timer(flush_);
  std::string error;
  bool complete = flush(vm::Handle::standard_output, error);
  if (!complete) write(vm::Handle::error, "lithe: writing the output failed: " + error + "\n");
  complete = flush(vm::Handle::error, error) && complete;
  return complete && !output_lost_;
}

void Runtime::before_sleep(void* runtime) { static_cast<Runtime*>(runtime)->flush_all(); }

std::string Runtime::print(Value v, bool display, u64 max_bytes) {
  std::string text;
  value::print(v, names_, this, text, {.display = display, .max_bytes = max_bytes});
  return text;
}

std::string Runtime::print_until_asked(const process::Process& asking, Value v) {
  vm::ProcessWatcher watcher(asking, *this);
  std::string text;
  value::print(v, names_, this, text, {.watcher = &watcher});
  return text;
}

const char* Runtime::environment(const std::string& name) { return io::environment(name); }

void Runtime::exit_program(int code) {
  exit_code = code;
  exiting_ = true;
  scheduler_->stop();
}

u64 Runtime::bytes_of(process::Process& process) { return Task::of(process).bytes_held(); }

double Runtime::wall_clock_ms() { return double(scheduler_->now_wall()) / 1e6; }
u64 Runtime::random_seed() {
  if (scheduler_->stepping()) return base::next_random(random_seeds_);
  std::random_device device;
  return u64{device()} << 32 | device();
}

i64 Runtime::monotonic_ns() { return i64(scheduler_->now_monotonic()); }

io::Operation* Runtime::read_input(io::LineDone done, void* context) {
  if (options_.read_line) return read_host_line(*this, done, context);
  if (!standard_input_) standard_input_ = std::make_unique<io::LineReader>(*scheduler_, 0);
  return standard_input_->read(done, context);
}

void Runtime::set_edited_input(std::unique_ptr<EditedInput> input) {
  edited_input_ = std::move(input);
}

// ---- Waiting -----------------------------------------------------------------------------

u64 Runtime::deadline(double milliseconds) {
  u64 now = scheduler_->now_monotonic();
  double ns = std::min(milliseconds * 1e6, 9e18);
  return now + u64(ns);
}

void Runtime::park(process::Process& process, bool runnable) {
  Task& task = Task::of(process);
  if (!runnable) note_waiting(task);
  do {
    sched::park_current(runnable ? sched::RunOutcome::yielded : sched::RunOutcome::waiting);
    process.exec.slice_limit = sched::Worker::current()->native_limit();
    if (process.mailbox.has_arrivals()) process::take_signals(processes_, process);
    if (!runnable && process.asked(process::request::interrupt)) task.interrupt_wait();
  } while (task.blocked && !process.asked(process::request::kill));
  process.reset_limits();
}

bool Runtime::needs_further_slice(process::Process& process) {
  return reinterpret_cast<u64>(__builtin_frame_address(0)) < process.exec.slice_limit + 1024;
}

bool Runtime::call_on_further_slice(process::Process& process, void (*function)(void*),
                                    void* argument) {
  struct Call {
    process::Process& process;
    void (*function)(void*);
    void* argument;
  } call{process, function, argument};
  u64 outer = process.exec.slice_limit;
  bool ran = sched::call_on_further_slice(
      [](void* context) {
        Call& call = *static_cast<Call*>(context);
        call.process.exec.slice_limit = sched::Worker::current()->native_limit();
        call.process.reset_limits();
        call.function(call.argument);
      },
      &call);
  process.exec.slice_limit = outer;
  process.reset_limits();
  return ran;
}

bool Runtime::wants_yield(process::Process&) { return scheduler_->should_yield_at_poll(); }

void Runtime::take_signals(process::Process& process) {
  process::take_signals(processes_, process);
}

void Runtime::wake(process::Process& process) { scheduler_->wake(Task::of(process)); }

void Runtime::start_receive_timer(process::Process& process, double milliseconds) {
  Task& task = Task::of(process);
  Waiting& waiting = task.make_waiting();
  waiting.timer_fired = milliseconds == 0;
  if (waiting.timer_fired) return;
  waiting.timer.context = &task;
  waiting.timer.fire = [](void* context) {
    Task& fired = *static_cast<Task*>(context);
    fired.waiting->timer_fired = true;
    fired.runtime.scheduler().wake(fired);
  };
  scheduler_->add_timer(waiting.timer, deadline(milliseconds));
}

void Runtime::cancel_receive_timer(process::Process& process) {
  Task& task = Task::of(process);
  if (!task.waiting) return;
  scheduler_->cancel_timer(task.waiting->timer);
  task.waiting->timer_fired = false;
}

bool Runtime::receive_timer_fired(process::Process& process) {
  Task& task = Task::of(process);
  return task.waiting && std::exchange(task.waiting->timer_fired, false);
}

void Runtime::wait_sleep(process::Process& process, double milliseconds) {
  Task& task = Task::of(process);
  Waiting& waiting = task.make_waiting();
  task.blocked = true;
  waiting.timer.context = &task;
  waiting.timer.fire = [](void* context) {
    Task& fired = *static_cast<Task*>(context);
    fired.process.answer = Value::nil();
    fired.unblock();
  };
  scheduler_->add_timer(waiting.timer, deadline(milliseconds));
}

namespace {

/// An operation has failed: its process gets an error of kind :io.
void answer_error(Task& task, const std::string& message) {
  Value error = task.process.heap.make_error(Value::keyword(base::name::io), message);
  task.process.make_failure().start(error, {});
  task.process.answer = Value::error();
}

void answer_text(Task& task, const std::string& text) {
  Value made = task.process.heap.make_string(text);
  if (made == Value::error()) return answer_error(task, "no memory for what was read");
  task.process.answer = made;
}

void answer_line(Task& task, io::Line& line) {
  if (!line) return answer_error(task, "read-line: " + line.error().text);
  if (!line.value()) {
    task.process.answer = Value::nil();
  } else if (size_t valid = base::utf8::validate(*line.value()); valid < line.value()->size()) {
    answer_error(task, fmt::format("read-line: the line is not UTF-8 from byte {} on", valid));
  } else {
    answer_text(task, *line.value());
  }
}

}  // namespace

namespace {

struct OutsideJob final : io::Job {
  explicit OutsideJob(std::unique_ptr<vm::OutsideWork> work) : work(std::move(work)) {}
  void run(const io::Cancelled& cancelled) override { work->run(cancelled); }
  void refuse(io::Error error) override { work->refuse(std::move(error.text)); }
  std::unique_ptr<vm::OutsideWork> work;
};

}  // namespace

void Runtime::wait_outside(process::Process& process, std::unique_ptr<vm::OutsideWork> work) {
  Task& task = Task::of(process);
  task.blocked = true;
  auto done = [](void* context, std::unique_ptr<io::Job> job) {
    Task& finished = *static_cast<Task*>(context);
    finished.waiting->operation = nullptr;
    finished.process.answer = static_cast<OutsideJob&>(*job).work->answer(finished.process);
    finished.unblock();
  };
  task.make_waiting().operation =
      io::start_job(*scheduler_, std::make_unique<OutsideJob>(std::move(work)), done, &task);
}

void Runtime::wait_read_line(process::Process& process) {
  Task& task = Task::of(process);
  task.blocked = true;
  auto done = [](void* context, io::Line&& line) {
    Task& finished = *static_cast<Task*>(context);
    finished.waiting->operation = nullptr;
    answer_line(finished, line);
    finished.unblock();
  };
  task.make_waiting().operation =
      edited_input_ && !edited_input_->stopped()
          ? edited_input_->read(EditedInput::What::plain, {}, done, &task)
          : read_input(done, &task);
}

void Runtime::cancel_wait(process::Process& process) {
  Task& task = Task::of(process);
  task.blocked = false;
  cancel_receive_timer(process);
  if (task.waiting && task.waiting->operation) {
    task.waiting->operation->cancel();
    task.waiting->operation = nullptr;
  }
}

// ---- Memory of those who wait --------------------------------------------------------------

void Runtime::note_waiting(Task& task) {
  if (task.listed_idle) return;
  task.listed_idle = true;
  idle_.push_back(task.process.self);
  if (!sweep_.armed()) scheduler_->add_timer(sweep_, deadline(idle_ms));
}

void Runtime::sweep_idle(void* context) {
  Runtime& runtime = *static_cast<Runtime*>(context);
  std::vector<Value> listed = std::exchange(runtime.idle_, {});
  for (Value pid : listed) {
    process::Process* process = runtime.find(pid);
    if (!process) continue;
    Task& task = Task::of(*process);
    task.listed_idle = false;
    if (task.idles()) process->shrink_idle();
  }
}

bool Runtime::account_native(process::Process& process, i64 bytes) {
  if (bytes <= 0) {
    account_.remove(u64(-bytes));
    return true;
  }
  u64 limit = process.heap.memory_limit();
  u64 used = process.bytes();
  if (!account_.has_room(u64(bytes)) || used > limit || u64(bytes) > limit - used) return false;
  account_.add(u64(bytes));
  return true;
}

}  // namespace lithe::runtime
