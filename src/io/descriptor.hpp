// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace lithe::io {

/// A descriptor that is closed at the end.
struct Descriptor {
  explicit Descriptor(int number) : number(number) {}
  ~Descriptor();
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int number;  ///< below 0: none
};

/// read(2), again after an interruption. => bytes (0: the end), or -errno, never -EINTR.
long read_some(int descriptor, char* to, size_t bytes);

enum class Readiness { readable, writable };

/// Blocks until the descriptor is ready (or broken), for at most `milliseconds` (-1: for ever).
/// => false when the time is over.
bool wait_for(int descriptor, Readiness what, int milliseconds);

}  // namespace lithe::io
