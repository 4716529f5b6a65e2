// SPDX-License-Identifier: Apache-2.0
#include "base/memory_fault.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace lithe::base {

namespace memory_fault {

std::atomic<bool> armed{false};

namespace {
std::atomic<u64> left{0};  ///< requests until the first that fails
std::atomic<u64> failed{0};
std::atomic<bool> stays{false};
}  // namespace

void arm(u64 n, bool sticky) {
  left.store(n);
  failed.store(0);
  stays.store(sticky);
  armed.store(n > 0);
}

void arm_from_environment() {
  static const bool once = [] {
    const char* text = std::getenv("LITHE_FAIL_ALLOCATION");
    if (text == nullptr) return false;
    char* end = nullptr;
    u64 n = std::strtoull(text, &end, 10);
    arm(n, *end == '+');
    return true;
  }();
  static_cast<void>(once);
}

u64 disarm() {
  armed.store(false);
  return failed.load();
}

bool next_fails() {
  u64 before = left.load();
  while (before > 0 && !left.compare_exchange_weak(before, before - 1)) {
  }
  bool fails = before == 1 || (before == 0 && stays.load());
  if (fails) failed.fetch_add(1);
  return fails;
}

}  // namespace memory_fault

void end_without_memory(const char* what) {
  std::fprintf(stderr, "lithe: the system has no memory for %s\n", what);
  _exit(1);
}

}  // namespace lithe::base
