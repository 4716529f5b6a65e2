// SPDX-License-Identifier: Apache-2.0
#include "io/descriptor.hpp"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

namespace lithe::io {

Descriptor::~Descriptor() {
  if (number >= 0) close(number);
}

long read_some(int descriptor, char* to, size_t bytes) {
  for (;;) {
    ssize_t got = read(descriptor, to, bytes);
    if (got >= 0) return got;
    if (errno != EINTR) return -errno;
  }
}

bool wait_for(int descriptor, Readiness what, int milliseconds) {
  pollfd entry{descriptor, static_cast<short>(what == Readiness::readable ? POLLIN : POLLOUT), 0};
  for (;;) {
    int ready = poll(&entry, 1, milliseconds);
    if (ready > 0) return true;
    if (ready == 0) return false;
    if (errno != EINTR && errno != EAGAIN) return true;
  }
}

}  // namespace lithe::io
