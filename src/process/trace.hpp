// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "process/failure.hpp"
#include "value/object.hpp"

namespace lithe::process {

/// The word of an error (value/kinds.def) that is its trace, once it has been caught.
constexpr u32 trace_of_error = 4;

/// The trace in an error value: a vector of the number of calls left out, and then the words below
/// for each kept call, innermost first. No program sees it. vm/raise.cpp makes it.
enum TraceWord : u32 {
  name_of_call,  ///< a symbol; nil: a form, or a function outside of any that has a name
  source_of_call,
  line_of_call,
  column_of_call,
  marks_of_call,  ///< TraceEntry::marks
  words_of_call
};

/// Kept calls in a trace.
inline u32 calls_in_trace(const value::Object& trace) {
  return (u32(trace.size()) - 1) / words_of_call;
}

/// Call i of a trace; its length is not known any more.
inline TraceEntry call_in_trace(const value::Object& trace, u32 i) {
  auto word = [&](TraceWord w) { return trace.get(1 + words_of_call * i + w); };
  auto number = [&](TraceWord w) { return u32(word(w).as_integer()); };
  TraceEntry entry;
  entry.function = word(name_of_call).is_symbol() ? word(name_of_call).name() : 0;
  entry.place = {number(source_of_call), number(line_of_call), number(column_of_call), 0};
  entry.marks = u8(number(marks_of_call));
  return entry;
}

/// Calls left out before the kept call number Failure::inner_frames.
inline u64 omitted_in_trace(const value::Object& trace) { return u64(trace.get(0).as_integer()); }

}  // namespace lithe::process
