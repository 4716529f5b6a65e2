// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace lithe::cli {

// Programs in Lithe that stand beside this file: the build writes their texts into a source file.

extern const char* const test_library;   ///< cli/test_library.lt
extern const char* const bench_library;  ///< cli/bench_library.lt

}  // namespace lithe::cli
