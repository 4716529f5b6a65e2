// SPDX-License-Identifier: Apache-2.0
// Error values, and the errors that forms and the library raise.

#include <fmt/format.h>

#include <algorithm>

#include "base/edit_distance.hpp"
#include "base/utf8.hpp"
#include "builtins/building.hpp"
#include "builtins/builtins.hpp"
#include "builtins/failing.hpp"
#include "process/trace.hpp"
#include "value/text.hpp"

namespace lithe::builtins {

namespace {

// Words of an error object (value/kinds.def).
enum Word : u32 { kind_word, message_word, data_word, location_word, trace_word, error_words };

Value word_of(NativeCall& call, Word word) {
  if (!value::is_kind(call[0], value::Kind::error)) return call.wrong_type(0, "an error");
  return call[0].as_object()->get(word);
}

}  // namespace

Value error_new(NativeCall& call) {
  if (!call[0].is_keyword()) return call.wrong_type(0, "a keyword");
  if (!value::is_string(call[1])) return call.wrong_type(1, "a string");
  value::Object* error = call.heap().allocate(value::Kind::error, error_words);
  error->init(kind_word, call[0]);
  error->init(message_word, call[1]);
  error->init(data_word, call.given(2) ? call[2] : Value::nil());
  error->init(location_word, Value::nil());
  error->init(trace_word, Value::empty_list());
  return Value::object(error, false);
}

Value error_kind(NativeCall& call) { return word_of(call, kind_word); }
Value error_message(NativeCall& call) { return word_of(call, message_word); }
Value error_data(NativeCall& call) { return word_of(call, data_word); }

namespace {

/// What the program sees as the name of a call: a symbol; a text for a function without a name;
/// nil for a form. => Value::error(): no memory.
Value name_of(NativeCall& call, const process::TraceEntry& entry) {
  Value name = entry.function ? Value::symbol(entry.function) : Value::nil();
  if (!entry.has(process::TraceEntry::without_a_name)) return name;
  std::string text = "a function";
  if (entry.function) text += " in " + std::string(call.runtime.names().text(entry.function));
  return call.heap().make_string(text);
}

/// A trace as the program sees it: a list (name file line column) for each call, innermost
/// first; (:omitted n) where n were left out.
Value trace_list(NativeCall& call, heap::Root& trace) {
  heap::Root result(call.heap(), Value::empty_list());
  for (u32 i = process::calls_in_trace(*trace.object()); i-- > 0;) {
    process::TraceEntry entry = process::call_in_trace(*trace.object(), i);
    heap::RootVector parts(call.heap());
    parts.resize(4, Value::nil());
    parts[0] = name_of(call, entry);
    parts[1] =
        call.heap().make_string(base::utf8::repaired(call.runtime.source_name(entry.place.source)));
    parts[2] = Value::integer(entry.place.line);
    parts[3] = Value::integer(entry.place.column);
    if (parts[0] == Value::error() || parts[1] == Value::error()) return call.out_of_memory();
    Value made = call.heap().make_list(parts.span());
    if (made == Value::error()) return call.out_of_memory();
    result = call.heap().cons(made, result);
    u64 left_out = process::omitted_in_trace(*trace.object());
    if (left_out == 0 || i != process::Failure::inner_frames) continue;
    Value omitted = call.heap().cons(Value::integer(i64(left_out)), Value::empty_list());
    omitted = call.heap().cons(Value::keyword(call.runtime.names().intern("omitted")), omitted);
    result = call.heap().cons(omitted, result);
  }
  return result;
}

}  // namespace

Value error_trace(NativeCall& call) {
  heap::Root trace(call.heap(), word_of(call, trace_word));
  if (trace.get() == Value::error()) return trace;
  if (!value::is_kind(trace, value::Kind::vector)) return Value::empty_list();
  return trace_list(call, trace);
}

Value error_place(NativeCall& call) {
  Value place = word_of(call, location_word);
  if (place == Value::error() || !value::is_kind(place, value::Kind::vector)) return place;
  // As vm/raise.cpp makes it: source, line, column, length.
  const value::Object* words = place.as_object();
  std::string name(call.runtime.source_name(u32(words->get(0).as_integer())));
  return give_string(
      call, fmt::format("{}:{}:{}", name, words->get(1).as_integer(), words->get(2).as_integer()));
}

Value internal_no_match(NativeCall& call) {
  if (call.given(1) && value::is_string(call[1])) {
    return fail_as(call, "let", ErrorKind::no_match,
                   fmt::format("{} does not fit {}", call.describe(call[0]), value::text(call[1])),
                   call[0]);
  }
  return fail_as(call, "match", ErrorKind::no_match,
                 fmt::format("no pattern for {}", call.describe(call[0])), call[0]);
}

Value internal_unbound_local(NativeCall& call) {
  return fail_as(call, {}, ErrorKind::unbound,
                 fmt::format("{} is used before its definition", call.describe(call[0])));
}

Value internal_assertion_failed(NativeCall& call) {
  if (!value::is_string(call[0])) return call.wrong_type(0, "a text");
  std::string message = "assertion failed: ";
  if (value::is_string(call[1])) {
    message += std::string(value::text(call[1])) + ": ";
  } else if (!call[1].is_nil()) {
    message += call.describe(call[1]) + ": ";
  }
  message += value::text(call[0]);
  return fail_as(call, {}, ErrorKind::assertion, message, call[1]);
}

Value internal_wrong_type(NativeCall& call) {
  // Called by the library alone; whoever reaches it otherwise gets an error all the same.
  if (!value::is_string(call[0]) || !call[1].is_integer() || !value::is_string(call[2])) {
    return call.wrong_type(0, "the name of a function");
  }
  i64 position = call[1].as_integer();
  std::string what = position > 0 ? fmt::format("argument {} must be", position)
                                  : std::string("its function must give");
  return fail_as(call, value::text(call[0]), ErrorKind::type,
                 fmt::format("{} {}, got {}", what, value::text(call[2]), call.describe(call[3])));
}

Value internal_nearest(NativeCall& call) {
  if (!call[0].is_keyword() || !call.expect_list(1)) return Value::nil();
  base::ClosestName closest(call.runtime.names().text(call[0].name()));
  Value best = Value::nil();
  for (Value rest = call[1]; rest.is_cons(); rest = rest.as_cons()->tail) {
    Value known = rest.as_cons()->head;
    if (!known.is_keyword()) continue;
    std::string_view before = closest.best();
    closest.consider(call.runtime.names().text(known.name()));
    if (closest.best() != before) best = known;
  }
  return best;
}

Value internal_check_arity(NativeCall& call) {
  u64 given;
  if (!call.expect_count(1, given)) return Value::error();
  bool takes = call.runtime.check_arity(call.process, call[0], u32(std::min<u64>(given, ~u32{0})));
  return takes ? Value::nil() : Value::error();
}

Value internal_placed_at(NativeCall& call) {
  if (!value::is_kind(call[1], value::Kind::error)) return call[1];
  Value place = call.runtime.definition_place(call.process, call[0]);
  value::Object* error = call[1].as_object();
  if (!place.is_nil() && call[1].is_local_pointer() && error->get(location_word).is_nil())
    call.heap().store(error, location_word, place);
  return call[1];
}

}  // namespace lithe::builtins
