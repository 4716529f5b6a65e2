// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "syntax/span.hpp"

namespace lithe::syntax {

struct EscapeError {
  Span place;  ///< of the escape
  std::string message;
};

/// Decodes the escapes of a string literal: `raw` is the valid UTF-8 between its quotation marks,
/// as the lexer gave it, so no backslash is its last character. Appends to `out`.
/// `begin`: the place of the opening quotation mark.
std::optional<EscapeError> decode_string(std::string_view raw, Span begin, std::string& out);

}  // namespace lithe::syntax
