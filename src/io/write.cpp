// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "io/descriptor.hpp"
#include "io/job.hpp"

namespace lithe::io {
namespace {

/// While it lives, a write to a closed pipe raises no signal in this thread. What others do with
/// SIGPIPE is not touched.
class NoPipeSignal {
 public:
  NoPipeSignal() {
    sigset_t pending;
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
  }
  ~NoPipeSignal() {
    if (raised && !was_pending_) {
      timespec now{0, 0};
      while (sigtimedwait(&pipe_, nullptr, &now) < 0 && errno == EINTR) {
      }
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

  bool raised = false;

 private:
  sigset_t pipe_, before_;
  bool was_pending_;
};

}  // namespace

namespace {

/// `cancelled` null: nobody will.
base::Result<void, Error> write_until(int descriptor, std::string_view bytes,
                                      const Cancelled* cancelled) {
  constexpr u64 largest_write = u64{1} << 20;  // then cancelled is looked at
  NoPipeSignal no_signal;
  while (!bytes.empty()) {
    if (cancelled && cancelled->load(std::memory_order_relaxed)) {
      return base::failure(error_from_errno(ECANCELED));
    }
    ssize_t written = write(descriptor, bytes.data(),
                            cancelled ? std::min(bytes.size(), largest_write) : bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<size_t>(written));
      continue;
    }
    int code = errno;
    if (code == EINTR) continue;
    if (code == EAGAIN || code == EWOULDBLOCK) {
      wait_for(descriptor, Readiness::writable, cancelled ? cancel_check_ms : -1);
      continue;
    }
    no_signal.raised = code == EPIPE;
    return base::failure(error_from_errno(code));
  }
  return {};
}

}  // namespace

base::Result<void, Error> write_all(int descriptor, std::string_view bytes) {
  return write_until(descriptor, bytes, nullptr);
}

base::Result<void, Error> write_all(int descriptor, std::string_view bytes,
                                    const Cancelled& cancelled) {
  return write_until(descriptor, bytes, &cancelled);
}

const char* environment(const std::string& name) { return std::getenv(name.c_str()); }

}  // namespace lithe::io
