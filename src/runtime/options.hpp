// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "primitives/capabilities.hpp"
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
  u64 max_memory_bytes = 0;            ///< of all together; 0: most of the machine's
  u32 max_processes = 0;               ///< at a time, the main one included; 0: no limit
  double max_time_ms = 0;              ///< of each call of the host; 0: none
  primitives::CapabilitySet refused = 0;
  bool main_only = false;   ///< the program ends with its main process
  bool show_calls = false;  ///< reports of errors list all calls that led to them
  bool trace_hash = false;  ///< print the scheduler's trace hash at the end
  /// Gives the text of a file that a program includes or imports, instead of the file system; a
  /// path is the same file wherever it is asked for. Fails with a message for a person.
  std::function<base::Result<std::string, std::string>(std::string_view path)> open_include;
  /// Gives the standard input's next line, nullopt at its end. Called on the runtime's thread.
  std::function<std::optional<std::string>()> read_line;
  /// Takes output instead of the descriptors 1 and 2. Called on the runtime's thread.
  std::function<void(vm::Handle, std::string_view)> sink;
};

}  // namespace lithe::runtime
