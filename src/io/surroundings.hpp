// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/integers.hpp"
#include "base/result.hpp"
#include "io/error.hpp"

// What the program runs on and in. Any thread; the current folder is the whole program's.

namespace lithe::io {

/// Bytes as the system gives them: perhaps no UTF-8.
base::Result<std::string, Error> current_folder();
base::Result<void, Error> change_folder(const std::string& path);

/// Such as "linux" and "x86_64".
std::string platform();
std::string architecture();
/// Processor cores that the program may use.
u32 cores();

struct MachineMemory {
  u64 total = 0;
  u64 available = 0;
};
MachineMemory machine_memory();

}  // namespace lithe::io
