// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace lithe::base {

/// Of the whole: what `lithe --version` and (sys/version) give. The same as the project's in
/// CMakeLists.txt.
inline constexpr const char* version = "0.1.0";

}  // namespace lithe::base
