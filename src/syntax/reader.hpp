// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "base/name_table.hpp"
#include "base/result.hpp"
#include "syntax/char_source.hpp"
#include "syntax/datum.hpp"
#include "syntax/diagnostic.hpp"
#include "syntax/source_map.hpp"

namespace lithe::syntax {

struct ReaderOptions {
  bool keep_comments = false;  ///< comments become data of kind `comment`, at top level too
  /// Where the forms' arenas come from; it must outlive the reader. nullptr: a pool of its own.
  base::ArenaPool* arenas = nullptr;
};

/// Text to data, one top-level form at a time: the first stage of the pipeline.
///
/// An error costs the form that it stands in, and each such form gives one diagnostic:
/// - After an error inside a form, reading goes on behind the form's closing bracket, or at an
///   opening bracket in column 1 if that comes first. A wrong closing bracket counts as the right
///   one. After nesting too deep only the closing bracket ends the form.
/// - A form that is still open at the end of the text is an error that names its innermost open
///   bracket. Complete forms inside it that start in column 1 are read as top-level forms.
/// - A string that is still open at the end of the text ends, for the reader, before the next
///   opening bracket in column 1. A comment that is never closed costs the rest.
///
/// Memory: one form, the longest token, and one chunk of the source. Not thread-safe; the Forms
/// that it gives are independent of it and of each other.
class Reader {
 public:
  static constexpr u32 max_nesting = 10'000;
  static constexpr size_t max_token_bytes = size_t{64} << 20;
  static constexpr size_t max_name_bytes = 0xFFFF;
  /// Atoms and brackets in a form: with them its memory, some 110 bytes each, is bounded.
  static constexpr u64 max_parts = u64{1} << 22;

  /// All three must outlive the reader.
  Reader(base::NameTable& names, SourceMap& sources, CharSource& source,
         ReaderOptions options = {});
  ~Reader();
  Reader(Reader&&) noexcept;

  /// The next top-level form, or what is wrong with it. nullopt at the end of the source, and
  /// when the source has nothing at the moment: needs_input() tells which. All work on a form
  /// that is not complete is kept for the next call.
  std::optional<base::Result<Form, Diagnostic>> next();

  /// The last next() stopped because the source answered `pending`.
  bool needs_input() const;
  /// A form has begun and is not complete.
  bool inside_form() const;

  /// Forgets the form in progress and the rest of its line; all that has arrived, when it ends
  /// inside a string or comment. What a REPL does after an error or Ctrl-C.
  void abandon();

  /// Forgets all and begins anew with its source, which has been given another text. Saves what
  /// a new reader allocates.
  void restart();

  /// Id of the source in the SourceMap.
  u32 source() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lithe::syntax
