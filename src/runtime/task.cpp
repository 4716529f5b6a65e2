// SPDX-License-Identifier: Apache-2.0

#include "runtime/task.hpp"

#include <cstddef>
#include <cstdlib>
#include <new>

#include "base/memory_fault.hpp"
#include "io/operation.hpp"
#include "process/failure.hpp"
#include "process/signals.hpp"
#include "runtime/main_task.hpp"
#include "runtime/runtime.hpp"
#include "sched/worker.hpp"
#include "vm/native_code.hpp"

namespace lithe::runtime {

using process::Process;
using sched::RunOutcome;
using vm::Stop;

namespace {
constexpr u32 stack_words = Process::first_stack_words;
constexpr u32 heap_words = Process::first_heap_words;
constexpr std::size_t block_bytes = sizeof(Task) + (stack_words + heap_words) * sizeof(u64);
/// With its place in the tables of processes, and what allocators add here and there.
constexpr std::size_t counted_bytes = block_bytes + 256;
constexpr std::size_t allocator_bytes = 16;  ///< of each block: header and rounding
}  // namespace

Task* Task::create(Runtime& runtime) {
  void* block = base::try_malloc(block_bytes);
  if (!block) return nullptr;
  u64* words = reinterpret_cast<u64*>(static_cast<char*>(block) + sizeof(Task));
  return new (block) Task(runtime, words, words + stack_words);
}

void Task::operator delete(void* block) { std::free(block); }

Task::Task(Runtime& runtime, u64* stack, u64* heap)
    : process(runtime.heap_environment(), stack, stack_words, heap, heap_words),
      runtime(runtime),
      call_number(runtime.limits().call_number()) {
  runtime.account().add(counted_bytes);
  process.exec.helpers = &vm::helper_table;
  process.owner = &runtime.machine();
  process.answer = Value::unbound();
}

Task::~Task() {
  runtime.account().remove(counted_bytes);
  if (!waiting) return;
  runtime.scheduler().cancel_timer(waiting->timer);
  if (waiting->operation) waiting->operation->cancel();
}

Task& Task::of(Process& process) {
  // A Task is polymorphic, so offsetof is only conditionally supported; both compilers do.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winvalid-offsetof"
  constexpr std::size_t offset = offsetof(Task, process);
#pragma GCC diagnostic pop
  return *reinterpret_cast<Task*>(reinterpret_cast<char*>(&process) - offset);
}

Waiting& Task::make_waiting() {
  if (!waiting) waiting = std::make_unique<Waiting>();
  return *waiting;
}

bool Task::idles() const {
  bool waits = scheduling.state.load(std::memory_order_acquire) == sched::run_state::waiting;
  return waits && !scheduling.parked;
}

u64 Task::bytes_held() const {
  u64 bytes = block_bytes + allocator_bytes + process.bytes();
  return waiting ? bytes + sizeof(Waiting) + allocator_bytes : bytes;
}

void Task::unblock() {
  blocked = false;
  runtime.scheduler().wake(*this);
}

bool Task::account_native(i64 bytes) {
  // Native stacks count toward the process's limit; what is parked is counted while it is.
  return runtime.account_native(process, bytes);
}

RunOutcome Task::resume(sched::Worker& worker) {
  process.exec.slice_limit = worker.native_limit();
  if (process.mailbox.has_arrivals() && !process::take_signals(runtime.processes(), process)) {
    return end(process.exit_reason);
  }
  if (process.asked(process::request::kill)) return end(process.exit_reason);
  if (process.asked(process::request::interrupt)) interrupt_wait();
  if (blocked) return RunOutcome::waiting;
  process.poll_always = runtime.scheduler().polls_always();
  process.reset_limits();
  return turn();
}

void Task::request_preempt() {
  namespace request = process::request;
  bool struck = runtime.limits().take_strike();
  process.ask(struck ? request::preempt | request::give_up : request::preempt);
}

RunOutcome Task::turn() { return after(runtime.machine().resume(process)); }

RunOutcome Task::after(Stop stop) {
  switch (stop) {
    case Stop::returned:
      return end(Value::keyword(base::name::normal));
    case Stop::failed:
      if (process.failure->unstoppable) return end(Value::keyword(base::name::interrupted));
      return end(runtime.report_crash(*this));
    case Stop::waiting:
      runtime.note_waiting(*this);
      return RunOutcome::waiting;
    case Stop::yielded:
      return RunOutcome::yielded;
    case Stop::exited:
    case Stop::tail_pending:
      break;
  }
  return end(process.exit_reason);
}

RunOutcome Task::end(Value reason) {
  if (process.asked(process::request::over_limit)) {
    runtime.report_memory_limit(*this);
  } else if (runtime.is_main(*this) && !runtime.exiting() &&
             process.asked(process::request::kill) &&
             reason != Value::keyword(base::name::normal)) {
    runtime.note_main_killed(reason);
  }
  process.exec.stack_top = process.stack_begin;
  process.exec.root_frames = nullptr;
  process::end_process(runtime.processes(), process, reason);
  return RunOutcome::ended;
}

void Task::on_ended() {
  bool was_doomed = doomed;
  Limits& limits = runtime.limits();
  delete this;
  if (was_doomed) limits.note_doomed_ended();
}

}  // namespace lithe::runtime
