// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/integers.hpp"
#include "syntax/span.hpp"

namespace lithe::syntax {

/// A piece of one source line, cut to a bounded size around a column.
struct LineExcerpt {
  std::string text;       ///< raw bytes of the source, without the line end
  u32 first_column = 1;   ///< column of the first code point of `text`
  bool cut_left = false;  ///< the line began before `text`
  bool cut_right = false;
};

/// Knows the name and, within bounds, the text of every source, for diagnostics. All members may
/// be called from any thread.
///
/// Three kinds of source, so that memory stays flat in a program that never ends:
/// - a file: its text is kept as long as the map;
/// - a snippet (`-e`, `eval`): its text is kept while it is among the most recent ones;
/// - a stream: the most recent lines are kept.
class SourceMap {
 public:
  static constexpr size_t snippets_kept = 64;
  static constexpr size_t snippet_bytes_kept = size_t{1} << 20;
  static constexpr size_t stream_bytes_kept = size_t{1} << 18;

  SourceMap();
  ~SourceMap();
  SourceMap(const SourceMap&) = delete;
  SourceMap& operator=(const SourceMap&) = delete;

  /// Ids of files and streams count from 1 and are never reused. Id 0 is no source.
  u32 add_file(std::string name, std::shared_ptr<const std::string> text);
  u32 add_stream(std::string name);
  /// `name` is one of a few, such as "<eval>": each different one is kept.
  u32 add_snippet(std::string_view name, std::shared_ptr<const std::string> text);

  /// Adds what was just read from a stream. No effect on another kind of source.
  void append(u32 stream, std::string_view bytes);

  /// "<unknown>" for an id that the map did not give out.
  std::string name(u32 source) const;

  /// The text around `column` of a line, at most `max_bytes` on each side of it; nullopt when the
  /// text is no longer known or has no such line.
  std::optional<LineExcerpt> excerpt(u32 source, u32 line, u32 column,
                                     size_t max_bytes = 160) const;

 private:
  struct Source {
    std::string name;
    std::shared_ptr<const std::string> text;  // of a file
    bool is_stream = false;
    std::string window;   // of a stream: its last bytes
    u32 window_line = 1;  // place of the first byte of `window`
    u32 window_column = 1;
  };
  struct Snippet {
    u32 id;
    std::shared_ptr<const std::string> text;
  };

  /// Where a line of a file or snippet was found.
  struct FoundLine {
    u32 source = 0;
    u32 line = 0;
    size_t begin = 0;
  };

  mutable std::mutex mutex_;  // guards all below
  std::deque<Source> sources_;
  std::vector<std::string> snippet_names_;
  std::deque<Snippet> snippets_;
  size_t snippet_bytes_ = 0;
  u32 next_snippet_ = 0;
  mutable FoundLine last_;
};

}  // namespace lithe::syntax
