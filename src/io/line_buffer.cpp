// SPDX-License-Identifier: Apache-2.0
#include "io/line_buffer.hpp"

namespace lithe::io {

void LineBuffer::add(std::string_view bytes) {
  if (begin_ == bytes_.size()) {
    bytes_.clear();
    begin_ = scanned_ = 0;
  } else if (begin_ > bytes_.size() / 2) {
    bytes_.erase(0, begin_);
    scanned_ -= begin_;
    begin_ = 0;
  }
  bytes_ += bytes;
}

Line LineBuffer::take(u64 length, u64 with_newline) {
  std::string line = bytes_.substr(begin_, length);
  begin_ += with_newline;
  scanned_ = begin_;
  // A long line's memory is not kept for the short ones that follow.
  if (begin_ == bytes_.size() && bytes_.capacity() > (u64{1} << 20)) {
    std::string().swap(bytes_);
    begin_ = scanned_ = 0;
  }
  return std::optional(std::move(line));
}

std::optional<Line> LineBuffer::next() {
  for (;;) {
    u64 newline = bytes_.find('\n', scanned_);
    if (newline != std::string::npos && skipping_) {
      begin_ = scanned_ = newline + 1;
      skipping_ = false;
      continue;
    }
    if (newline != std::string::npos && newline - begin_ <= limit_) {
      return take(newline - begin_, newline + 1 - begin_);
    }
    if (skipping_) begin_ = bytes_.size();
    if (newline == std::string::npos) scanned_ = bytes_.size();
    if (scanned_ - begin_ > limit_ || newline != std::string::npos) {
      skipping_ = true;
      begin_ = scanned_;
      return Line(
          base::failure(Error{0, "a line is longer than " + std::to_string(limit_) + " bytes"}));
    }
    if (!ended_) return std::nullopt;
    skipping_ = false;
    if (begin_ == bytes_.size()) return Line(std::optional<std::string>());
    return take(bytes_.size() - begin_, bytes_.size() - begin_);
  }
}

}  // namespace lithe::io
