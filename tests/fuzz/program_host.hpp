// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "lithe/lithe.hpp"

// What the targets that call functions of a runtime over and over have in common.

namespace lithe::fuzz {

/// A runtime for all inputs of a target, with a program that has been run. Never freed.
Runtime& runtime_with(const char* program);

/// Ends the target: something does not hold.
[[noreturn]] void fail(const char* what, std::string_view input, std::string_view got = {});

}  // namespace lithe::fuzz
