// SPDX-License-Identifier: Apache-2.0
// Errors as a person sees them.

#include "process/failure.hpp"
#include "runtime/runtime.hpp"
#include "value/object.hpp"
#include "value/text.hpp"

namespace lithe::runtime {

void Runtime::show_value(const std::string& text) {
  write(vm::Handle::info,
        values_in_colour_ ? "\x1b[36m=> " + text + "\x1b[0m\n" : "=> " + text + "\n");
}

void Runtime::set_colour(vm::Handle handle, bool wanted) {
  if (handle == vm::Handle::info) values_in_colour_ = wanted;
  if (handle == vm::Handle::error)
    diagnostic_ink_ = wanted ? syntax::Ink::terminal : syntax::Ink::none;
}

void Runtime::report(const syntax::Diagnostic& diagnostic) {
  std::string ignored;
  flush(vm::Handle::standard_output, ignored);  // what was said before the error comes before it
  write(vm::Handle::error, syntax::render(diagnostic, sources_, diagnostic_ink_));
}

syntax::Diagnostic Runtime::diagnose(process::Process& process) {
  const process::Failure& failure = *process.failure;
  syntax::Diagnostic diagnostic;
  diagnostic.span = {failure.place.source, failure.place.line, failure.place.column,
                     failure.place.length};
  if (value::is_kind(failure.value, value::Kind::error)) {
    const value::Object* error = failure.value.as_object();
    Value kind = error->get(0), message = error->get(1);
    if (kind.is_keyword()) diagnostic.kind = names_.text(kind.name());
    diagnostic.message =
        value::is_string(message) ? std::string(value::text(message)) : print(message, true);
  } else {
    diagnostic.message = "uncaught: " + print(failure.value, false, most_shown_of_reason);
  }
  return diagnostic;
}

}  // namespace lithe::runtime
