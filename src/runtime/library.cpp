// SPDX-License-Identifier: Apache-2.0

#include "runtime/library.hpp"

#include "runtime/library_files.hpp"

namespace lithe::runtime {

namespace {

constexpr std::string_view opening = "(def ";

/// Calls f(line number, offset, line) for each line of a text.
template <class F>
void for_each_line(std::string_view text, F&& f) {
  u32 number = 1;
  for (std::size_t at = 0; at < text.size(); number++) {
    std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos) end = text.size();
    f(number, at, text.substr(at, end - at));
    at = end + 1;
  }
}

}  // namespace

void Library::build() {
  if (!entries_.empty()) return;
  for (const LibraryFile& file : library_files()) {
    LibraryEntry* last = nullptr;
    std::size_t last_at = 0, comment_at = std::string_view::npos;
    auto finish = [&](std::size_t end) {
      if (last) last->text = file.text.substr(last_at, end - last_at);
      last = nullptr;
    };
    for_each_line(file.text, [&](u32 number, std::size_t at, std::string_view line) {
      if (line.starts_with(";;")) {
        if (comment_at == std::string_view::npos) comment_at = at;
        finish(at);
        return;
      }
      if (line.starts_with(opening)) {
        finish(at);
        std::string_view rest = line.substr(opening.size());
        std::string_view name = rest.substr(0, rest.find(' '));
        std::string_view doc;
        if (comment_at != std::string_view::npos)
          doc = file.text.substr(comment_at, at - comment_at);
        last = &entries_.try_emplace(name, LibraryEntry{file.name, {}, number, doc}).first->second;
        last_at = at;
      }
      comment_at = std::string_view::npos;
    });
    finish(file.text.size());
  }
}

const LibraryEntry* Library::find(std::string_view name) {
  build();
  auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : &found->second;
}

const LibraryEntry* Library::find(u32 name) { return find(names_.text(name)); }

}  // namespace lithe::runtime
