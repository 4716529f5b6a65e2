// SPDX-License-Identifier: Apache-2.0
// Instructions that move and make values. The rules are in machine.hpp.

#include "value/tree.hpp"
#include "vm/globals.hpp"
#include "vm/machine.hpp"
#include "vm/raise.hpp"

namespace lithe::vm {

using value::Kind;
using value::Object;

namespace {

/// The elements are live registers, so a collection updates them in place. May collect.
Value list_of(heap::Heap& heap, const u64* elements, u32 count) {
  heap::Root list(heap, Value::empty_list());
  for (u32 i = count; i-- > 0;) {
    value::Cons* cell = heap.allocate_cons();
    cell->head = Value::from_bits(elements[i]);
    cell->tail = list.get();
    list = Value::cons(cell, false);
  }
  return list.get();
}

Object* running_closure(u64* R, const Code* code) {
  return Value::from_bits(header(R, code).closure).as_object();
}

}  // namespace

LITHE_OP(move) {
  R[pc->a] = R[pc->b];
  LITHE_NEXT;
}

LITHE_OP(load_integer) {
  R[pc->a] = Value::integer(pc->s()).bits();
  LITHE_NEXT;
}

LITHE_OP(load_constant) {
  R[pc->a] = code->constants[u32(pc->s())];
  LITHE_NEXT;
}

LITHE_OP(get_capture) {
  R[pc->a] = Value::from_bits(R[pc->c + 2]).as_object()->words()[1 + pc->b];
  LITHE_NEXT;
}

LITHE_OP(get_self) {
  R[pc->a] = R[pc->b + 2];
  LITHE_NEXT;
}

LITHE_OP(box_new) {
  Process& process = Process::of(x);
  x->stack_top = live_top(R, pc, code);
  Object* box = process.heap.allocate(Kind::box, 1);
  box->init(0, Value::from_bits(R[pc->b]));
  R[pc->a] = Value::object(box, false).bits();
  LITHE_NEXT;
}

LITHE_OP(box_empty) {
  x->stack_top = live_top(R, pc, code);
  Object* box = Process::of(x).heap.allocate(Kind::box, 1);
  box->init(0, Value::unbound());
  R[pc->a] = Value::object(box, false).bits();
  LITHE_NEXT;
}

LITHE_OP(box_get) {
  Value held = Value::from_bits(R[pc->b]).as_object()->get(0);
  if (held == Value::unbound()) [[unlikely]] {
    Process& process = Process::of(x);
    save(process, R, pc, code);
    raise(process, ErrorKind::unbound, "a local definition is used before its value is there");
    LITHE_GO(op_unwind, pc);
  }
  R[pc->a] = held.bits();
  LITHE_NEXT;
}

LITHE_OP(box_set) {
  Process::of(x).heap.store(Value::from_bits(R[pc->a]).as_object(), 0, Value::from_bits(R[pc->b]));
  LITHE_NEXT;
}

LITHE_OP(get_global_slow) {
  Process& process = Process::of(x);
  x->stack_top = live_top(R, pc, code);
  save(process, R, pc, code);
  Value found = read_global(process, *code->cells[u32(pc->s())], code->library);
  R = frame(process);
  if (found == Value::error()) LITHE_GO(op_unwind, pc);
  R[pc->a] = found.bits();
  LITHE_NEXT;
}

LITHE_OP(get_global) {
  const Cell* cell = code->cells[u32(pc->s())];
  if (!cell->plain.load(std::memory_order_acquire)) [[unlikely]]
    LITHE_GO(op_get_global_slow, pc);
  R[pc->a] = cell->value.load(std::memory_order_acquire);
  LITHE_NEXT;
}

LITHE_OP(set_global) {
  Process& process = Process::of(x);
  x->stack_top = live_top(R, pc, code);
  save(process, R, pc, code);
  bool done = set_global(process, *code->cells[u32(pc->s())], Value::from_bits(R[pc->a]));
  R = frame(process);
  if (!done) LITHE_GO(op_unwind, pc);
  LITHE_NEXT;
}

LITHE_OP(define_global) {
  Process& process = Process::of(x);
  x->stack_top = live_top(R, pc, code);
  save(process, R, pc, code);
  bool done = define_global(process, *code->cells[u32(pc->s())], Value::from_bits(R[pc->a]));
  R = frame(process);
  if (!done) LITHE_GO(op_unwind, pc);
  LITHE_NEXT;
}

LITHE_OP(make_closure) {
  Process& process = Process::of(x);
  Code* child = code->children[u32(pc->s())];
  u32 count = u32(child->captures.size());
  x->stack_top = live_top(R, pc, code);
  Object* closure = process.heap.allocate(Kind::closure, 1 + count);
  closure->words()[0] = reinterpret_cast<u64>(child);
  for (u32 i = 0; i < count; i++) {
    const bytecode::Capture& capture = child->captures[i];
    using From = bytecode::Capture::From;
    closure->words()[1 + i] = capture.from == From::reg ? R[capture.index]
                              : capture.from == From::self
                                  ? header(R, code).closure
                                  : running_closure(R, code)->words()[1 + capture.index];
  }
  R[pc->a] = Value::object(closure, false).bits();
  LITHE_NEXT;
}

LITHE_OP(make_list) {
  Process& process = Process::of(x);
  x->stack_top = live_top(R, pc, code);
  R[pc->a] = list_of(process.heap, R + pc->b, pc->c).bits();
  LITHE_NEXT;
}

static_assert(bytecode::most_flat_elements == value::tree_width);

LITHE_OP(make_vector) {
  Process& process = Process::of(x);
  x->stack_top = live_top(R, pc, code);
  Object* vector = process.heap.allocate(Kind::vector, pc->c);
  for (u32 i = 0; i < pc->c; i++) vector->words()[i] = R[pc->b + i];
  R[pc->a] = Value::object(vector, false).bits();
  LITHE_NEXT;
}

LITHE_OP(make_map) {
  Process& process = Process::of(x);
  x->stack_top = live_top(R, pc, code);
  save(process, R, pc, code);
  Value map = make_map_literal(process, R + pc->b, pc->c);
  if (map == Value::error()) LITHE_GO(op_unwind, pc);
  R[pc->a] = map.bits();
  LITHE_NEXT;
}

LITHE_OP(cons) {
  Process& process = Process::of(x);
  if (!Value::from_bits(R[pc->c]).is_list()) [[unlikely]]
    LITHE_GO(op_slow_binary, pc);
  x->stack_top = live_top(R, pc, code);
  value::Cons* cell = process.heap.allocate_cons();
  cell->head = Value::from_bits(R[pc->b]);
  cell->tail = Value::from_bits(R[pc->c]);
  R[pc->a] = Value::cons(cell, false).bits();
  LITHE_NEXT;
}

LITHE_OP(head) {
  Value list = Value::from_bits(R[pc->b]);
  if (!list.is_cons()) [[unlikely]]
    LITHE_GO(op_slow_unary, pc);
  R[pc->a] = list.as_cons()->head.bits();
  LITHE_NEXT;
}

LITHE_OP(tail) {
  Value list = Value::from_bits(R[pc->b]);
  if (!list.is_cons()) [[unlikely]]
    LITHE_GO(op_slow_unary, pc);
  R[pc->a] = list.as_cons()->tail.bits();
  LITHE_NEXT;
}

LITHE_OP(is_empty_list) {
  R[pc->a] = Value::boolean(Value::from_bits(R[pc->b]).is_empty_list()).bits();
  LITHE_NEXT;
}

LITHE_OP(logical_not) {
  R[pc->a] = Value::boolean(!Value::from_bits(R[pc->b]).truthy()).bits();
  LITHE_NEXT;
}

}  // namespace lithe::vm
