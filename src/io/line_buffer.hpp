// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/integers.hpp"
#include "io/line_reader.hpp"

namespace lithe::io {

/// Cuts bytes into lines.
class LineBuffer {
 public:
  explicit LineBuffer(u64 line_limit) : limit_(line_limit) {}

  void add(std::string_view bytes);
  /// No more bytes will come, or with `clear_end` they may again (a terminal).
  void add_end() { ended_ = true; }
  void clear_end() { ended_ = false; }
  bool ended() const { return ended_; }
  /// The next line, the error of a line that is too long, or the end; nullopt: more bytes needed.
  std::optional<Line> next();

 private:
  Line take(u64 length, u64 with_newline);

  u64 limit_;
  std::string bytes_;
  u64 begin_ = 0;          ///< of the next line in bytes_
  u64 scanned_ = 0;        ///< no newline between begin_ and here
  bool skipping_ = false;  ///< inside the rest of a line that was too long
  bool ended_ = false;
};

}  // namespace lithe::io
