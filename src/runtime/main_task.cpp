// SPDX-License-Identifier: Apache-2.0

#include "runtime/main_task.hpp"

#include <cstdlib>
#include <new>

#include "base/memory_fault.hpp"
#include "heap/unit_registry.hpp"
#include "process/failure.hpp"
#include "runtime/runtime.hpp"
#include "vm/raise.hpp"

namespace lithe::runtime {

using sched::RunOutcome;
using vm::Stop;

MainTask* MainTask::create(Runtime& runtime) {
  constexpr std::size_t words =
      process::Process::first_stack_words + process::Process::first_heap_words;
  void* block = base::try_malloc(sizeof(MainTask) + words * sizeof(u64));
  if (!block) return nullptr;
  u64* stack = reinterpret_cast<u64*>(static_cast<char*>(block) + sizeof(MainTask));
  return new (block) MainTask(runtime, stack, stack + process::Process::first_stack_words);
}

void MainTask::begin(Program&& program) {
  program_.emplace(std::move(program));
  failures_ = 0;
  ending_ = false;
  process.served(process::request::interrupt);  // it was meant for what has ended
  runtime.scheduler().wake(*this);
}

void MainTask::interrupt() {
  process.ask(process::request::interrupt);
  runtime.scheduler().wake(*this);
}

bool MainTask::leave_form() {
  if (!program_ || !program_->input || !in_form_) return false;
  interrupt();
  return true;
}

// Also where it was about to go on: an interrupt may be met at any poll.
void MainTask::interrupt_wait() {
  bool dialogue = program_ && program_->input;
  if (in_form_) {
    process.served(process::request::interrupt);
    runtime.cancel_wait(process);
    vm::raise(process, vm::ErrorKind::interrupted, "interrupted");
    process.answer = Value::error();
  } else if (!program_) {
    process.served(process::request::interrupt);
  } else if (dialogue && blocked) {
    // At a prompt: what has been typed of a form is dropped.
    process.served(process::request::interrupt);
    runtime.cancel_wait(process);
    program_->forms->reader().abandon();
    runtime.write(vm::Handle::info, "\n");
  }
  // Between two forms the next one is meant.
}

void MainTask::forget_interrupt() {
  if (!program_ || !program_->input) return;  // it is meant for the rest of the text, too
  process.served(process::request::interrupt);
  process.reset_limits();
}

void MainTask::on_ended() {
  // It may have been ended while it waited: the compiler must not go on with its form.
  if (form_.code && runtime.machine().compiler) runtime.machine().compiler->forget(*form_.code);
  vm::retire_top_level(runtime, form_);
  runtime.note_main_ended();
  Task::on_ended();
}

RunOutcome MainTask::turn() {
  for (;;) {
    if (!program_) return RunOutcome::waiting;
    RunOutcome outcome;
    if (!in_form_) {
      if (!next_form(outcome)) return outcome;
      if (process.asked(process::request::interrupt)) interrupt_wait();
    }
    Stop stop = runtime.machine().resume(process);
    switch (stop) {
      case Stop::returned:
        form_returned();
        break;
      case Stop::failed:
        form_failed();
        break;
      default:
        if (stop == Stop::exited) form_over();
        return after(stop);
    }
    if (runtime.exiting()) return end(Value::keyword(base::name::normal));
  }
}

bool MainTask::next_form(RunOutcome& outcome) {
  if (ending_) {
    outcome = program_over();
    return false;
  }
  if (!program_->forms) return start_call(outcome);
  process::Process* before = runtime.macros().set_process(&process);
  auto form = program_->forms->next();
  runtime.macros().set_process(before);
  if (process.asked(process::request::kill)) {
    outcome = end(process.exit_reason);
    return false;
  }
  if (!form) {
    if (program_->input && program_->forms->reader().needs_input()) {
      wait_for_input();
      outcome = RunOutcome::waiting;
    } else {
      outcome = program_over();
    }
    return false;
  }
  syntax::Diagnostic error;
  if (!*form) {
    fail(form->error());
  } else if (program_->on_form && !program_->on_form(form->value())) {
    // It has been looked at.
  } else if (!runtime.load_form(process, form->value(), form_, error)) {
    fail(error);
  } else {
    in_form_ = true;
    form_span_ = form->value().root->span;
    runtime.machine().start(process, form_.closure, nullptr, 0);
    process.answer = Value::unbound();
    return true;
  }
  forget_interrupt();
  // The next turn goes on with the form behind it.
  outcome = RunOutcome::yielded;
  return false;
}

bool MainTask::start_call(RunOutcome& outcome) {
  if (!program_->start) {
    outcome = program_over();
    return false;
  }
  auto start = std::exchange(program_->start, nullptr);
  process.answer = Value::unbound();
  form_span_ = {};
  if (start(process)) return in_form_ = true;
  fail(runtime.diagnose(process));
  outcome = RunOutcome::yielded;
  return false;
}

void MainTask::form_returned() {
  Value result = process.answer;
  // The values of an imported file's forms are nobody's.
  if (program_->forms && program_->forms->importing()) return form_over();
  if (program_->on_value) {
    program_->on_value(result);
    result = process.answer;  // it may have moved
  }
  if (program_->show_values) {
    std::string text = runtime.print_until_asked(process, result);
    if (process.asked(process::request::interrupt)) {
      fail(syntax::make_error("interrupted", form_span_, "interrupted"));
    } else {
      runtime.show_value(text);
    }
  }
  form_over();
}

void MainTask::form_failed() {
  if (runtime.exiting()) return form_over();
  syntax::Diagnostic diagnostic = runtime.diagnose(process);
  // A library function that the form ends with has taken the form's frame.
  if (diagnostic.span.line == 0) diagnostic.span = form_span_;
  fail(diagnostic, program_->on_failure ? vm::take_failure(process) : Value::unbound());
  form_over();
}

void MainTask::form_over() {
  in_form_ = false;
  forget_interrupt();
  process.exec.stack_top = process.stack_begin;
  process.exec.root_frames = nullptr;
  process.position = {};
  process.answer = Value::unbound();
  if (form_.code && runtime.machine().compiler) runtime.machine().compiler->forget(*form_.code);
  vm::retire_top_level(runtime, form_);
  form_.closure = Value::nil();
  runtime.collect_retired(process);
}

void MainTask::fail(const syntax::Diagnostic& diagnostic, Value thrown) {
  failures_++;
  if (program_->forms) program_->forms->note_failure();
  runtime.exit_code = 1;
  if (program_->on_error) {
    program_->on_error(diagnostic);
  } else {
    runtime.report(diagnostic);
  }
  if (program_->on_failure) program_->on_failure(diagnostic, thrown);
  if (!program_->keep_going) ending_ = true;
}

RunOutcome MainTask::program_over() {
  bool ends = program_->ends_main;
  bool failed = ending_;
  program_.reset();
  if (!ends) {
    runtime.scheduler().stop();
    return RunOutcome::waiting;
  }
  if (failed || runtime.options().main_only) runtime.scheduler().stop();
  return end(Value::keyword(base::name::normal));
}

void MainTask::wait_for_input() {
  bool inside = program_->forms->reader().inside_form();
  if (program_->before_input) program_->before_input(inside);
  blocked = true;
  make_waiting().operation = program_->read_line ? program_->read_line(inside, line_came, this)
                                                 : runtime.read_input(line_came, this);
}

void MainTask::line_came(void* task, io::Line&& line) {
  auto& self = *static_cast<MainTask*>(task);
  self.waiting->operation = nullptr;
  if (!line) {
    self.runtime.write(vm::Handle::error,
                       "lithe: reading standard input failed: " + line.error().text + "\n");
    self.runtime.exit_code = 1;
    self.program_->input->close();
  } else if (!line.value()) {
    self.program_->input->close();
  } else {
    self.program_->input->feed(*line.value() + "\n");
  }
  self.unblock();
}

}  // namespace lithe::runtime
