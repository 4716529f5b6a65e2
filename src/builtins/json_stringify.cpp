// SPDX-License-Identifier: Apache-2.0
// (json/stringify x spaces). Nothing here makes a value before an error does, so plain Values
// stay good. Iterative.

#include <fmt/format.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "builtins/building.hpp"
#include "builtins/numbers.hpp"
#include "heap/map.hpp"
#include "value/number.hpp"
#include "value/tree.hpp"

namespace lithe::builtins {

namespace {

using value::Kind;

constexpr size_t deepest = 10'000;  // as json/parse; a table that contains itself goes deeper
constexpr u64 most_spaces = 16;
constexpr size_t most_path_elements = 10;  // that a message shows

void append_escaped(std::string_view text, std::string& out) {
  constexpr std::string_view named = "\"\\\b\f\n\r\t";
  constexpr std::string_view letters = "\"\\bfnrt";
  out += '"';
  for (char c : text) {
    size_t which = named.find(c);
    if (which != std::string_view::npos) {
      out += '\\';
      out += letters[which];
    } else if (u8(c) < ' ') {
      out += fmt::format("\\u{:04x}", u8(c));
    } else {
      out += c;
    }
  }
  out += '"';
}

class JsonWriter {
 public:
  JsonWriter(NativeCall& call, u64 spaces)
      : call_(call), spaces_(spaces), budget_(text_budget(call)), patience_(call) {}

  /// False: the error is set.
  bool run(Value v) {
    if (!put(v)) return false;
    while (!open_.empty()) {
      if (!go_on()) return false;
      if (out_.size() > budget_) {
        call_.out_of_memory();
        return false;
      }
      if (patience_.is_over()) return false;
    }
    return true;
  }
  const std::string& result() const { return out_; }

 private:
  enum class What : u8 { list, vector, set, map };
  struct Open {
    What what;
    Value value;  ///< list: what is left of it
    u64 index = 0;
    u64 length = 0;  ///< not of a list
    u64 start = 0;   ///< set: where its elements begin in words_; map: its keys and values
  };

  bool put(Value v) {
    if (v.is_nil()) {
      out_ += "null";
    } else if (v.is_boolean()) {
      out_ += v.truthy() ? "true" : "false";
    } else if (value::is_number(v)) {
      return put_number(v);
    } else if (value::is_string(v)) {
      append_escaped(value::text(v), out_);
    } else if (v.is_keyword()) {
      append_escaped(call_.heap().names().text(v.name()), out_);
    } else {
      return open(v);
    }
    return true;
  }

  bool put_number(Value v) {
    if (v.is_float() && !std::isfinite(v.as_float())) return refuse(v, "is no number of JSON");
    value::print(v, call_.heap().names(), nullptr, out_);
    return true;
  }

  bool open(Value v) {
    Open opened{.what = What::list, .value = v};
    if (value::is_kind(v, Kind::map) || value::is_kind(v, Kind::table)) {
      heap::RootVector sorted(call_.heap());
      heap::sorted_pairs(call_.heap(), v, sorted);
      opened.what = What::map;
      opened.start = words_.size();
      opened.length = sorted.size() / 2;
      words_.insert(words_.end(), sorted.begin(), sorted.end());
    } else if (value::is_kind(v, Kind::vector)) {
      opened.what = What::vector;
      opened.length = value::entry_count(v.as_object());
    } else if (value::is_kind(v, Kind::set)) {
      opened.what = What::set;
      opened.length = value::entry_count(v.as_object());
      opened.start = words_.size();
      value::WordCursor elements(v.as_object());
      for (Value element; elements.next(element);) words_.push_back(element);
    } else if (!v.is_list()) {
      return refuse(v, "cannot be JSON");
    }
    if (open_.size() == deepest) return fail(fmt::format("it is nested deeper than {}", deepest));
    out_ += opened.what == What::map ? '{' : '[';
    open_.push_back(opened);
    return opened.what != What::map || check_keys();
  }

  static bool at_end(const Open& open) {
    return open.what == What::list ? !open.value.is_cons() : open.index == open.length;
  }

  /// The next element of what is innermost, or its end.
  bool go_on() {
    Open& inner = open_.back();
    if (at_end(inner)) {
      bool map = inner.what == What::map;
      bool empty = inner.index == 0;
      if (map || inner.what == What::set) words_.resize(inner.start);
      open_.pop_back();
      if (!empty) start_line();
      out_ += map ? '}' : ']';
      return true;
    }
    if (inner.index > 0) out_ += ',';
    start_line();
    u64 index = inner.index++;
    switch (inner.what) {
      case What::list: {
        Value element = inner.value.as_cons()->head;
        inner.value = inner.value.as_cons()->tail;
        return put(element);
      }
      case What::vector:
        return put(value::vector_get(inner.value.as_object(), index));
      case What::set:
        return put(words_[inner.start + index]);
      case What::map:
        append_escaped(key_text(words_[inner.start + 2 * index]), out_);
        out_ += spaces_ > 0 ? ": " : ":";
        return put(words_[inner.start + 2 * index + 1]);
    }
    LITHE_UNREACHABLE();
  }

  void start_line() {
    if (spaces_ == 0) return;
    out_ += '\n';
    out_.append(spaces_ * open_.size(), ' ');
  }

  std::string_view key_text(Value key) const {
    return key.is_keyword() ? call_.heap().names().text(key.name()) : value::text(key);
  }

  /// Of the map that was just opened.
  bool check_keys() {
    const Open& map = open_.back();
    std::set<std::string_view> keywords;
    for (u64 i = 0; i < map.length; i++) {
      Value key = words_[map.start + 2 * i];
      if (key.is_keyword()) {
        keywords.insert(key_text(key));
      } else if (!value::is_string(key)) {
        return refuse(key, "cannot be a key, which is a string or a keyword");
      }
    }
    for (u64 i = 0; i < map.length && !keywords.empty(); i++) {
      Value key = words_[map.start + 2 * i];
      if (value::is_string(key) && keywords.contains(key_text(key))) {
        return refuse(key, "is a key twice, as a string and as a keyword");
      }
    }
    return true;
  }

  /// "argument 1, at .users[3].name: X cannot be JSON". False.
  bool refuse(Value v, std::string_view why) {
    return fail(fmt::format("{} {}", call_.describe(v), why));
  }

  bool fail(const std::string& what) {
    std::string path;
    constexpr size_t longest_path = 200;
    size_t elements = 0;
    for (const Open& open : open_) {
      if (open.index == 0) break;  // its keys are looked at
      if (elements++ == most_path_elements || path.size() > longest_path) {
        path += "…";
        break;
      }
      if (open.what != What::map) {
        path += fmt::format("[{}]", open.index - 1);
      } else {
        path += fmt::format(".{}", key_text(words_[open.start + 2 * (open.index - 1)]));
      }
    }
    std::string where = path.empty() ? "argument 1" : "argument 1, at " + path;
    call_.fail(ErrorKind::value, fmt::format("{}: {}", where, what));
    return false;
  }

  NativeCall& call_;
  u64 spaces_;
  u64 budget_;
  Patience patience_;
  std::string out_;
  std::vector<Open> open_;
  std::vector<Value> words_;  ///< of the sets and maps that are open
};

}  // namespace

Value json_stringify(NativeCall& call) {
  u64 spaces = 0;
  if (call.given(1) && !call[1].is_nil()) {
    if (!call.expect_count(1, spaces)) return Value::error();
    if (spaces > most_spaces) {
      return call.wrong_type(1, fmt::format("a number of spaces from 0 to {}", most_spaces));
    }
  }
  JsonWriter writer(call, spaces);
  if (!writer.run(call[0])) return Value::error();
  return give_string(call, writer.result());
}

}  // namespace lithe::builtins
