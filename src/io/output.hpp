// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "io/error.hpp"

namespace lithe::io {

/// A buffered output handle over a descriptor that it does not own. The owner flushes before it
/// waits and at every kind of end. One thread at a time.
///
/// An error (closed pipe, full disk) is given once, by the call that met it; from then on
/// everything is dropped silently and failed() holds.
class Output {
 public:
  static constexpr size_t buffer_bytes = 64 * 1024;

  explicit Output(int descriptor);
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  /// Appends; writes when the buffer is full, and at a line's end on a terminal.
  base::Result<void, Error> append(std::string_view text);
  base::Result<void, Error> flush();
  bool failed() const { return failed_; }
  bool pending() const { return !buffer_.empty(); }
  bool interactive() const { return interactive_; }
  int descriptor() const { return descriptor_; }

 private:
  base::Result<void, Error> write(std::string_view text);

  int descriptor_;
  bool interactive_;
  bool failed_ = false;
  std::string buffer_;
};

}  // namespace lithe::io
