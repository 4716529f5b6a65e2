// SPDX-License-Identifier: Apache-2.0
// A text that can be read is laid out so that it means the same: the same data, and the same
// comments between them. What is laid out again stays the same. The rest is refused with a place.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/assert.hpp"
#include "syntax/formatter.hpp"
#include "syntax/lexer.hpp"
#include "syntax/reader.hpp"

namespace {

using namespace lithe;
using namespace lithe::syntax;

std::vector<Form> read_all(std::string_view text, base::NameTable& names, bool with_comments) {
  SourceMap map;
  TextSource source("fuzz", std::string(text), TextSource::Keep::file);
  Reader reader(names, map, source, {.keep_comments = with_comments});
  std::vector<Form> forms;
  while (auto form = reader.next()) {
    LITHE_CHECK(*form);
    forms.push_back(*std::move(*form));
  }
  return forms;
}

void check_same_forms(std::string_view a, std::string_view b, base::NameTable& names) {
  std::vector<Form> before = read_all(a, names, false);
  std::vector<Form> after = read_all(b, names, false);
  LITHE_CHECK(before.size() == after.size());
  for (size_t i = 0; i < before.size(); i++) {
    LITHE_CHECK(equal(*before[i].root, *after[i].root));
  }
}

/// Tokens and comments, one to a line; a comment without the blanks at its end.
std::string tokens_of(std::string_view text) {
  SourceMap map;
  TextSource source("fuzz", std::string(text), TextSource::Keep::file);
  Lexer lexer(source, map, true);
  std::string all;
  for (;;) {
    const Token& token = lexer.next(false);
    if (token.kind == TokenKind::end) return all;
    std::string_view kept = token.text;
    if (token.kind == TokenKind::comment && !kept.starts_with("#|")) {
      kept = kept.substr(0, kept.find_last_not_of(" \t\r\n") + 1);
    }
    all += std::to_string(int(token.kind));
    all += kept;
    all += '\n';
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static auto& names = *new base::NameTable;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  SourceMap sources;
  indent_of_next_line(text.substr(0, size / 2));
  auto formatted = format(text, "fuzz", sources);
  if (!formatted) {
    LITHE_CHECK(!formatted.error().empty());
    for (const Diagnostic& wrong : formatted.error()) LITHE_CHECK(!render(wrong, sources).empty());
    return 0;
  }
  check_same_forms(text, *formatted, names);
  read_all(*formatted, names, true);
  LITHE_CHECK(tokens_of(text) == tokens_of(*formatted));
  auto again = format(*formatted, "again", sources);
  LITHE_CHECK(again);
  if (*again != *formatted) {
    std::fprintf(stderr, "first\n%s\nsecond\n%s\n", formatted->c_str(), again->c_str());
    LITHE_CHECK(*again == *formatted);
  }
  return 0;
}
