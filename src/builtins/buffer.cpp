// SPDX-License-Identifier: Apache-2.0
// Typed flat arrays. A store converts: integers truncate to the width of an integer element, a
// float is stored there only when it is whole; float elements are rounded to.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "builtins/bounds.hpp"
#include "builtins/buffers.hpp"
#include "builtins/building.hpp"
#include "builtins/lists.hpp"
#include "value/bigint.hpp"
#include "value/number.hpp"
#include "value/off_heap.hpp"

namespace lithe::builtins {

using value::ElementType;
using value::OffHeap;

namespace {

struct TypeName {
  u32 keyword;
  ElementType type;
};
constexpr TypeName type_names[] = {
    {base::name::u8, ElementType::u8_},   {base::name::i32, ElementType::i32_},
    {base::name::i64, ElementType::i64_}, {base::name::f32, ElementType::f32_},
    {base::name::f64, ElementType::f64_},
};

OffHeap* data_of(Value buffer) { return value::off_heap_of(buffer.as_object()); }

template <class T>
T* elements(OffHeap* data) {
  return reinterpret_cast<T*>(data->data());
}

bool expect_type(NativeCall& call, ElementType& out) {
  for (const TypeName& row : type_names) {
    if (call[0] == Value::keyword(row.keyword)) {
      out = row.type;
      return true;
    }
  }
  call.wrong_type(0, "an element type, :u8 :i32 :i64 :f32 or :f64");
  return false;
}

bool expect_buffer(NativeCall& call, u32 i) {
  if (value::is_kind(call[i], value::Kind::buffer)) return true;
  call.wrong_type(i, "a buffer");
  return false;
}

bool expect_mutable_buffer(NativeCall& call) {
  if (!expect_buffer(call, 0)) return false;
  if (!call[0].as_object()->has_flag(value::Object::flag_frozen)) return true;
  call.wrong_type(0, "a buffer that is not frozen");
  return false;
}

/// A number, converted for an element type: for integer types in `integer`, else in `real`.
struct Converted {
  i64 integer = 0;
  double real = 0;
};

/// The low 64 bits of an integer in two's complement.
i64 low_bits(const value::IntegerView& v) {
  u64 low = v.size() == 0 ? 0 : v.limbs()[0];
  return i64(v.negative() ? 0 - low : low);
}

bool is_float_type(ElementType type) { return type >= ElementType::f32_; }

/// The f32 nearest to an integer of 64 bits: by way of a double it would be rounded twice.
double to_element(i64 integer, ElementType type) {
  return type == ElementType::f32_ ? double(float(integer)) : double(integer);
}

/// False: no number, or a float that an integer element cannot hold.
bool convert(Value v, ElementType type, Converted& out) {
  if (v.is_integer()) {
    out.integer = v.as_integer();
    out.real = is_float_type(type) ? to_element(out.integer, type) : 0;
    return true;
  }
  if (v.is_float()) {
    double d = v.as_float();
    if (is_float_type(type)) {
      out.real = d;
      return true;
    }
    if (!std::isfinite(d) || d != std::trunc(d)) return false;
    value::Integer whole;
    if (!value::from_double(d, whole)) return false;
    out.integer = low_bits(whole.view());
    return true;
  }
  if (!value::is_number(v)) return false;
  i64 integer;
  if (is_float_type(type) && value::to_i64(v, integer)) {
    out.real = to_element(integer, type);
  } else {
    out.real = value::to_double(v);
    out.integer = low_bits(value::IntegerView(v));
  }
  return true;
}

void store(OffHeap* data, u64 index, const Converted& number) {
  switch (data->type) {
    case ElementType::u8_:
      elements<u8>(data)[index] = u8(number.integer);
      break;
    case ElementType::i32_:
      elements<i32>(data)[index] = i32(number.integer);
      break;
    case ElementType::i64_:
      elements<i64>(data)[index] = number.integer;
      break;
    case ElementType::f32_:
      elements<float>(data)[index] = float(number.real);
      break;
    case ElementType::f64_:
      elements<double>(data)[index] = number.real;
      break;
  }
}

std::string_view storable(ElementType type) {
  return is_float_type(type) ? "a number" : "an integer or a float that is whole";
}

/// A new buffer of zeros.
Value create(NativeCall& call, ElementType type, u64 length) {
  u64 bytes;
  bool too_long = __builtin_mul_overflow(length, u64(value::element_bytes(type)), &bytes);
  if (too_long || !call.heap().has_room(bytes)) return call.out_of_memory();
  OffHeap* data = OffHeap::create_array(type, length);
  if (!data) return call.out_of_memory();
  return or_out_of_memory(call, call.heap().adopt_buffer(data, false));
}

/// Element i of `from` stored as element j of `to`. False: a float that does not fit.
bool copy_element(OffHeap* to, u64 j, OffHeap* from, u64 i) {
  Converted number;
  switch (from->type) {
    case ElementType::u8_:
      number.integer = elements<u8>(from)[i];
      break;
    case ElementType::i32_:
      number.integer = elements<i32>(from)[i];
      break;
    case ElementType::i64_:
      number.integer = elements<i64>(from)[i];
      break;
    case ElementType::f32_:
      if (!convert(Value::number(elements<float>(from)[i]), to->type, number)) return false;
      break;
    case ElementType::f64_:
      if (!convert(Value::number(elements<double>(from)[i]), to->type, number)) return false;
      break;
  }
  if (!is_float_type(from->type)) number.real = to_element(number.integer, to->type);
  store(to, j, number);
  return true;
}

/// The first argument that is wrong in (buffer/copy! to from at start count) has its error set.
bool copy_bounds(NativeCall& call, u64& at, u64& start, u64& count) {
  u64 room = data_of(call[0])->length;
  u64 there = data_of(call[1])->length;
  at = start = 0;
  if (call.given(2) && !expect_bound(call, 2, 0, room, at)) return false;
  if (call.given(3) && !expect_bound(call, 3, 0, there, start)) return false;
  if (call.given(4)) {
    return expect_bound(call, 4, 0, std::min(room - at, there - start), count);
  }
  count = there - start;
  if (count <= room - at) return true;
  call.fail(ErrorKind::index,
            fmt::format("{} elements do not fit at index {} of a buffer of {}", count, at, room));
  return false;
}

}  // namespace

Value buffer_element(NativeCall& call, Value buffer, u64 index) {
  OffHeap* data = data_of(buffer);
  switch (data->type) {
    case ElementType::u8_:
      return Value::integer(elements<u8>(data)[index]);
    case ElementType::i32_:
      return Value::integer(elements<i32>(data)[index]);
    case ElementType::i64_:
      return call.heap().make_integer(elements<i64>(data)[index]);
    case ElementType::f32_:
      return Value::number(elements<float>(data)[index]);
    case ElementType::f64_:
      return Value::number(elements<double>(data)[index]);
  }
  LITHE_UNREACHABLE();
}

Value buffer_create(NativeCall& call) {
  ElementType type;
  u64 length;
  if (!expect_type(call, type) || !call.expect_count(1, length)) return Value::error();
  return create(call, type, length);
}

Value buffer_of(NativeCall& call) {
  ElementType type;
  u64 length;
  if (!expect_type(call, type) || !call.expect_list(1)) return Value::error();
  if (!list_count(call, call[1], length)) return Value::error();
  Value buffer = create(call, type, length);
  if (buffer == Value::error()) return buffer;
  OffHeap* data = data_of(buffer);
  u64 index = 0;
  for (Value rest = call[1]; rest.is_cons(); rest = rest.as_cons()->tail, index++) {
    Converted number;
    if (!convert(rest.as_cons()->head, type, number)) {
      return call.fail(ErrorKind::type,
                       fmt::format("argument 2 must be a list of numbers, each {}, "
                                   "got {} at index {}",
                                   storable(type), call.describe(rest.as_cons()->head), index));
    }
    store(data, index, number);
  }
  return buffer;
}

Value buffer_length(NativeCall& call) {
  if (!expect_buffer(call, 0)) return Value::error();
  return Value::integer(i64(data_of(call[0])->length));
}

Value buffer_type(NativeCall& call) {
  if (!expect_buffer(call, 0)) return Value::error();
  for (const TypeName& row : type_names) {
    if (row.type == data_of(call[0])->type) return Value::keyword(row.keyword);
  }
  LITHE_UNREACHABLE();
}

Value buffer_get(NativeCall& call) {
  u64 index;
  if (!expect_buffer(call, 0)) return Value::error();
  if (!expect_index(call, 1, data_of(call[0])->length, index)) return Value::error();
  return buffer_element(call, call[0], index);
}

Value buffer_set(NativeCall& call) {
  u64 index;
  if (!expect_mutable_buffer(call)) return Value::error();
  OffHeap* data = data_of(call[0]);
  if (!expect_index(call, 1, data->length, index)) return Value::error();
  Converted number;
  if (!convert(call[2], data->type, number)) return call.wrong_type(2, storable(data->type));
  store(data, index, number);
  return call[2];
}

Value buffer_fill(NativeCall& call) {
  if (!expect_mutable_buffer(call)) return Value::error();
  OffHeap* data = data_of(call[0]);
  Converted number;
  if (!convert(call[1], data->type, number)) return call.wrong_type(1, storable(data->type));
  Patience patience(call);
  for (u64 i = 0; i < data->length; i++) {
    store(data, i, number);
    if (patience.is_over()) return Value::error();
  }
  return call[0];
}

Value buffer_copy(NativeCall& call) {
  u64 at, start, count;
  if (!expect_mutable_buffer(call) || !expect_buffer(call, 1)) return Value::error();
  if (!copy_bounds(call, at, start, count)) return Value::error();
  OffHeap* to = data_of(call[0]);
  OffHeap* from = data_of(call[1]);
  if (to->type == from->type) {
    u64 width = value::element_bytes(to->type);
    std::memmove(to->data() + at * width, from->data() + start * width, count * width);
    return call[0];
  }
  Patience patience(call);
  for (u64 i = 0; i < count; i++) {
    if (!copy_element(to, at + i, from, start + i)) {
      return call.fail(ErrorKind::type, fmt::format("element {} of argument 2 must be {}",
                                                    start + i, storable(to->type)));
    }
    if (patience.is_over()) return Value::error();
  }
  return call[0];
}

Value buffer_slice(NativeCall& call) {
  u64 from;
  if (!expect_buffer(call, 0)) return Value::error();
  u64 to = data_of(call[0])->length;
  if (!expect_bound(call, 1, 0, to, from)) return Value::error();
  if (call.given(2) && !expect_bound(call, 2, from, to, to)) return Value::error();
  ElementType type = data_of(call[0])->type;
  Value slice = create(call, type, to - from);
  if (slice == Value::error()) return slice;
  u64 width = value::element_bytes(type);
  std::memcpy(data_of(slice)->data(), data_of(call[0])->data() + from * width, (to - from) * width);
  return slice;
}

Value buffer_freeze(NativeCall& call) {
  if (!expect_buffer(call, 0)) return Value::error();
  if (call[0].is_local_pointer()) call[0].as_object()->set_flag(value::Object::flag_frozen);
  return call[0];
}

Value buffer_to_list(NativeCall& call) {
  if (!expect_buffer(call, 0)) return Value::error();
  OffHeap* data = data_of(call[0]);
  constexpr u64 words_of_big_one = 2;
  u64 words = data->type == ElementType::i64_ ? data->length * words_of_big_one : 0;
  if (!reserve_cells(call, data->length, words)) return Value::error();
  Patience patience(call);
  ListBuilder result(call.heap());
  for (u64 i = 0; i < data->length; i++) {
    result.add(buffer_element(call, call[0], i));
    if (patience.is_over()) return Value::error();
  }
  return result.finish();
}

}  // namespace lithe::builtins
