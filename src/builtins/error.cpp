// SPDX-License-Identifier: Apache-2.0
// Error values, and the errors that forms and the library raise.

#include <fmt/format.h>

#include "base/utf8.hpp"
#include "builtins/building.hpp"
#include "builtins/builtins.hpp"
#include "builtins/failing.hpp"
#include "process/failure.hpp"
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

/// A trace as the program sees it: a list (name file line column) for each call, innermost
/// first; (:omitted n) where n were left out. `trace` is the vector that vm/raise.cpp makes.
Value trace_list(NativeCall& call, heap::Root& trace) {
  constexpr u32 words_of_call = 4;
  auto word = [&](u32 i) { return trace.object()->get(i); };
  heap::Root result(call.heap(), Value::empty_list());
  u32 size = trace.object()->size();
  for (u32 end = size; end > words_of_call; end -= words_of_call) {
    heap::RootVector parts(call.heap());
    parts.resize(words_of_call, Value::nil());
    parts[0] = word(end - 4);
    std::string_view source = call.runtime.source_name(u32(word(end - 3).as_integer()));
    parts[1] = call.heap().make_string(base::utf8::repaired(source));
    parts[2] = word(end - 2);
    parts[3] = word(end - 1);
    if (parts[1] == Value::error()) return call.out_of_memory();
    Value entry = call.heap().make_list(parts.span());
    if (entry == Value::error()) return call.out_of_memory();
    result = call.heap().cons(entry, result);
    if (word(0) == Value::integer(0) ||
        end - 1 != words_of_call * process::Failure::inner_frames + words_of_call)
      continue;
    Value omitted = call.heap().cons(word(0), Value::empty_list());
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

}  // namespace lithe::builtins
