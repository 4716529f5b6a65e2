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
/// `(include "file.lt")` is replaced by the forms of that file; so is `(import "file.lt" :as m)`,
/// the first time, and those forms are of the file's module. A form that fails is given as a
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

  /// A form that was given has failed: the modules being loaded are not sound, and are loaded
  /// again when they are imported again.
  void note_failure();

  /// The top-level name that the form that failed last would have defined; Modules::nothing if it
  /// was no definition.
  u32 failed_definition() const { return failed_definition_; }

  /// The form that was given last came from a file that is being imported.
  bool importing() const;

  /// Begins anew with the outermost text's source, which has been given another text. Saves what
  /// a new stream allocates.
  void restart();

  /// The reader of the outermost text: for a REPL's prompts and abandon().
  syntax::Reader& reader();

 private:
  enum class How : u8 { outermost, included, imported };
  struct Open {
    std::string path;
    std::string identity;
    syntax::Span included_at;
    std::unique_ptr<syntax::CharSource> source;
    syntax::Reader reader;
    How how = How::outermost;
    u32 module = Modules::program;
    u32 alias = 0;       ///< imported: what the importing file calls it; 0: by its own name
    bool begun = false;  ///< its first form has been read
    bool sound = true;
  };

  static constexpr size_t max_depth = 200;  // files open at a time

  using Wrong = std::optional<syntax::Diagnostic>;

  Open& push(std::string path, std::string identity, syntax::Span included_at,
             std::unique_ptr<syntax::CharSource> source);
  Wrong include(const syntax::Datum& form);
  syntax::Diagnostic cycle(const syntax::Datum& form, const IncludedFile& file, size_t first) const;

  // import.cpp
  Wrong import(const syntax::Datum& form);
  Wrong begin_module(const syntax::Datum& form);
  Wrong exports_of(const syntax::Datum& form, std::vector<Modules::Export>& out) const;
  Wrong no_module(syntax::Span span);
  Wrong close();
  Wrong bind_alias(u32 alias, u32 module, syntax::Span span);
  void export_records(u32 module);
  void announce(u32 name, syntax::Span span);
  syntax::Form announcement();

  Parts parts_;
  std::vector<Open> open_;  // the last one is being read
  u32 failed_definition_ = Modules::nothing;
  /// What the next form is to give: the name that an import, or a module that is run, has got.
  const syntax::Datum* announced_ = nullptr;
  base::PooledArena announcement_arena_;
};

}  // namespace lithe::expand
