// SPDX-License-Identifier: Apache-2.0
#pragma once

// What works on the text of programs, without a Runtime. Any thread.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lithe/value.hpp"

namespace lithe {

/// A program text in the standard layout (docs/manual/command.md, `lithe fmt`): white space alone
/// changes, and what is formatted again stays the same. `name` stands in diagnostics. Errors:
/// `read`, with all diagnostics, when the text is not well-formed.
Result<std::string> format(std::string_view source, std::string_view name);

/// The names of the functions that a program text defines at top level, in order; those of a
/// module as others call them, `geometry/area`. Nothing is run. Errors: as format().
Result<std::vector<std::string>> defined_functions(std::string_view source, std::string_view name);

/// Which of the names a misspelt word was probably meant to be; empty: none is close enough.
std::string_view closest_name(std::string_view word, std::span<const std::string_view> names);
/// What a program text calls itself with `(module name …)`; empty when it is no module.
std::string module_name(std::string_view source);

}  // namespace lithe
