// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace lithe::base {

/// Appends the shortest text that reads back as the same float, always with a `.` or an
/// exponent; plain between 1e-6 and 1e21. Infinities and NaN, which no text reads as, give `inf`,
/// `-inf`, `nan`.
void append_float(double value, std::string& out);

/// Appends a string literal: quoted; quotes, backslashes and control characters escaped.
void append_string_literal(std::string_view text, std::string& out);

}  // namespace lithe::base
