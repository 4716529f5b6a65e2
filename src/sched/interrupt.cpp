// SPDX-License-Identifier: Apache-2.0
#include "sched/interrupt.hpp"

#include <errno.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "base/assert.hpp"
#include "base/integers.hpp"
#include "sched/quiet_thread.hpp"

namespace lithe::sched {
namespace {

std::atomic<int> watched{-1};  ///< the eventfd of the one InterruptWatch

/// An eventfd adds up what is written: interrupts count ones, the end of the watch adds this.
constexpr u64 quit = u64{1} << 32;

void add(int descriptor, u64 amount) {
  // Only an overflow of the counter could refuse it, and that has been heard long before.
  [[maybe_unused]] ssize_t written = write(descriptor, &amount, sizeof amount);
}

void handle(int) {
  int before = errno;
  add(watched.load(std::memory_order_relaxed), 1);
  errno = before;
}

}  // namespace

struct InterruptWatch::State {
  int descriptor;
  struct sigaction previous;
  std::thread thread;
};

InterruptWatch::InterruptWatch(void (*function)(void*), void* context, bool once)
    : state_(std::make_unique<State>()) {
  LITHE_CHECK(watched.load() == -1);
  int descriptor = state_->descriptor = eventfd(0, EFD_CLOEXEC);
  LITHE_CHECK(descriptor >= 0);
  watched.store(descriptor);
  state_->thread = start_quiet_thread([descriptor, function, context] {
    for (;;) {
      u64 count = 0;
      if (read(descriptor, &count, sizeof count) != sizeof count) continue;
      if (count % quit != 0) function(context);
      if (count >= quit) return;
    }
  });
  if (!state_->thread.joinable()) return;  // SIGINT keeps its effect
  struct sigaction action = {};
  action.sa_handler = handle;
  action.sa_flags = once ? SA_RESTART | int(SA_RESETHAND) : SA_RESTART;
  sigaction(SIGINT, &action, &state_->previous);
}

InterruptWatch::~InterruptWatch() {
  if (state_->thread.joinable()) {
    sigaction(SIGINT, &state_->previous, nullptr);
    add(state_->descriptor, quit);
    state_->thread.join();
  }
  watched.store(-1);
  close(state_->descriptor);
}

}  // namespace lithe::sched
