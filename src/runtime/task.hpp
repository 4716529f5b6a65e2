// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "process/process.hpp"
#include "sched/runnable.hpp"
#include "sched/timer_wheel.hpp"
#include "vm/machine.hpp"

namespace lithe::io {
class Operation;
}

namespace lithe::runtime {

class Runtime;
using value::Value;

/// What a process waits for, when it is more than a message. Made when first needed.
struct Waiting {
  sched::Timer timer;  ///< receive time-out, or sleep
  bool timer_fired = false;
  io::Operation* operation = nullptr;
};

/// A process as something that can be scheduled. Record, first stack and first heap are one
/// block, so Tasks are made by create() and delete themselves when they have ended.
class Task : public sched::Runnable {
 public:
  /// What one costs when it is made.
  static constexpr u64 least_bytes = 1024;

  /// Null: no memory.
  static Task* create(Runtime& runtime);
  /// Destroys the task of a process that no scheduler will run again.
  static void destroy(process::Process& process) { delete &of(process); }
  /// The task of a process (every process is a task's member).
  static Task& of(process::Process& process);

  process::Process process;
  Runtime& runtime;
  std::unique_ptr<Waiting> waiting;
  /// It waits for one operation alone: a wake-up before its answer is none.
  bool blocked = false;
  bool ends_with_call = true;  ///< false: the main process, mailboxes of the host
  bool doomed = false;         ///< Limits is ending it
  u32 call_number;             ///< of the host's call that started it (Limits)
  bool listed_idle = false;    ///< among those that are shrunk when they have been idle for a while

  sched::RunOutcome resume(sched::Worker& worker) override;
  void request_preempt() override;
  bool account_native(i64 bytes) override;
  void on_ended() override;

  /// request::interrupt is set: what it waits for, if it waits, fails instead.
  virtual void interrupt_wait() {}

  Waiting& make_waiting();
  /// It waits, and not on a native slice: its memory may be moved by the scheduler's thread.
  bool idles() const;
  /// All memory that it holds, with what the allocator adds to its blocks.
  u64 bytes_held() const;
  /// The operation that it is blocked on has its answer in process.answer.
  void unblock();

 protected:
  Task(Runtime& runtime, u64* stack, u64* heap);
  ~Task() override;
  /// Tasks are made in a block from malloc.
  static void operator delete(void* block);

  /// Runs the process's code for one turn, on a slice.
  virtual sched::RunOutcome turn();
  sched::RunOutcome end(Value reason);
  sched::RunOutcome after(vm::Stop stop);
};

}  // namespace lithe::runtime
