// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/integers.hpp"
#include "syntax/span.hpp"

namespace lithe::syntax {

class SourceMap;

enum class Severity : u8 { error, warning, note };

/// A further place that explains a diagnostic. A span that is not known is left out.
struct Note {
  Span span;
  std::string message;
};

/// Something to tell about a program text. It travels down the pipeline in place of a form.
struct Diagnostic {
  Severity severity = Severity::error;
  Span span;
  std::string message;
  /// How the program came to this place: lines that the text ends with.
  std::vector<std::string> calls;
  std::vector<Note> notes;
  std::string kind = "error";  ///< error kind, a keyword's name such as "read-error"
};

/// An error with that kind, place and message.
Diagnostic make_error(std::string_view kind, Span span, std::string message);

/// Whether a rendered diagnostic says `error` and draws its caret in the colours of a terminal.
enum class Ink : u8 { none, terminal };

/// The text shown to a person, ending in a newline:
///
///     FILE:LINE:COLUMN: error: message
///     source line
///         ^~~~
///       a line of `calls`
///       note: FILE:LINE:COLUMN: message
///
/// Without a known place, the line starts at `error:`; without a known source text, line and
/// caret are left out. Tabs are expanded, control characters and invalid bytes escaped, long
/// lines cut around the caret.
std::string render(const Diagnostic& diagnostic, const SourceMap& sources, Ink ink = Ink::none);

/// `FILE:LINE:COLUMN`.
std::string render_place(Span span, const SourceMap& sources);

/// A piece of program text made fit for a message: at most `max_code_points` long, control
/// characters and invalid bytes escaped. Without quotation marks.
std::string excerpt_for_message(std::string_view text, u32 max_code_points = 40);

}  // namespace lithe::syntax
