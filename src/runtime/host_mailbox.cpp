// SPDX-License-Identifier: Apache-2.0

#include "runtime/host_mailbox.hpp"

#include <cstdlib>
#include <new>

#include "base/memory_fault.hpp"
#include "heap/fragment.hpp"
#include "runtime/runtime.hpp"

namespace lithe::runtime {

HostMailbox* HostMailbox::create(Runtime& runtime, Take take, std::function<void()> ended) {
  constexpr std::size_t words =
      process::Process::first_stack_words + process::Process::first_heap_words;
  void* block = base::try_malloc(sizeof(HostMailbox) + words * sizeof(u64));
  if (!block) return nullptr;
  u64* stack = reinterpret_cast<u64*>(static_cast<char*>(block) + sizeof(HostMailbox));
  return new (block) HostMailbox(runtime, stack, stack + process::Process::first_stack_words,
                                 std::move(take), std::move(ended));
}

sched::RunOutcome HostMailbox::turn() {
  for (;;) {
    process.begin_scan();
    heap::Fragment* message = process.next_message();
    if (!message) break;
    take_(process.heap, message->sender, message->root);
    process.accept_message();
    if (process.heap.wants_collection()) process.heap.collect_minor();
  }
  process.mailbox.end_scan();
  runtime.note_waiting(*this);
  return sched::RunOutcome::waiting;
}

void HostMailbox::on_ended() {
  ended_();
  Task::on_ended();
}

}  // namespace lithe::runtime
