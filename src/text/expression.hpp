// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "text/plugin.hpp"

// Regular expressions; each function is the one of that name in Plugin.

namespace lithe::text {

Expression* compile(std::string_view pattern, PatternError& error);
void release(Expression* expression);
u32 groups(const Expression* expression);
u32 size(const Expression* expression);
bool search(const Expression* expression, std::string_view text, size_t start,
            std::span<Place> places);

}  // namespace lithe::text
