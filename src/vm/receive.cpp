// SPDX-License-Identifier: Apache-2.0

#include "vm/receive.hpp"

#include "heap/fragment.hpp"
#include "value/object.hpp"
#include "vm/raise.hpp"
#include "vm/runtime_services.hpp"

namespace lithe::vm {

bool receive_begin(Process& process, Value timeout) {
  if (process.tested_slot != 0) {
    raise(process, ErrorKind::value, "receive: a guard must not receive");
    return false;
  }
  Runtime& runtime = Machine::of(process).runtime;
  runtime.cancel_receive_timer(process);
  if (!timeout.is_nil()) {
    double ms = timeout.is_integer() ? double(timeout.as_integer())
                : timeout.is_float() ? timeout.as_float()
                                     : -1;
    if (!(ms >= 0)) {
      raise(process, ErrorKind::type,
            "receive: the time-out must be a number of milliseconds, 0 or more, got " +
                shown(process, timeout));
      return false;
    }
    runtime.start_receive_timer(process, ms);
  }
  process.begin_scan();
  return true;
}

Received receive_next(Process& process) {
  using What = Received::What;
  Runtime& runtime = Machine::of(process).runtime;
  // A loop that only receives allocates nothing: messages it has read would pile up.
  if (process.heap.wants_collection()) process.heap.collect_minor();
  heap::Fragment* next = process.next_message();
  if (!next && process.mailbox.has_arrivals()) {
    runtime.take_signals(process);
    next = process.next_message();
  }
  if (next) return {What::message, next->root};
  if (runtime.receive_timer_fired(process)) {
    process.mailbox.end_scan();
    return {What::timed_out};
  }
  if (process.asked(process::request::interrupt)) {
    process.served(process::request::interrupt);
    raise(process, ErrorKind::interrupted, "interrupted");
    return {What::failed};
  }
  process.answer = Value::unbound();
  return {What::none};
}

void receive_accept(Process& process) {
  Machine::of(process).runtime.cancel_receive_timer(process);
  process.tested_slot = 0;
  process.accept_message();
}

}  // namespace lithe::vm
