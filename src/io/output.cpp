// SPDX-License-Identifier: Apache-2.0
#include "io/output.hpp"

#include <unistd.h>

#include "io/operation.hpp"

namespace lithe::io {

Output::Output(int descriptor) : descriptor_(descriptor), interactive_(isatty(descriptor) == 1) {}

base::Result<void, Error> Output::write(std::string_view text) {
  auto written = write_all(descriptor_, text);
  if (!written) failed_ = true;
  return written;
}

base::Result<void, Error> Output::append(std::string_view text) {
  if (failed_) return {};
  if (buffer_.size() + text.size() > buffer_bytes) {
    if (auto flushed = flush(); !flushed) return flushed;
    if (text.size() > buffer_bytes) return write(text);
  }
  buffer_ += text;
  if (interactive_ && !text.empty() && text.back() == '\n') return flush();
  return {};
}

base::Result<void, Error> Output::flush() {
  if (buffer_.empty()) return {};
  auto written = write(buffer_);
  buffer_.clear();
  return written;
}

}  // namespace lithe::io
