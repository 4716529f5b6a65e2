// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/watcher.hpp"
#include "process/process.hpp"
#include "vm/runtime_services.hpp"

namespace lithe::vm {

/// Ends a long work in C++ when the process that it is done for is interrupted or to end.
class ProcessWatcher final : public base::Watcher {
 public:
  ProcessWatcher(const process::Process& process, Runtime& runtime)
      : process_(process), runtime_(runtime) {}
  bool is_over() override {
    namespace request = process::request;
    constexpr u32 ending =
        request::kill | request::interrupt | request::over_limit | request::give_up;
    return process_.asked(ending) || runtime_.stopping();
  }

 private:
  const process::Process& process_;
  Runtime& runtime_;
};

}  // namespace lithe::vm
