// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "vm/machine.hpp"
#include "vm/runtime_services.hpp"

namespace lithe::runtime {

/// How a runtime is set up; from the host or the command line, the LITHE_… variables beside it.
struct Options {
  vm::JitPolicy jit{.enabled = true};
  std::string native_plugin;  ///< path of liblithe-native.so; empty: no compiling
  std::vector<std::string> include_folders;
  std::vector<std::string> arguments;  ///< (sys/args)
  u64 max_heap_bytes = 0;              ///< of the main process; 0: none
  u64 max_child_heap_bytes = 0;        ///< of spawned processes; 0: none
  bool main_only = false;              ///< the program ends with its main process
  bool trace_hash = false;             ///< print the scheduler's trace hash at the end
  /// Takes output instead of the descriptors 1 and 2. Called on the runtime's thread.
  std::function<void(vm::Handle, std::string_view)> sink;
};

}  // namespace lithe::runtime
