// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <signal.h>

#include <system_error>
#include <thread>
#include <utility>

namespace lithe::sched {

/// Starts a thread that no signal is delivered to: signals are for the host's threads. When the
/// system has no thread to give, what comes back is not joinable.
template <class Body>
std::thread start_quiet_thread(Body body) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread;
  try {
    thread = std::thread(std::move(body));
  } catch (const std::system_error&) {
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace lithe::sched
