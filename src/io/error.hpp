// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace lithe::io {

/// Why an operation failed.
struct Error {
  int code = 0;      ///< errno's value; 0 when it is a limit of ours
  std::string text;  ///< for people: "no such file or directory", without the file's name
};

/// The error of an errno value.
Error error_from_errno(int code);

}  // namespace lithe::io
