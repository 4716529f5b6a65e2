// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/integers.hpp"
#include "edit/plugin.hpp"

namespace lithe::edit {

/// The word that ends at the end of `text`, the part of a line in front of the cursor. Empty
/// inside a string or behind what separates words.
std::string_view last_word(std::string_view text);

/// The names that begin with a word.
std::span<const std::string> matching(const Names& names, std::string_view word);

/// The longest text that all of them begin with; they are sorted and at least one.
std::string_view common_start(std::span<const std::string> names);

/// Names in columns from top to bottom, for a screen of that width; a line at the end says how
/// many were left out.
std::string in_columns(std::span<const std::string> names, u32 width);

/// The keywords in a text, with their colon.
std::vector<std::string> keywords_in(std::string_view text);

}  // namespace lithe::edit
