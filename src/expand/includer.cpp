// SPDX-License-Identifier: Apache-2.0
#include "expand/includer.hpp"

#include <filesystem>

namespace lithe::expand {

namespace {

namespace fs = std::filesystem;

std::string identity_of(const fs::path& path) {
  std::error_code failed;
  fs::path result = fs::weakly_canonical(path, failed);
  return failed ? path.string() : result.string();
}

bool is_file(const fs::path& path) {
  std::error_code failed;
  fs::file_status status = fs::status(path, failed);
  return !failed && fs::exists(status) && !fs::is_directory(status);
}

}  // namespace

base::Result<IncludedFile, std::string> FileIncluder::open(std::string_view path,
                                                           std::string_view from) {
  fs::path wanted(path);
  fs::path found = wanted.is_absolute() ? wanted : fs::path(from).parent_path() / wanted;
  if (wanted.is_relative() && !is_file(found)) {
    for (const std::string& folder : folders_) {
      fs::path candidate = fs::path(folder) / wanted;
      if (!is_file(candidate)) continue;
      found = candidate;
      break;
    }
  }
  auto source = syntax::open_source(found.string());
  if (!source) return base::failure(source.error());
  return IncludedFile{found.string(), identity_of(found), std::move(*source)};
}

std::string FileIncluder::identity(std::string_view path) { return identity_of(fs::path(path)); }

}  // namespace lithe::expand
