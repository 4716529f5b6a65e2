// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace lithe::base {

/// Prints `FILE:LINE: check failed: EXPRESSION` on stderr and aborts. Allocates nothing.
[[noreturn, gnu::cold]] void check_failed(const char* file, int line, const char* expression);

}  // namespace lithe::base

/// Always on: aborts with file and line when `cond` is false. For invariants whose loss would
/// corrupt memory or answers.
#define LITHE_CHECK(cond) \
  (__builtin_expect(!!(cond), 1) ? void(0) : ::lithe::base::check_failed(__FILE__, __LINE__, #cond))

/// Debug builds only; `cond` is compiled but not evaluated in release builds.
#ifdef NDEBUG
#define LITHE_ASSERT(cond) (true ? void(0) : void(!!(cond)))
#else
#define LITHE_ASSERT(cond) LITHE_CHECK(cond)
#endif

/// Marks code that no input can reach.
#define LITHE_UNREACHABLE() ::lithe::base::check_failed(__FILE__, __LINE__, "unreachable")
