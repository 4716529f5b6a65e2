// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace lithe::cli {

/// The text of cli/test_library.lt; the build writes it into a source file.
extern const char* const test_library;

}  // namespace lithe::cli
