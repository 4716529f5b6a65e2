// SPDX-License-Identifier: Apache-2.0
#include "base/further_stack.hpp"

#include <pthread.h>

#include "base/assert.hpp"

namespace lithe::base {

namespace {

struct Task {
  void (*function)(void*);
  void* argument;
};

void* run(void* task) {
  static_cast<Task*>(task)->function(static_cast<Task*>(task)->argument);
  return nullptr;
}

}  // namespace

bool run_on_further_stack(size_t bytes, void (*function)(void*), void* argument) {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return false;
  Task task{function, argument};
  pthread_t thread;
  bool started = pthread_attr_setstacksize(&attributes, bytes) == 0 &&
                 pthread_create(&thread, &attributes, run, &task) == 0;
  pthread_attr_destroy(&attributes);
  if (!started) return false;
  LITHE_CHECK(pthread_join(thread, nullptr) == 0);
  return true;
}

}  // namespace lithe::base
