// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "syntax/char_source.hpp"

namespace lithe::expand {

struct IncludedFile {
  std::string path;      ///< as shown in diagnostics
  std::string identity;  ///< the same for the same file, however it was spelled
  std::unique_ptr<syntax::CharSource> source;
};

/// Finds and opens what `include` names.
class Includer {
 public:
  virtual ~Includer() = default;

  /// `from` is the path of the including file, empty if it is none (a stream, `-e`). Fails with
  /// a message for a person.
  virtual base::Result<IncludedFile, std::string> open(std::string_view path,
                                                       std::string_view from) = 0;

  /// The identity of a file that was opened by other means.
  virtual std::string identity(std::string_view path) = 0;
};

/// The file system: a path is relative to the folder of the including file, else to one of
/// `folders` (-I), in order.
class FileIncluder : public Includer {
 public:
  explicit FileIncluder(std::vector<std::string> folders = {}) : folders_(std::move(folders)) {}

  base::Result<IncludedFile, std::string> open(std::string_view path,
                                               std::string_view from) override;
  std::string identity(std::string_view path) override;

 private:
  std::vector<std::string> folders_;
};

}  // namespace lithe::expand
