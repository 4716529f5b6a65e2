// SPDX-License-Identifier: Apache-2.0
#include "io/error.hpp"

#include <cctype>
#include <cstring>

namespace lithe::io {

Error error_from_errno(int code) {
  char buffer[128];
  // glibc's strerror_r under _GNU_SOURCE, which g++ and clang++ define: thread-safe.
  std::string text = strerror_r(code, buffer, sizeof buffer);
  if (text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0) {
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  }
  return {code, std::move(text)};
}

}  // namespace lithe::io
