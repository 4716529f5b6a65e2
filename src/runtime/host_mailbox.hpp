// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "runtime/task.hpp"

namespace lithe::runtime {

/// A process that runs no code: it hands each message to the host. A daemon.
class HostMailbox final : public Task {
 public:
  /// Sender, then data; both die with the call, which runs no Lithe code.
  using Take = std::function<void(heap::Heap&, Value, Value)>;

  /// Null: no memory.
  static HostMailbox* create(Runtime& runtime, Take take, std::function<void()> ended);

 private:
  HostMailbox(Runtime& runtime, u64* stack, u64* heap, Take take, std::function<void()> ended)
      : Task(runtime, stack, heap), take_(std::move(take)), ended_(std::move(ended)) {
    ends_with_call = false;
  }

  sched::RunOutcome turn() override;
  void on_ended() override;

  Take take_;
  std::function<void()> ended_;
};

}  // namespace lithe::runtime
