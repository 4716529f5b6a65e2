// SPDX-License-Identifier: Apache-2.0
// Any bytes can be read, in pieces of any size and by a reader that was left in the middle of
// something else, to the same end; and what is printed reads back equal. The first byte chooses the
// options and the size of the pieces.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.hpp"
#include "syntax/printer.hpp"
#include "syntax/reader.hpp"

namespace {

using namespace lithe;
using namespace lithe::syntax;

struct Pass {
  std::vector<Form> forms;
  std::vector<Diagnostic> errors;
};

/// What they say; the source lines that they show differ while a line has not fully arrived.
bool same(const Diagnostic& a, const Diagnostic& b) {
  return a.kind == b.kind && a.message == b.message && a.span == b.span &&
         std::equal(a.notes.begin(), a.notes.end(), b.notes.begin(), b.notes.end(),
                    [](const Note& x, const Note& y) {
                      return x.span == y.span && x.message == y.message;
                    });
}

Pass read_whole(std::string_view text, base::NameTable& names, ReaderOptions options) {
  SourceMap map;
  TextSource source("fuzz", std::string(text), TextSource::Keep::file);
  Reader reader(names, map, source, options);
  Pass pass;
  while (auto result = reader.next()) {
    if (*result) {
      pass.forms.push_back(*std::move(*result));
    } else {
      LITHE_CHECK(!render(result->error(), map).empty());
      pass.errors.push_back(result->error());
    }
  }
  return pass;
}

void check_pieces(std::string_view text, size_t piece, const Pass& whole, base::NameTable& names,
                  ReaderOptions options) {
  SourceMap map;
  FedSource source("fuzz");
  Reader reader(names, map, source, options);
  size_t forms = 0;
  size_t errors = 0;
  for (;;) {
    if (auto result = reader.next()) {
      if (*result) {
        LITHE_CHECK(forms < whole.forms.size());
        LITHE_CHECK(equal(*(**result).root, *whole.forms[forms].root));
        LITHE_CHECK((**result).root->span == whole.forms[forms].root->span);
        ++forms;
      } else {
        LITHE_CHECK(errors < whole.errors.size());
        LITHE_CHECK(!render(result->error(), map).empty());
        LITHE_CHECK(same(result->error(), whole.errors[errors]));
        ++errors;
      }
    } else if (!reader.needs_input()) {
      break;
    } else if (text.empty()) {
      source.close();
    } else {
      source.feed(text.substr(0, piece));
      text.remove_prefix(std::min(piece, text.size()));
    }
  }
  LITHE_CHECK(forms == whole.forms.size() && errors == whole.errors.size());
}

/// A reader that has read the first form of a part of the text begins anew with all of it.
void check_restart(std::string_view text, size_t part, const Pass& whole, base::NameTable& names,
                   ReaderOptions options) {
  SourceMap map;
  TextSource source("part", std::string(text.substr(part)), TextSource::Keep::snippet);
  Reader reader(names, map, source, options);
  reader.next();
  source.set("fuzz", text);
  reader.restart();
  size_t forms = 0;
  size_t errors = 0;
  while (auto result = reader.next()) {
    if (*result) {
      LITHE_CHECK(forms < whole.forms.size());
      const Datum& expected = *whole.forms[forms++].root;
      LITHE_CHECK(equal(*(**result).root, expected));
      LITHE_CHECK((**result).root->span.line == expected.span.line);
      LITHE_CHECK((**result).root->span.column == expected.span.column);
    } else {
      LITHE_CHECK(errors < whole.errors.size());
      LITHE_CHECK(result->error().message == whole.errors[errors++].message);
    }
  }
  LITHE_CHECK(forms == whole.forms.size() && errors == whole.errors.size());
}

void check_round_trip(const Datum& datum, base::NameTable& names, ReaderOptions options) {
  std::string printed = print(datum, names);
  Pass again = read_whole(printed, names, options);
  LITHE_CHECK(again.errors.empty());
  LITHE_CHECK(again.forms.size() == 1);
  LITHE_CHECK(equal(*again.forms[0].root, datum));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static auto& names = *new base::NameTable;  // as in a runtime: one for all that is read
  if (size == 0) return 0;
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  ReaderOptions options{.keep_comments = (data[0] & 0x80) != 0};
  Pass whole = read_whole(text, names, options);
  for (const Form& form : whole.forms) {
    // What `#;` drops is kept as a printed comment, whose text is not a datum of its own.
    if (!options.keep_comments) check_round_trip(*form.root, names, options);
  }
  check_pieces(text, 1 + (data[0] & 0x7F), whole, names, options);
  check_restart(text, text.size() * (data[0] & 0x7F) / 0x80, whole, names, options);
  return 0;
}
