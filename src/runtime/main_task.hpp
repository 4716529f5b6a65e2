// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "expand/expanded_forms.hpp"
#include "io/line_reader.hpp"
#include "runtime/task.hpp"
#include "syntax/char_source.hpp"
#include "vm/loader.hpp"

namespace lithe::runtime {

/// A text for the main process to evaluate, form by form.
struct Program {
  expand::ExpandedForms* forms = nullptr;
  std::unique_ptr<expand::ExpandedForms> own_forms;  ///< empty: another owns `forms`
  /// Instead of forms: puts a call into the process's empty stack. => false: its error is set.
  std::function<bool(process::Process&)> start;
  /// Set if the text comes from the runtime's standard input, a line at a time, while other
  /// processes run. Owned by `own_forms`.
  syntax::FedSource* input = nullptr;
  bool keep_going = false;   ///< goes on after an error
  bool show_values = false;  ///< INFO gets the value of each form
  bool ends_main = false;    ///< the main process ends after it
  /// Called before the program waits for a line of input: for prompts.
  std::function<void(bool inside_form)> before_input;
  /// Called with each expanded form; false: it is not run. May be empty.
  std::function<bool(const syntax::Form&)> on_form;
  /// Starts reading a line, instead of before_input and standard input's own way. May be empty.
  std::function<io::Operation*(bool inside_form, io::LineDone done, void* context)> read_line;
  /// Called with each value; its memory is the process's. May be empty.
  std::function<void(Value)> on_value;
  /// Takes the diagnostics instead of ERROR. May be empty.
  std::function<void(const syntax::Diagnostic&)> on_error;
  /// Called with each failure and what was thrown, or Value::unbound() where a form could not be
  /// run at all; that value's memory is the process's. May be empty.
  std::function<void(const syntax::Diagnostic&, Value thrown)> on_failure;
};

/// The main process: it evaluates top-level forms, one after the other, each to its end.
class MainTask final : public Task {
 public:
  static MainTask* create(Runtime& runtime);

  /// Gives it a program; the one before has ended. The caller runs the scheduler.
  void begin(Program&& program);
  /// The program has come to its end (or there is none).
  bool idle() const { return !program_; }
  /// Forms that failed since begin().
  u64 failures() const { return failures_; }
  /// Stops what is evaluated. Any thread.
  void interrupt();
  /// Interrupts the form if there may be another one: a dialogue outlives a form that waits for
  /// ever. => false: there may be none.
  bool leave_form();

 private:
  MainTask(Runtime& runtime, u64* stack, u64* heap) : Task(runtime, stack, heap) {
    ends_with_call = false;
  }

  sched::RunOutcome turn() override;
  void interrupt_wait() override;
  void on_ended() override;
  /// In a dialogue an interrupt was meant for a form that is over.
  void forget_interrupt();
  /// Reads, expands and loads the next form. => false: `outcome` is what the turn comes to.
  bool next_form(sched::RunOutcome& outcome);
  bool start_call(sched::RunOutcome& outcome);
  void form_returned();
  void form_failed();
  void form_over();
  sched::RunOutcome program_over();
  void fail(const syntax::Diagnostic& diagnostic, Value thrown = Value::unbound());
  static void line_came(void* task, io::Line&& line);
  void wait_for_input();

  std::optional<Program> program_;
  vm::TopLevel form_;
  syntax::Span form_span_;
  bool in_form_ = false;
  bool ending_ = false;  ///< a script's error: no further form
  u64 failures_ = 0;
};

}  // namespace lithe::runtime
