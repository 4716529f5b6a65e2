// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "expand/expander.hpp"
#include "expand/includer.hpp"
#include "syntax/reader.hpp"

namespace lithe::expand {

/// Identities of the files that one program has included: each is included once.
using IncludedFiles = std::unordered_set<std::string>;

/// A text as expanded top-level forms: the reader and the expander as one pull stage. A top-level
/// `(include "file.lt")` is replaced by the forms of that file. A form that fails is given as a
/// diagnostic and the next call goes on behind it. Not thread-safe.
class ExpandedForms {
 public:
  struct Parts {
    base::NameTable& names;
    syntax::SourceMap& sources;
    Expander& expander;
    Includer& includer;
    IncludedFiles& included;
    base::ArenaPool& arenas;  ///< of the forms
  };

  /// `path` is the source's if it is a file, else empty. All parts must outlive the stream.
  ExpandedForms(Parts parts, std::unique_ptr<syntax::CharSource> source, std::string path);
  ~ExpandedForms();

  /// The next form; nullopt at the end, and when the source has nothing at the moment.
  std::optional<base::Result<syntax::Form, syntax::Diagnostic>> next();

  /// Begins anew with the outermost text's source, which has been given another text. Saves what
  /// a new stream allocates.
  void restart();

  /// The reader of the outermost text: for a REPL's prompts and abandon().
  syntax::Reader& reader();

 private:
  struct Open {
    std::string path;
    std::string identity;
    syntax::Span included_at;
    std::unique_ptr<syntax::CharSource> source;
    syntax::Reader reader;
  };

  static constexpr size_t max_depth = 200;  // files open at a time

  void push(std::string path, std::string identity, syntax::Span included_at,
            std::unique_ptr<syntax::CharSource> source);
  std::optional<syntax::Diagnostic> include(const syntax::Datum& form);
  syntax::Diagnostic cycle(const syntax::Datum& form, const IncludedFile& file, size_t first) const;

  Parts parts_;
  std::vector<Open> open_;  // the last one is being read
};

}  // namespace lithe::expand
