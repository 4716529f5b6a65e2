// SPDX-License-Identifier: Apache-2.0
// Elements of buffers and vectors: what is as it should be here, all else (and errors) in the
// builtin of the same meaning. The rules are in machine.hpp.

#include <cmath>

#include "value/off_heap.hpp"
#include "value/text.hpp"
#include "value/tree.hpp"
#include "vm/feedback.hpp"
#include "vm/raise.hpp"

namespace lithe::vm {

using value::ElementType;
using value::Kind;
using value::Object;
using value::OffHeap;

namespace {

template <class T>
T* elements(OffHeap* data) {
  return reinterpret_cast<T*>(data->data());
}

inline Value immediate(i64 integer) {
  return Value::fits_integer(integer) ? Value::integer(integer) : Value::error();
}

/// Value::error(): an integer that is no immediate.
inline Value element(OffHeap* data, u64 index) {
  switch (data->type) {
    case ElementType::u8_:
      return Value::integer(elements<u8>(data)[index]);
    case ElementType::i32_:
      return Value::integer(elements<i32>(data)[index]);
    case ElementType::i64_:
      return immediate(elements<i64>(data)[index]);
    case ElementType::f32_:
      return Value::number(elements<float>(data)[index]);
    case ElementType::f64_:
      break;
  }
  return Value::number(elements<double>(data)[index]);
}

/// False: no number of the kind that the elements are. (What is no immediate is the builtin's.)
inline bool store(OffHeap* data, u64 index, Value v) {
  if (v.is_integer()) {
    i64 integer = v.as_integer();
    switch (data->type) {
      case ElementType::u8_:
        elements<u8>(data)[index] = u8(integer);
        return true;
      case ElementType::i32_:
        elements<i32>(data)[index] = i32(integer);
        return true;
      case ElementType::i64_:
        elements<i64>(data)[index] = integer;
        return true;
      case ElementType::f32_:
        elements<float>(data)[index] = float(integer);
        return true;
      case ElementType::f64_:
        elements<double>(data)[index] = double(integer);
        return true;
    }
  }
  if (!v.is_float()) return false;
  if (data->type == ElementType::f64_) {
    elements<double>(data)[index] = v.as_float();
    return true;
  }
  if (data->type == ElementType::f32_) {
    elements<float>(data)[index] = float(v.as_float());
    return true;
  }
  return false;
}

}  // namespace

LITHE_OP(buffer_get) {
  Value buffer = at(R, pc->b), index = at(R, pc->c);
  if (value::is_kind(buffer, Kind::buffer) && index.is_integer()) [[likely]] {
    OffHeap* data = value::off_heap_of(buffer.as_object());
    u64 i = u64(index.as_integer());
    if (i < data->length) [[likely]] {
      Value result = element(data, i);
      if (result != Value::error()) [[likely]] {
        record(code, pc, seen::element(u8(data->type)));
        R[pc->a] = result.bits();
        LITHE_NEXT;
      }
    }
  }
  LITHE_GO(op_slow_binary, pc);
}

LITHE_OP(buffer_set) {
  Value buffer = at(R, pc->a), index = at(R, pc->b);
  if (value::is_kind(buffer, Kind::buffer) && index.is_integer()) [[likely]] {
    Object* object = buffer.as_object();
    OffHeap* data = value::off_heap_of(object);
    u64 i = u64(index.as_integer());
    if (i < data->length && !object->has_flag(Object::flag_frozen) && store(data, i, at(R, pc->c)))
        [[likely]] {
      record(code, pc, seen::element(u8(data->type)));
      LITHE_NEXT;
    }
  }
  LITHE_GO(op_slow_store, pc);
}

LITHE_OP(vector_get) {
  Value vector = at(R, pc->b), index = at(R, pc->c);
  if (value::is_kind(vector, Kind::vector) && index.is_integer()) [[likely]] {
    u64 i = u64(index.as_integer());
    if (i < value::entry_count(vector.as_object())) [[likely]] {
      record(code, pc, seen::vector);
      R[pc->a] = value::vector_get(vector.as_object(), i).bits();
      LITHE_NEXT;
    }
  }
  LITHE_GO(op_slow_binary, pc);
}

LITHE_OP(get_element) {
  Value vector = at(R, pc->b), index = at(R, pc->c);
  if (value::is_kind(vector, Kind::vector) && index.is_integer()) {
    u64 i = u64(index.as_integer());
    if (i < value::entry_count(vector.as_object())) {
      record(code, pc, seen::vector);
      R[pc->a] = value::vector_get(vector.as_object(), i).bits();
      LITHE_NEXT;
    }
  }
  LITHE_GO(op_slow_binary, pc);
}

LITHE_OP(slow_store) {
  Process& process = Process::of(x);
  save(process, R, pc, code);
  record(code, pc, seen::other);
  x->stack_top = live_top(R, pc, code);
  Value result = slow_operation(process, bytecode::Opcode::buffer_set, at(R, pc->a), at(R, pc->b),
                                at(R, pc->c));
  if (result == Value::error()) LITHE_GO(op_unwind, pc);
  LITHE_NEXT;
}

}  // namespace lithe::vm
