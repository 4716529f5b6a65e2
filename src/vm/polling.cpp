// SPDX-License-Identifier: Apache-2.0

#include "vm/polling.hpp"

#include "vm/calls.hpp"
#include "vm/raise.hpp"
#include "vm/runtime_services.hpp"
#include "vm/tiering.hpp"

namespace lithe::vm {

namespace request = process::request;

Polled serve_poll(Process& process) {
  using Next = Polled::Next;
  u32 asked = process.requests.load(std::memory_order_acquire);
  if (asked == 0 && !process.poll_always) return {Next::go_on};
  Runtime& runtime = Machine::of(process).runtime;
  process.served(asked & ~(request::kill | request::over_limit));
  if (asked & request::signals) runtime.take_signals(process);
  if (process.asked(request::kill)) return {Next::leave, Stop::exited};
  process.reset_limits();
  if (asked & request::interrupt) {
    raise(process, ErrorKind::interrupted, "interrupted");
    return {Next::failed};
  }
  // A macro runs above C++ frames of the expander: it goes on to its end, or is ended as a whole.
  if (process.no_wait > 0) {
    if (!runtime.stopping()) return {Next::go_on};
    raise(process, ErrorKind::interrupted, "interrupted");
    return {Next::failed};
  }
  bool yields = (asked & request::preempt) || (process.poll_always && runtime.wants_yield(process));
  if (!yields) return {Next::go_on};
  process.answer = Value::unbound();
  std::optional<Stop> stop = suspend(process, Stop::yielded);
  return stop ? Polled{Next::leave, *stop} : Polled{Next::go_on};
}

bool reserve_stack(Process& process, u64* at, u32 words) {
  if (process.grow_stack(at, words)) return true;
  raise(process, ErrorKind::stack_overflow,
        "the recursion is deeper than the process's memory limit allows");
  return false;
}

Value rest_list(Process& process, const u64* words, u32 count) {
  heap::Root list(process.heap, Value::empty_list());
  u64 offset = u64(words - process.stack_begin);
  for (u32 i = count; i-- > 0;) {
    value::Cons* cell = process.heap.allocate_cons();
    cell->head = Value::from_bits(process.stack_begin[offset + i]);
    cell->tail = list.get();
    list = Value::cons(cell, false);
  }
  return list.get();
}

}  // namespace lithe::vm
