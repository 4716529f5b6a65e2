// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <string_view>

#include "base/utf8.hpp"
#include "builtins/builtins.hpp"
#include "value/text.hpp"

// What the builtins on strings have in common. Views of strings die at the next collection.

namespace lithe::builtins {

inline constexpr size_t not_found = std::string_view::npos;

/// Offset of the first place of `part` in `text` from offset `start` on, or not_found. Linear
/// for any two texts.
inline size_t find_text(std::string_view text, std::string_view part, size_t start = 0) {
  if (part.size() == 1) return text.find(part[0], start);
  const void* at = memmem(text.data() + start, text.size() - start, part.data(), part.size());
  return at ? size_t(static_cast<const char*>(at) - text.data()) : not_found;
}

/// How many code points lie before a byte offset of a string.
inline u64 index_at(Value string, size_t offset) {
  if (value::is_ascii_string(string.as_object())) return offset;
  return base::utf8::count(value::text(string).substr(0, offset));
}

/// True if all arguments from `first` on are strings; else the error is set.
bool expect_strings(NativeCall& call, u32 first = 0);

/// Argument i as a path. False: the error is set. The view dies at the next collection.
bool expect_path(NativeCall& call, u32 i, std::string_view& out);

/// List of strings of a code point each.
Value list_of_characters(NativeCall& call, u32 position);

}  // namespace lithe::builtins
