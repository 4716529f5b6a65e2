// SPDX-License-Identifier: Apache-2.0
// regex/: the plugin finds places, here they become values. Places are offsets, so that a
// collection does not matter; the text is read through the call each time.

#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/utf8.hpp"
#include "builtins/building.hpp"
#include "builtins/strings.hpp"
#include "builtins/text_plugin.hpp"

namespace lithe::builtins {

namespace {

using text::Place;

constexpr u32 most_groups = 1000;

/// Arguments 0 and 1: a text and a pattern, compiled.
class Search {
 public:
  explicit Search(NativeCall& call) : call_(call) {}
  ~Search() {
    if (expression_) plugin_->release(expression_);
  }
  Search(const Search&) = delete;
  Search& operator=(const Search&) = delete;

  /// False: the error is set.
  bool start(bool with_groups) {
    if (!expect_strings(call_)) return false;
    plugin_ = text_plugin(call_);
    if (!plugin_) return false;
    text::PatternError error;
    expression_ = plugin_->compile(value::text(call_[1]), error);
    if (!expression_) return refuse(error);
    u32 groups = with_groups ? plugin_->groups(expression_) : 0;
    if (groups > most_groups) {
      call_.fail(ErrorKind::value, fmt::format("argument 2 has more than {} groups", most_groups));
      return false;
    }
    places_.resize(groups + 1);
    return true;
  }

  std::string_view text() const { return value::text(call_[0]); }
  /// The whole match that was found last, and its groups.
  const Place& whole() const { return places_[0]; }
  const std::vector<Place>& places() const { return places_; }
  std::string_view part(const Place& place) const {
    return text().substr(place.start, place.end - place.start);
  }

  bool find_first() { return plugin_->search(expression_, text(), 0, places_); }

  /// The matches one after the other, none within another. An empty one right behind the one
  /// before is none. False: there are no more.
  bool find_next() {
    while (from_ <= text().size() && plugin_->search(expression_, text(), from_, places_)) {
      bool empty = whole().start == whole().end;
      bool again = empty && whole().start == last_end_;
      from_ = whole().end;
      if (empty) from_ += from_ < text().size() ? base::utf8::decode(text().substr(from_)).size : 1;
      if (again) continue;
      last_end_ = whole().end;
      return true;
    }
    return false;
  }

 private:
  bool refuse(const text::PatternError& error) {
    constexpr size_t longest_message = 100;
    std::string_view pattern = value::text(call_[1]);
    std::string_view message =
        std::string_view(error.message)
            .substr(0, base::utf8::offset_of(error.message, longest_message));
    std::string place;
    // What has no part is a \ at the end, or the whole.
    size_t at = error.part.empty() ? pattern.size() - 1 : pattern.find(error.part);
    if (at < pattern.size() && (!error.part.empty() || pattern.ends_with('\\'))) {
      place = fmt::format(", at index {}", base::utf8::count(pattern.substr(0, at)));
    }
    call_.fail(ErrorKind::value,
               fmt::format("argument 2 is no regular expression: {}{}", message, place));
    return false;
  }

  NativeCall& call_;
  const text::Plugin* plugin_ = nullptr;
  text::Expression* expression_ = nullptr;
  std::vector<Place> places_;
  size_t from_ = 0;
  size_t last_end_ = Place::not_there;
};

/// What a match is to the program: its text, or if the expression has groups the list of its text
/// and theirs. Value::error() with the error set. May collect.
Value give_match(NativeCall& call, const Search& search, std::span<const Place> places) {
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

/// Places that are gathered before any value is made; their room is asked for now and then.
class Places {
 public:
  explicit Places(NativeCall& call) : call_(call) {}

  /// False: the error is set.
  bool add(std::span<const Place> places) {
    all_.insert(all_.end(), places.begin(), places.end());
    // A long search between two matches counts as one turn.
    if (call_.interrupted()) return false;
    constexpr u64 step = 4096;
    if (all_.size() / step == asked_) return true;
    asked_ = all_.size() / step;
    if (call_.heap().has_room(all_.size() * (sizeof(Place) + sizeof(value::Cons) * 2))) return true;
    call_.out_of_memory();
    return false;
  }
  const std::vector<Place>& all() const { return all_; }

 private:
  NativeCall& call_;
  std::vector<Place> all_;
  u64 asked_ = 0;
};

/// What a $ of a replacement stands for. False: the error is set.
bool append_replacement(NativeCall& call, const Search& search, std::string& out) {
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
    } else if (c >= '0' && c <= '9' && group < search.places().size()) {
      const Place& place = search.places()[group];
      if (place.start != Place::not_there) out += search.part(place);
    } else {
      call.fail(ErrorKind::value,
                fmt::format("argument 3: behind the $ at index {} must stand $, or the number of "
                            "one of the {} groups, 0 for the whole match",
                            base::utf8::count(by.substr(0, i - 1)), search.places().size() - 1));
      return false;
    }
  }
  return true;
}

}  // namespace

Value regex_test(NativeCall& call) {
  Search search(call);
  if (!search.start(false)) return Value::error();
  return Value::boolean(search.find_first());
}

Value regex_match(NativeCall& call) {
  Search search(call);
  if (!search.start(true)) return Value::error();
  return search.find_first() ? give_match(call, search, search.places()) : Value::nil();
}

Value regex_find_all(NativeCall& call) {
  Search search(call);
  if (!search.start(true)) return Value::error();
  Places places(call);
  while (search.find_next()) {
    if (!places.add(search.places())) return Value::error();
  }
  size_t each = search.places().size();
  std::span<const Place> all(places.all());
  heap::Root result(call.heap(), Value::empty_list());
  Patience patience(call);
  for (size_t i = all.size(); i > 0; i -= each) {
    Value match = give_match(call, search, all.subspan(i - each, each));
    if (match == Value::error() || patience.is_over()) return Value::error();
    result = call.heap().cons(match, result);
  }
  return result;
}

Value regex_replace(NativeCall& call) {
  Search search(call);
  if (!search.start(true)) return Value::error();
  u64 budget = text_budget(call);
  std::string result;
  size_t done = 0;
  while (search.find_next()) {
    result += search.text().substr(done, search.whole().start - done);
    if (!append_replacement(call, search, result)) return Value::error();
    done = search.whole().end;
    if (result.size() > budget) return call.out_of_memory();
    if (call.interrupted()) return Value::error();
  }
  result += search.text().substr(done);
  return give_string(call, result);
}

Value regex_split(NativeCall& call) {
  Search search(call);
  if (!search.start(false)) return Value::error();
  Places pieces(call);
  size_t done = 0;
  while (search.find_next()) {
    Place found = search.whole();
    // Between characters, not at the ends.
    if (found.start == found.end && (found.start == 0 || found.end == search.text().size()))
      continue;
    Place piece{done, found.start};
    if (!pieces.add({&piece, 1})) return Value::error();
    done = found.end;
  }
  heap::Root result(call.heap(), Value::empty_list());
  Value last = give_string(call, search.text().substr(done));
  if (last == Value::error()) return last;
  result = call.heap().cons(last, result);
  Patience patience(call);
  for (size_t i = pieces.all().size(); i-- > 0;) {
    Value piece = give_string(call, search.part(pieces.all()[i]));
    if (piece == Value::error() || patience.is_over()) return Value::error();
    result = call.heap().cons(piece, result);
  }
  return result;
}

}  // namespace lithe::builtins
