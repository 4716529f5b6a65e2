// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/integers.hpp"

namespace lithe::edit {

/// Lines kept from run to run: a text file of at most `most_entries` lines, oldest first, that its
/// owner alone may read. Nothing here fails: where the file cannot be read or written, there is
/// less to remember. Several dialogues may add to one file.
class HistoryFile {
 public:
  static constexpr size_t most_entries = 1000;
  /// A longer line is not kept.
  static constexpr size_t most_bytes = 4096;

  /// An empty path: no file.
  explicit HistoryFile(std::string path) : path_(std::move(path)) {}

  /// The lines, oldest first. A file that holds more than there may be is cut.
  std::vector<std::string> load();
  void add(std::string_view line);

 private:
  void replace(const std::vector<std::string>& lines);

  std::string path_;
  size_t in_file_ = 0;  ///< lines, as far as this knows
};

}  // namespace lithe::edit
