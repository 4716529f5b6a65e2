// SPDX-License-Identifier: Apache-2.0
#include "syntax/source_map.hpp"

#include <algorithm>
#include <cstring>

#include "base/assert.hpp"
#include "base/utf8.hpp"

namespace lithe::syntax {

namespace {

// A snippet's id names its source even after its text is gone:
// bit 31 set, bits 30…27 index of the name, bits 26…0 a number that wraps around.
constexpr u32 snippet_bit = u32{1} << 31;
constexpr u32 name_shift = 27;
constexpr u32 most_names = 16;
constexpr u32 number_mask = (u32{1} << name_shift) - 1;

struct Line {
  size_t begin;
  std::string_view text;  // without the line end
};

/// Looks for `line` from the byte `begin` on, where the line `first_line` begins; nullopt when
/// the text has no such line.
std::optional<Line> find_line(std::string_view text, size_t begin, u32 first_line, u32 line) {
  if (line < first_line) return std::nullopt;
  for (u32 current = first_line; current < line; ++current) {
    size_t end = text.find('\n', begin);
    if (end == std::string_view::npos) return std::nullopt;
    begin = end + 1;
  }
  std::string_view found = text.substr(begin, text.find('\n', begin) - begin);
  if (found.ends_with('\r')) found.remove_suffix(1);
  return Line{begin, found};
}

/// `line` begins at column `line_column`.
LineExcerpt cut(std::string_view line, u32 line_column, u32 column, size_t max_bytes) {
  namespace utf8 = base::utf8;
  size_t caret = column <= line_column ? 0 : utf8::offset_of(line, column - line_column);
  size_t begin = caret > max_bytes ? caret - max_bytes : 0;
  while (begin < caret && utf8::is_continuation(line[begin])) ++begin;
  size_t end = line.size() - caret > max_bytes ? caret + max_bytes : line.size();
  while (end > caret && end < line.size() && utf8::is_continuation(line[end])) --end;
  return {
      .text = std::string(line.substr(begin, end - begin)),
      .first_column = line_column + u32(utf8::count(line.substr(0, begin))),
      .cut_left = begin > 0 || line_column > 1,
      .cut_right = end < line.size(),
  };
}

}  // namespace

SourceMap::SourceMap() = default;
SourceMap::~SourceMap() = default;

u32 SourceMap::add_file(std::string name, std::shared_ptr<const std::string> text) {
  std::scoped_lock lock(mutex_);
  Source source;
  source.name = std::move(name);
  source.text = std::move(text);
  sources_.push_back(std::move(source));
  LITHE_CHECK(sources_.size() < snippet_bit);
  return u32(sources_.size());
}

u32 SourceMap::add_stream(std::string name) {
  u32 id = add_file(std::move(name), nullptr);
  std::scoped_lock lock(mutex_);
  sources_[id - 1].is_stream = true;
  return id;
}

u32 SourceMap::add_snippet(std::string_view name, std::shared_ptr<const std::string> text) {
  std::scoped_lock lock(mutex_);
  auto known = std::find(snippet_names_.begin(), snippet_names_.end(), name);
  u32 index = u32(known - snippet_names_.begin());
  if (index == snippet_names_.size()) {
    if (index < most_names) {
      snippet_names_.emplace_back(index < most_names - 1 ? name : "<text>");
    } else {
      index = most_names - 1;
    }
  }
  u32 id = snippet_bit | index << name_shift | (next_snippet_++ & number_mask);
  snippet_bytes_ += text->size();
  snippets_.push_back({id, std::move(text)});
  while (snippets_.size() > snippets_kept ||
         (snippets_.size() > 1 && snippet_bytes_ > snippet_bytes_kept)) {
    snippet_bytes_ -= snippets_.front().text->size();
    snippets_.pop_front();
  }
  return id;
}

void SourceMap::append(u32 stream, std::string_view bytes) {
  if ((stream & snippet_bit) != 0) return;  // whole already
  std::scoped_lock lock(mutex_);
  if (stream == 0 || stream > sources_.size()) return;
  Source& source = sources_[stream - 1];
  if (!source.is_stream) return;
  std::string& window = source.window;
  window += bytes;
  // What the reader is about to read stays whole; trimming by half makes it cheap on average.
  size_t kept = std::max(stream_bytes_kept / 2, bytes.size());
  if (window.size() <= kept + stream_bytes_kept / 2) return;
  size_t gone = window.size() - kept;
  while (gone > 0 && base::utf8::is_continuation(window[gone])) --gone;
  std::string_view trimmed = std::string_view(window).substr(0, gone);
  size_t last_end = trimmed.rfind('\n');
  if (last_end == std::string_view::npos) {
    source.window_column += u32(base::utf8::count(trimmed));
  } else {
    source.window_line += u32(std::count(trimmed.begin(), trimmed.end(), '\n'));
    source.window_column = 1 + u32(base::utf8::count(trimmed.substr(last_end + 1)));
  }
  window.erase(0, gone);
  if (window.capacity() > 4 * std::max(window.size(), stream_bytes_kept)) window.shrink_to_fit();
}

std::string SourceMap::name(u32 source) const {
  std::scoped_lock lock(mutex_);
  if (source & snippet_bit) {
    u32 index = (source & ~snippet_bit) >> name_shift;
    return index < snippet_names_.size() ? snippet_names_[index] : "<unknown>";
  }
  return source == 0 || source > sources_.size() ? "<unknown>" : sources_[source - 1].name;
}

std::optional<LineExcerpt> SourceMap::excerpt(u32 source, u32 line, u32 column,
                                              size_t max_bytes) const {
  std::scoped_lock lock(mutex_);
  std::shared_ptr<const std::string> text;
  if (source & snippet_bit) {
    auto found = std::find_if(snippets_.begin(), snippets_.end(),
                              [&](const Snippet& snippet) { return snippet.id == source; });
    if (found == snippets_.end()) return std::nullopt;
    text = found->text;
  } else if (source == 0 || source > sources_.size()) {
    return std::nullopt;
  } else if (const Source& known = sources_[source - 1]; known.is_stream) {
    auto found = find_line(known.window, 0, known.window_line, line);
    if (!found) return std::nullopt;
    u32 first = line == known.window_line ? known.window_column : 1;
    if (column < first) return std::nullopt;
    return cut(found->text, first, column, max_bytes);
  } else {
    text = known.text;
  }
  // Errors come in the order of the text: the search goes on where the last one ended.
  bool onward = last_.source == source && last_.line <= line;
  auto found = find_line(*text, onward ? last_.begin : 0, onward ? last_.line : 1, line);
  if (!found) return std::nullopt;
  last_ = {source, line, found->begin};
  return cut(found->text, 1, column, max_bytes);
}

}  // namespace lithe::syntax
