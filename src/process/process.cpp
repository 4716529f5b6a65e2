// SPDX-License-Identifier: Apache-2.0
#include "process/process.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "base/assert.hpp"
#include "base/name_table.hpp"
#include "heap/blocks.hpp"
#include "heap/fragment.hpp"
#include "heap/memory_account.hpp"
#include "process/definitions.hpp"
#include "process/failure.hpp"
#include "process/relations.hpp"

namespace lithe::process {

using heap::Fragment;
using value::Value;

namespace {

/// What Position::frame can name.
constexpr u64 stack_words_limit = u64{1} << 32;

}  // namespace

Process::Process(heap::HeapEnvironment& environment, u64* first_stack, u32 first_stack_words,
                 u64* first_heap, u32 first_heap_words)
    : heap(environment, this, first_heap, first_heap_words),
      stack_begin(first_stack),
      stack_end(first_stack + first_stack_words - stack_slack),
      first_stack_words_(u8(first_stack_words)),
      first_stack_offset_(i16(first_stack - reinterpret_cast<u64*>(this))) {
  LITHE_CHECK(reinterpret_cast<char*>(&exec) - reinterpret_cast<char*>(this) ==
              std::ptrdiff_t(offsetof_exec()));
  LITHE_CHECK(reinterpret_cast<char*>(&heap) == reinterpret_cast<char*>(&exec + 1));
  LITHE_CHECK(first_stack_words > stack_slack && first_stack_words <= 0xFF);
  LITHE_CHECK(on_first_stack());
  exec.stack_top = stack_begin;
  reset_limits();
}

Process::~Process() {
  if (failure) heap.environment().account.remove(Failure::counted_bytes);
  if (!on_first_stack()) {
    heap.environment().account.remove(stack_words() * 8);
    heap::free_block(stack_begin, stack_words());
  }
}

void Process::ask(u32 request_bits) {
  // Sequentially consistent, here and in reset_limits(): if the owner's load misses the request,
  // the stores below come after the owner's and stand.
  requests.fetch_or(request_bits, std::memory_order_seq_cst);
  exec.native_limit.store(~u64{0}, std::memory_order_seq_cst);
  exec.stack_limit.store(0, std::memory_order_seq_cst);
}

void Process::reset_limits() {
  exec.native_limit.store(exec.slice_limit, std::memory_order_seq_cst);
  exec.stack_limit.store(reinterpret_cast<u64>(stack_end), std::memory_order_seq_cst);
  if (requests.load(std::memory_order_seq_cst) != 0 || poll_always) {
    exec.native_limit.store(~u64{0}, std::memory_order_seq_cst);
    exec.stack_limit.store(0, std::memory_order_seq_cst);
  }
}

void Process::end_soon(Value reason) {
  if (!asked(request::kill)) exit_reason = reason;
  ask(request::kill);
}

void Process::on_memory_limit() {
  end_soon(Value::keyword(base::name::out_of_memory));
  ask(request::over_limit);
}

Relations& Process::make_relations() {
  if (!relations) relations = std::make_unique<Relations>(heap.environment().account);
  return *relations;
}

Definitions& Process::make_definitions() {
  if (!definitions) definitions = std::make_unique<Definitions>();
  return *definitions;
}

Failure& Process::make_failure() {
  if (!failure) {
    failure = std::make_unique<Failure>();
    heap.environment().account.add(Failure::counted_bytes);
  }
  return *failure;
}

// ---- Memory ----

void Process::count_memory(u64 bytes) { heap.set_external_bytes(heap.external_bytes() + bytes); }

void Process::uncount_memory(u64 bytes) { heap.set_external_bytes(heap.external_bytes() - bytes); }

// ---- The stack ----

u64* Process::grow_stack(u64* top, u64 words) {
  u64 used = u64(top - stack_begin);
  u64 need = used + words + stack_slack;
  if (need > stack_words()) {
    if (need >= stack_words_limit) return nullptr;
    u64 old = on_first_stack() ? 0 : stack_words();
    // An eighth stays for whoever catches the error, and its trace.
    u64 spare = heap.memory_limit() == ~u64{0} ? 0 : heap.memory_limit() / 8;
    if (!heap.has_room((need - old) * 8 + spare)) return nullptr;
    // Twice the size, but no more than half of what the heap may still need.
    u64 room = (heap.memory_limit() - spare - heap.bytes()) / 8;
    u64 wanted = std::max(need, std::min(2 * stack_words(), old + room / 2));
    wanted = std::min(wanted, stack_words_limit - 1);
    if (!heap.environment().account.has_room((wanted - old) * 8)) wanted = need;
    if (!move_stack(wanted)) return nullptr;
  }
  reset_limits();
  return stack_begin + used;
}

bool Process::move_stack(u64 words) {
  u64 top = u64(exec.stack_top - stack_begin);
  u64 old_words = stack_words();
  bool from_first = on_first_stack();
  bool to_first = words <= first_stack_words_;
  LITHE_CHECK(!(from_first && to_first));
  if (to_first) words = first_stack_words_;
  u64* block = first_stack();
  if (!to_first) {
    block = from_first ? heap::allocate_block(words)
                       : heap::resize_block(stack_begin, old_words, words);
    if (block == nullptr) return false;
  }
  if (from_first || to_first) std::memcpy(block, stack_begin, std::min(words, old_words) * 8);
  if (to_first) heap::free_block(stack_begin, old_words);
  heap::MemoryAccount& account = heap.environment().account;
  if (!from_first) {
    account.remove(old_words * 8);
    uncount_memory(old_words * 8);
  }
  stack_begin = block;
  stack_end = block + words - stack_slack;
  exec.stack_top = block + top;
  if (!to_first) {
    account.add(words * 8);
    count_memory(words * 8);
  }
  return true;
}

void Process::shrink_idle() {
  u64 need = u64(exec.stack_top - stack_begin) + stack_slack;
  if (!on_first_stack() && need < stack_words()) move_stack(need);
  heap.compact_idle();
  reset_limits();
}

void Process::trim_stack() {
  constexpr u64 much = 16 * 1024;
  u64 used = u64(exec.stack_top - stack_begin) + stack_slack;
  if (stack_words() < much || used > stack_words() / 8) return;
  move_stack(4 * used);
  reset_limits();
}

// ---- Messages ----

void Process::keep_message(Fragment* message) {
  count_memory(message->total_bytes());
  mailbox.append(message);
  if (heap.bytes() > heap.memory_limit() && !heap.has_room(0)) on_memory_limit();
}

void Process::begin_scan() {
  // A scan that an error has left: parts of its message may be in the program's hands.
  hold_message();
  mailbox.begin_scan();
}

Fragment* Process::next_message() {
  if (!mailbox.scanning()) mailbox.begin_scan();
  return mailbox.at_place();
}

void Process::skip_message(bool kept) {
  if (kept) hold_message();
  mailbox.skip();
}

void Process::accept_message() {
  Fragment* message = mailbox.take();
  if (message == nullptr) return;
  sender = message->sender;
  if (message->adopted) {
    heap.unpin(message);
    return;
  }
  uncount_memory(message->total_bytes());
  if (message->has_data()) {
    heap.adopt(message);
  } else {
    heap::free_fragment(message);
  }
}

/// Gives the message at the scan's place to the heap although it stays in the mailbox.
void Process::hold_message() {
  Fragment* message = mailbox.at_place();
  if (message == nullptr || message->adopted || !message->has_data()) return;
  uncount_memory(message->total_bytes());
  heap.adopt(message, true);
}

void Process::before_collection() { hold_message(); }

void Process::visit_roots(heap::RootVisitor& visitor) {
  visitor.visit_words(stack_begin, u64(exec.stack_top - stack_begin));
  for (RootFrame* frame = exec.root_frames; frame != nullptr; frame = frame->previous) {
    visitor.visit_words(frame->slots, frame->count);
  }
  visitor.visit(answer);
  visitor.visit(exit_reason);
  if (failure) visitor.visit(failure->value);
  if (definitions) definitions->visit_roots(visitor);
}

}  // namespace lithe::process
