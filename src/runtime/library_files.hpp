// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace lithe::runtime {

/// A source of the standard library, as it stands in lib/.
struct LibraryFile {
  std::string_view name;
  std::string_view text;
};

/// All of them; made by cmake/embed_library.cmake.
std::span<const LibraryFile> library_files();

}  // namespace lithe::runtime
