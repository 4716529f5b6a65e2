// SPDX-License-Identifier: Apache-2.0
// Errors as a person sees them.

#include "process/trace.hpp"
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

namespace {

using process::TraceEntry;
using Calls = std::vector<TraceEntry>;

/// In place of the calls of which only the number is known, which is `omitted`.
constexpr u32 no_line = ~u32{0};

/// The calls that an error has left, innermost first. One that was caught and thrown again has a
/// trace, and then goes on from where it was caught.
Calls calls_of(const process::Failure& failure) {
  Calls calls;
  auto leave_out = [&](u64 omitted, u32 i) {
    if (omitted != 0 && i == process::Failure::inner_frames)
      calls.push_back({0, {0, no_line, u32(omitted), 0}, TraceEntry::in_library});
  };
  if (value::is_kind(failure.value, value::Kind::error)) {
    Value word = failure.value.as_object()->get(process::trace_of_error);
    if (value::is_kind(word, value::Kind::vector)) {
      const value::Object& trace = *word.as_object();
      for (u32 i = 0; i < process::calls_in_trace(trace); i++) {
        leave_out(process::omitted_in_trace(trace), i);
        calls.push_back(process::call_in_trace(trace, i));
      }
    }
  }
  for (u32 i = 0; i < failure.kept(); i++) {
    leave_out(failure.omitted(), i);
    calls.push_back(failure.frame(i));
  }
  return calls;
}

/// "f, ", "a function in f, " or nothing.
std::string name_of_call_to_read(const TraceEntry& call, const base::NameTable& names) {
  std::string name(call.function ? names.text(call.function) : "");
  if (call.has(TraceEntry::without_a_name))
    return "a function" + (name.empty() ? name : " in " + name) + ", ";
  return name.empty() ? name : name + ", ";
}

bool same_line(const process::Place& a, const process::Place& b) {
  return a.source == b.source && a.line == b.line;
}

/// The call that tells most about an error at `place`: the nearest one outside of the function
/// that failed. Null: there is none, or it is on the line that is shown.
const TraceEntry* telling_call(const Calls& calls, const process::Place& place) {
  const TraceEntry* failed = nullptr;
  for (const TraceEntry& call : calls) {
    if (call.has(TraceEntry::in_library) || call.place.line == 0) continue;
    if (!failed) {
      failed = &call;
    } else if (call.function != failed->function || call.marks != failed->marks ||
               call.function == 0) {
      return same_line(call.place, place) ? nullptr : &call;
    }
  }
  return nullptr;
}

}  // namespace

std::string Runtime::place_to_read(const process::Place& place) {
  return syntax::render_place({place.source, place.line, place.column, place.length}, sources_);
}

void Runtime::add_calls(syntax::Diagnostic& diagnostic, const process::Failure& failure) {
  Calls calls = calls_of(failure);
  if (!options_.show_calls) {
    if (const TraceEntry* call = telling_call(calls, failure.place))
      diagnostic.calls.push_back("called from " + name_of_call_to_read(*call, names_) +
                                 place_to_read(call->place));
    return;
  }
  for (const TraceEntry& call : calls) {
    if (call.place.line == no_line) {
      diagnostic.calls.push_back("… " + std::to_string(call.place.column) + " calls");
    } else if (call.place.line != 0) {
      std::string name = name_of_call_to_read(call, names_);
      diagnostic.calls.push_back("in " + (name.empty() ? "a form, " : name) +
                                 place_to_read(call.place));
    }
  }
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
  add_calls(diagnostic, failure);
  return diagnostic;
}

}  // namespace lithe::runtime
