// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "syntax/printer.hpp"
#include "syntax/reader.hpp"

namespace lithe::syntax::testing_support {

inline std::string shown(Span span) {
  return std::to_string(span.line) + ":" + std::to_string(span.column) + "+" +
         std::to_string(span.length);
}

inline std::string shown(const Diagnostic& diagnostic) {
  std::string out = "error " + shown(diagnostic.span) + " " + diagnostic.message;
  for (const Note& note : diagnostic.notes) out += " | " + shown(note.span) + " " + note.message;
  return out;
}

/// All forms printed, and all errors, in order; the text arrives in pieces of `piece` bytes.
inline std::vector<std::string> read_in_pieces(std::string_view text, size_t piece,
                                               ReaderOptions options = {}) {
  base::NameTable names;
  SourceMap map;
  FedSource source("t.lt");
  Reader reader(names, map, source, options);
  std::vector<std::string> out;
  for (;;) {
    if (auto result = reader.next()) {
      out.push_back(*result ? print(*(**result).root, names) : shown(result->error()));
    } else if (!reader.needs_input()) {
      return out;
    } else if (text.empty()) {
      source.close();
    } else {
      source.feed(text.substr(0, piece));
      text.remove_prefix(std::min(piece, text.size()));
    }
  }
}

/// The same, from memory.
inline std::vector<std::string> read_text(std::string_view text, ReaderOptions options = {}) {
  base::NameTable names;
  SourceMap map;
  TextSource source("t.lt", std::string(text), TextSource::Keep::file);
  Reader reader(names, map, source, options);
  std::vector<std::string> out;
  while (auto result = reader.next()) {
    out.push_back(*result ? print(*(**result).root, names) : shown(result->error()));
  }
  return out;
}

/// One line for each form or error. However the text arrives, the answer is the same.
inline std::string read(std::string_view text, ReaderOptions options = {}) {
  auto all = read_text(text, options);
  std::string out;
  for (const std::string& one : all) out += out.empty() ? one : "\n" + one;
  for (size_t piece : {1, 2, 3, 7}) {
    if (read_in_pieces(text, piece, options) != all) {
      return "differs in pieces of " + std::to_string(piece) + " bytes";
    }
  }
  return out;
}

}  // namespace lithe::syntax::testing_support
