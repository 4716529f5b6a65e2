// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "builtins/builtins.hpp"
#include "builtins/text_plugin.hpp"

namespace lithe::builtins {

/// The places in argument 0, a text, where the regular expression that is argument 1 matches.
///
/// Time is linear in the text, but a large expression on a long text may take seconds, and the
/// plugin cannot be interrupted. So what might last is done on a thread of its own, on a copy of
/// the text: when the process is to end meanwhile, it ends, and the thread finishes for nobody.
/// There are never more than a few such threads.
class RegexSearch {
 public:
  explicit RegexSearch(NativeCall& call) : call_(call) {}
  ~RegexSearch();
  RegexSearch(const RegexSearch&) = delete;
  RegexSearch& operator=(const RegexSearch&) = delete;

  enum class Wanted : u8 { first, all };

  /// Checks the arguments and searches. False: the error is set.
  bool run(Wanted wanted, bool with_groups);

  /// Places that belong to a match: the whole and its groups.
  size_t places_each() const { return places_each_; }
  size_t matches() const { return places_.size() / places_each_; }
  std::span<const text::Place> match(size_t i) const {
    return std::span(places_).subspan(i * places_each_, places_each_);
  }

  /// Views of argument 0; they die at the next collection.
  std::string_view text() const { return value::text(call_[0]); }
  std::string_view part(const text::Place& place) const {
    return text().substr(place.start, place.end - place.start);
  }

 private:
  bool refuse(const text::PatternError& error);
  template <class Task>
  bool run_here(Task& task);
  bool run_apart(Wanted wanted);

  NativeCall& call_;
  const text::Plugin* plugin_ = nullptr;
  text::Expression* expression_ = nullptr;
  size_t places_each_ = 1;
  std::vector<text::Place> places_;
};

}  // namespace lithe::builtins
