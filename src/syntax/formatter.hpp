// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "syntax/diagnostic.hpp"
#include "syntax/source_map.hpp"

namespace lithe::syntax {

/// A program text in the standard layout. Tokens and comments stay as they are and in their
/// order, and so do the line breaks that were chosen; what changes is white space:
/// - Each line is indented by what it stands in: the body of a form by 2, arguments under the
///   first one (by 2 when that stands on a line of its own), elements of data under the first.
/// - One space between the elements of a line; none inside a bracket, and none behind a prefix.
/// - A closing bracket follows what it closes. At most one blank line, none at the ends.
/// - A comment behind code keeps its distance, so that columns of them stay.
/// What is formatted again stays the same.
///
/// Errors: the diagnostics of the reader, when the text is not well-formed. `name` stands in them;
/// `sources` gets the text as a snippet.
base::Result<std::string, std::vector<Diagnostic>> format(std::string_view text,
                                                          std::string_view name,
                                                          SourceMap& sources);

/// Column, from 0, at which a further line of an unfinished text would stand in that layout; 0 in
/// the middle of a string or a comment. Any text will do.
u32 indent_of_next_line(std::string_view text);

}  // namespace lithe::syntax
