// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/integers.hpp"
#include "base/watcher.hpp"

// The face of the plugin: a table of plain functions, found by one name. Everything else in
// src/text/ is private to it. It keeps nothing of a runtime; any thread may call it.

namespace lithe::text {

/// A compiled regular expression; opaque.
struct Expression;

/// Why a pattern is none.
struct PatternError {
  std::string message;  ///< with the part, if there is one
  std::string part;     ///< of the pattern, at which it stops making sense; perhaps empty
};

/// A part of the text that was searched; a group that took no part has `start` not_there.
struct Place {
  static constexpr size_t not_there = ~size_t{0};
  size_t start = not_there;
  size_t end = not_there;
};

struct Plugin {
  /// Appends the text, valid UTF-8, in upper or lower case by Unicode's full mappings, which
  /// depend on no language. False: the watcher wanted it to stop.
  bool (*change_case)(std::string_view text, bool upper, base::Watcher& watcher, std::string& out);

  /// From RE2's syntax, but \C, which matches a single byte. Null: `error` says why. Given back to
  /// release(); those used last are kept for the next time.
  Expression* (*compile)(std::string_view pattern, PatternError& error);
  void (*release)(Expression* expression);
  /// Groups beside the whole match.
  u32 (*groups)(const Expression* expression);
  /// Steps that one byte of a text may cost, at least 1.
  u32 (*size)(const Expression* expression);
  /// The first match that begins at `start` or later, never within a code point. `places`: the
  /// whole match, then groups, as many as are wanted. Takes time in proportion to the text,
  /// whatever the pattern.
  bool (*search)(const Expression* expression, std::string_view text, size_t start,
                 std::span<Place> places);
};

constexpr const char* plugin_symbol = "lithe_text_plugin";

}  // namespace lithe::text

extern "C" [[gnu::visibility("default")]] const lithe::text::Plugin* lithe_text_plugin();
