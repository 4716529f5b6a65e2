// SPDX-License-Identifier: Apache-2.0

#include "runtime/session.hpp"

#include "bytecode/disassembler.hpp"
#include "core/printer.hpp"
#include "runtime/main_task.hpp"
#include "runtime/runtime.hpp"
#include "sched/interrupt.hpp"
#include "value/object.hpp"

namespace lithe::runtime {

Session::Session(Options options) : runtime_(std::make_unique<Runtime>(std::move(options))) {}
Session::~Session() = default;

bool Session::eval(std::string_view source, std::string_view name, std::string& printed,
                   std::string& error) {
  Program program;
  auto text = std::make_unique<syntax::TextSource>(std::string(name), std::string(source),
                                                   syntax::TextSource::Keep::snippet);
  program.forms =
      std::make_unique<expand::ExpandedForms>(runtime_->pipeline_parts(), std::move(text), "");
  return evaluate(std::move(program), printed, error);
}

bool Session::eval_file(const std::string& path, std::string& printed, std::string& error) {
  auto source = syntax::open_source(path);
  if (!source) {
    error = "lithe: " + source.error() + "\n";
    return false;
  }
  Program program;
  program.forms = std::make_unique<expand::ExpandedForms>(runtime_->pipeline_parts(),
                                                          std::move(source).value(), path);
  return evaluate(std::move(program), printed, error);
}

bool Session::evaluate(Program program, std::string& printed, std::string& error) {
  program.on_value = [&](Value v) { printed = runtime_->print(v, false); };
  program.on_error = [&](const syntax::Diagnostic& diagnostic) {
    error += syntax::render(diagnostic, runtime_->sources());
  };
  MainTask& main = runtime_->main();
  main.begin(std::move(program));
  runtime_->scheduler().run();
  return main.failures() == 0;
}

int Session::run_to_end(Program program, RunFlags flags) {
  program.keep_going = flags.keep_going;
  program.show_values = flags.show_values;
  program.ends_main = true;
  runtime_->main().begin(std::move(program));
  return runtime_->run();
}

int Session::run_file(const std::string& path, RunFlags flags) {
  auto source = syntax::open_source(path);
  if (!source) {
    runtime_->write(vm::Handle::error, "lithe: " + source.error() + "\n");
    runtime_->flush_all();
    return 1;
  }
  Program program;
  program.forms = std::make_unique<expand::ExpandedForms>(runtime_->pipeline_parts(),
                                                          std::move(source).value(), path);
  return run_to_end(std::move(program), flags);
}

int Session::run_text(std::string_view source, std::string_view name, RunFlags flags) {
  Program program;
  auto text = std::make_unique<syntax::TextSource>(std::string(name), std::string(source),
                                                   syntax::TextSource::Keep::file);
  program.forms =
      std::make_unique<expand::ExpandedForms>(runtime_->pipeline_parts(), std::move(text), "");
  return run_to_end(std::move(program), flags);
}

int Session::run_input(RunFlags flags, std::function<void(bool)> prompt) {
  Program program;
  auto input = std::make_unique<syntax::FedSource>("<stdin>");
  program.input = input.get();
  program.forms =
      std::make_unique<expand::ExpandedForms>(runtime_->pipeline_parts(), std::move(input), "");
  if (prompt) {
    program.before_input = [this, prompt = std::move(prompt)](bool inside_form) {
      runtime_->flush_all();
      prompt(inside_form);
    };
  }
  return run_to_end(std::move(program), flags);
}

void Session::interrupt() { runtime_->interrupt(); }
void Session::stop(int exit_code) { runtime_->stop_program(exit_code); }

bool Session::dump(std::string_view stage, std::string_view function, std::string& out) {
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
