// SPDX-License-Identifier: Apache-2.0
// regex/: what was found becomes values. Places are offsets, so that a collection does not matter;
// the text is read through the call each time.

#include <fmt/format.h>

#include <string>

#include "base/utf8.hpp"
#include "builtins/building.hpp"
#include "builtins/regex_search.hpp"

namespace lithe::builtins {

namespace {

using text::Place;
using Wanted = RegexSearch::Wanted;

/// What a match is to the program: its text, or if the expression has groups the list of its text
/// and theirs. Value::error() with the error set. May collect.
Value give_match(NativeCall& call, const RegexSearch& search, std::span<const Place> places) {
  if (places.size() == 1) return give_string(call, search.part(places[0]));
  heap::Root result(call.heap(), Value::empty_list());
  for (size_t i = places.size(); i-- > 0;) {
    bool there = places[i].start != Place::not_there;
    Value part = there ? give_string(call, search.part(places[i])) : Value::nil();
    if (part == Value::error()) return part;
    result = call.heap().cons(part, result);
  }
  return result;
}

/// What a replacement makes of a match. False: a $ in it stands for nothing, and the error is set.
bool append_replacement(NativeCall& call, const RegexSearch& search, std::span<const Place> places,
                        std::string& out) {
  std::string_view by = value::text(call[2]);
  for (size_t i = 0; i < by.size(); i++) {
    if (by[i] != '$') {
      out += by[i];
      continue;
    }
    char c = ++i < by.size() ? by[i] : ' ';
    size_t group = size_t(c - '0');
    if (c == '$') {
      out += c;
    } else if (c >= '0' && c <= '9' && group < places.size()) {
      if (places[group].start != Place::not_there) out += search.part(places[group]);
    } else {
      call.fail(ErrorKind::value,
                fmt::format("argument 3: behind the $ at index {} must stand $, or the number of "
                            "one of the {} groups, 0 for the whole match",
                            base::utf8::count(by.substr(0, i - 1)), places.size() - 1));
      return false;
    }
  }
  return true;
}

/// An empty match at an end of the text, or right behind another one, separates nothing.
bool separates(const RegexSearch& search, size_t i) {
  const Place& place = search.match(i)[0];
  if (place.start != place.end) return true;
  size_t before = i > 0 ? search.match(i - 1)[0].end : 0;
  return place.start != before && place.end != search.text().size();
}

}  // namespace

Value regex_test(NativeCall& call) {
  RegexSearch search(call);
  if (!search.run(Wanted::first, false)) return Value::error();
  return Value::boolean(search.matches() > 0);
}

Value regex_match(NativeCall& call) {
  RegexSearch search(call);
  if (!search.run(Wanted::first, true)) return Value::error();
  return search.matches() > 0 ? give_match(call, search, search.match(0)) : Value::nil();
}

Value regex_find_all(NativeCall& call) {
  RegexSearch search(call);
  if (!search.run(Wanted::all, true)) return Value::error();
  heap::Root result(call.heap(), Value::empty_list());
  Patience patience(call);
  for (size_t i = search.matches(); i-- > 0;) {
    Value match = give_match(call, search, search.match(i));
    if (match == Value::error() || patience.is_over()) return Value::error();
    result = call.heap().cons(match, result);
  }
  return result;
}

Value regex_replace(NativeCall& call) {
  RegexSearch search(call);
  if (!search.run(Wanted::all, true)) return Value::error();
  u64 budget = text_budget(call);
  Patience patience(call);
  std::string result;
  size_t done = 0;
  for (size_t i = 0; i < search.matches(); i++) {
    const Place& whole = search.match(i)[0];
    result += search.text().substr(done, whole.start - done);
    if (!append_replacement(call, search, search.match(i), result)) return Value::error();
    done = whole.end;
    if (result.size() > budget) return call.out_of_memory();
    if (patience.is_over()) return Value::error();
  }
  result += search.text().substr(done);
  return give_string(call, result);
}

Value regex_split(NativeCall& call) {
  RegexSearch search(call);
  if (!search.run(Wanted::all, false)) return Value::error();
  Patience patience(call);
  heap::Root result(call.heap(), Value::empty_list());
  size_t end = search.text().size();
  for (size_t i = search.matches(); i-- > 0;) {
    const Place& place = search.match(i)[0];
    if (!separates(search, i)) continue;
    Value piece = give_string(call, search.part({place.end, end}));
    if (piece == Value::error() || patience.is_over()) return Value::error();
    result = call.heap().cons(piece, result);
    end = place.start;
  }
  Value first = give_string(call, search.part({0, end}));
  if (first == Value::error()) return first;
  return call.heap().cons(first, result);
}

}  // namespace lithe::builtins
