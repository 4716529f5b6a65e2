// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the host programs of this folder check with: a failed check says where and counts; the
// program's exit code is whether any failed.

#include <cstdio>
#include <string>
#include <string_view>

#include "lithe/lithe.hpp"

namespace checking {

inline int failures = 0;

inline void note(bool good, const char* file, int line, const std::string& what) {
  if (good) return;
  failures++;
  std::fprintf(stderr, "%s:%d: %s\n", file, line, what.c_str());
}

inline std::string text(std::string_view s) { return std::string(s); }
inline std::string text(bool b) { return b ? "true" : "false"; }
template <class T>
  requires std::is_arithmetic_v<T>
std::string text(T x) {
  return std::to_string(x);
}
inline std::string text(const lithe::Value& v) {
  return std::string(lithe::Value::describe(v.kind())) + " " + std::string(v.text());
}

template <class T>
std::string problem_of(const lithe::Result<T>& result) {
  return result ? "ok" : ":" + result.error().kind + " " + result.error().message;
}
inline std::string problem_of(const lithe::Evaluation& result) {
  return result ? "ok" : ":" + result.failure.kind + " " + result.failure.message;
}

inline int report(const char* name) {
  if (failures == 0) std::printf("%s: all checks passed\n", name);
  return failures == 0 ? 0 : 1;
}

}  // namespace checking

#define CHECK(condition) checking::note(bool(condition), __FILE__, __LINE__, #condition)
#define CHECK_EQUAL(given, wanted)                                                    \
  do {                                                                                \
    const auto given_ = (given);                                                      \
    const auto wanted_ = (wanted);                                                    \
    checking::note(given_ == wanted_, __FILE__, __LINE__,                             \
                   std::string(#given) + " is " + checking::text(given_) + ", not " + \
                       checking::text(wanted_));                                      \
  } while (false)
#define CHECK_OK(result)                                                         \
  do {                                                                           \
    const auto result_ = (result);                                               \
    checking::note(bool(result_), __FILE__, __LINE__,                            \
                   std::string(#result) + ": " + checking::problem_of(result_)); \
  } while (false)
/// A Result or Evaluation that failed with this kind, its message containing `part`.
#define CHECK_FAILS(result, wanted_kind, part)                                             \
  do {                                                                                     \
    const std::string problem_ = checking::problem_of(result);                             \
    bool good_ = problem_.starts_with(std::string(":") + wanted_kind + " ") &&             \
                 problem_.find(part) != std::string::npos;                                 \
    checking::note(good_, __FILE__, __LINE__, std::string(#result) + " gave " + problem_); \
  } while (false)
