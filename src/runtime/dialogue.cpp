// SPDX-License-Identifier: Apache-2.0

#include "runtime/dialogue.hpp"

#include <unistd.h>

#include "base/version.hpp"
#include "io/operation.hpp"
#include "runtime/edited_input.hpp"
#include "runtime/main_task.hpp"
#include "runtime/runtime.hpp"
#include "vm/globals.hpp"

namespace lithe::runtime {

namespace {

// The assignments make the variables ones that a process may have its own values of.
constexpr std::string_view definitions_text = R"lithe(
(def *1 nil) (def *2 nil) (def *3 nil) (def *e nil)
(begin (set! *1 nil) (set! *2 nil) (set! *3 nil) (set! *e nil))

(def trace ((e *e))
  (cond ((nil? e) (say "there was no error yet"))
        ((not (type/is? e "ERROR")) (say "this is no error value, it has no trace:" e))
        (else
         (say (str (error/kind e) ": " (error/message e)))
         (each (fun (call)
                 (match call
                   ((list :omitted n) (say "  …" n "calls"))
                   ((list name file line column)
                    (say (str "  in " (if name name "a form") ", " file ":" line ":" column)))))
               (error/trace e)))))

(def help ()
  (say "What you type is read form by form; each value is printed behind =>.

  *1 *2 *3          the last three results       *e  the last error
  (trace)           the calls that led to *e
  (doc f)           what f does                  (doc 'when) for what is no function
  (apropos \"sort\")  the names that contain a text
  (explain f)       why f may wait or not, and how it is run
  (time e)          how long an expression takes
  (include \"file.lt\")  the forms of a file
  (sys/exit)        leave, as Ctrl-D on an empty line does

On a terminal: Tab completes a name, the arrow keys and Ctrl-R find earlier lines, Ctrl-C drops what
is typed or stops what is evaluated."))
)lithe";

constexpr std::string_view first_prompt = "lithe> ";
constexpr std::string_view further_prompt = "...    ";

/// More than a line printer.
bool is_screen(int descriptor) {
  const char* kind = io::environment("TERM");
  return isatty(descriptor) && kind && *kind && std::string_view(kind) != "dumb";
}

/// Colours are wanted on that descriptor (https://no-color.org), and understood there.
bool takes_colour(int descriptor) {
  const char* no_colour = io::environment("NO_COLOR");
  return is_screen(descriptor) && (!no_colour || !*no_colour);
}

}  // namespace

Dialogue::Dialogue(Runtime& runtime)
    : runtime_(runtime), terminal_(isatty(0) && !runtime.options().sink) {
  if (runtime.options().sink) return;
  runtime_.set_colour(vm::Handle::info, takes_colour(1));
  runtime_.set_colour(vm::Handle::error, takes_colour(2));
}

Dialogue::~Dialogue() {
  if (edited_) edited_->stop();
  runtime_.set_colour(vm::Handle::info, false);
  runtime_.set_colour(vm::Handle::error, false);
}

std::string_view Dialogue::definitions() { return definitions_text; }

void Dialogue::join(Program& program) {
  program.on_value = [this](Value result) { keep_result(result); };
  program.on_failure = [this](const syntax::Diagnostic& diagnostic, Value thrown) {
    keep_error(diagnostic, thrown);
  };
  if (!terminal_) return;
  greet();
  if (edit_lines(program)) return;
  program.before_input = [this](bool inside_form) { prompt(inside_form); };
}

void Dialogue::keep(std::string_view variable, Value value) {
  vm::Cell& cell = runtime_.cells().user(runtime_.names().intern(variable));
  vm::set_global(runtime_.main().process, cell, value);
}

void Dialogue::keep_result(Value result) {
  process::Process& process = runtime_.main().process;
  heap::Root newest(process.heap, result);
  auto variable = [&](std::string_view name) {
    return vm::read_global(process, runtime_.cells().user(runtime_.names().intern(name)), false);
  };
  // An error: the program has made it something of which there is no memory for a copy.
  if (Value second = variable("*2"); second != Value::error()) keep("*3", second);
  if (Value first = variable("*1"); first != Value::error()) keep("*2", first);
  keep("*1", newest);
}

void Dialogue::keep_error(const syntax::Diagnostic& diagnostic, Value thrown) {
  process::Process& process = runtime_.main().process;
  // A form that could not be read or expanded has thrown nothing.
  if (thrown == Value::unbound()) {
    u32 kind = runtime_.names().intern(diagnostic.kind);
    thrown = process.heap.make_error(Value::keyword(kind), diagnostic.message);
  }
  keep("*e", thrown);
}

void Dialogue::greet() {
  std::string text = "lithe ";
  text += base::version;
  runtime_.write(vm::Handle::info, text + "  (help) for help, Ctrl-D to leave\n");
}

bool Dialogue::edit_lines(Program& program) {
  if (runtime_.options().read_line || !is_screen(0) || !is_screen(1)) return false;
  std::string why_not;
  auto opened = EditedInput::open(runtime_, why_not);
  if (!opened) {
    runtime_.write(vm::Handle::error, "lithe: lines cannot be edited: " + why_not + "\n");
    return false;
  }
  EditedInput* input = edited_ = opened.get();
  runtime_.set_edited_input(std::move(opened));
  program.read_line = [input](bool inside_form, io::LineDone done, void* context) {
    return inside_form ? input->read(EditedInput::What::rest_of_form, further_prompt, done, context)
                       : input->read(EditedInput::What::form, first_prompt, done, context);
  };
  return true;
}

void Dialogue::prompt(bool inside_form) {
  runtime_.flush_all();
  // Past the buffered output: a value that follows a prompt needs no line end in front of it.
  (void)io::write_all(1, inside_form ? further_prompt : first_prompt);
}

}  // namespace lithe::runtime
