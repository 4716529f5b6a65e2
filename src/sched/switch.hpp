// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sched/slice.hpp"

// Stack switching: Boost.Context's jump, announced to the sanitizers. Floating-point modes are
// switched with the stack.

#if defined(__SANITIZE_ADDRESS__)
#define LITHE_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LITHE_ASAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define LITHE_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define LITHE_TSAN 1
#endif
#endif
#ifndef LITHE_ASAN
#define LITHE_ASAN 0
#endif
#ifndef LITHE_TSAN
#define LITHE_TSAN 0
#endif

namespace lithe::sched {

/// Suspends the calling flow at `from` and goes on at `to`, which must be suspended. Returns
/// when somebody switches to `from`.
void switch_to(SwitchPoint& from, SwitchPoint& to);

/// Makes the slice a suspended flow that will run Worker::slice_main(slice).
void prepare_slice(Slice& slice);
/// Drops the flow that is suspended on the slice, wherever it stands.
void drop_flow(Slice& slice);

/// Fills in what the sanitizers want to know of the calling thread's own stack.
void describe_thread(SwitchPoint& point);

}  // namespace lithe::sched
