// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "base/utf8.hpp"
#include "heap/heap.hpp"

namespace lithe::heap {

namespace {

constexpr u64 longest_string = 0xFFFF'FFFF;

u64 lengths_of(std::string_view utf8) { return utf8.size() | u64(base::utf8::count(utf8)) << 32; }

constexpr u32 inline_words(u64 bytes) { return u32(1 + (bytes + 7) / 8); }

/// Fills a string object. The padding is zero, so that equal strings are equal word by word.
void fill_string(Object* object, u64 lengths, const char* bytes) {
  object->words()[0] = lengths;
  if (object->size() > 1) object->words()[object->size() - 1] = 0;
  std::memcpy(object->words() + 1, bytes, u32(lengths));
}

Value local(const Object* object) { return Value::object(object, false); }

}  // namespace

Value Heap::cons(Value head, Value tail) {
  if (top + 2 > limit) [[unlikely]] {
    Root kept_head(*this, head);
    Root kept_tail(*this, tail);
    auto* cell = reinterpret_cast<Cons*>(allocate_slow(2));
    *cell = {kept_head, kept_tail};
    return Value::cons(cell, false);
  }
  auto* cell = allocate_cons();
  *cell = {head, tail};
  return Value::cons(cell, false);
}

Value Heap::make_bigint(u64 magnitude, bool negative) {
  Object* object = allocate(Kind::bigint, 1, negative ? Object::flag_negative : 0);
  object->words()[0] = magnitude;
  return local(object);
}

Value Heap::make_string(std::string_view utf8) {
  LITHE_ASSERT(utf8.size() > longest_string || base::utf8::is_valid(utf8));
  if (utf8.size() <= value::inline_string_bytes) {
    char copy[value::inline_string_bytes];
    if (!utf8.empty()) std::memcpy(copy, utf8.data(), utf8.size());
    u64 lengths = lengths_of(utf8);
    Object* object = allocate(Kind::string, inline_words(utf8.size()));
    fill_string(object, lengths, copy);
    return local(object);
  }
  // Copied before anything can collect: the text may belong to a string that is dead.
  value::OffHeap* data =
      utf8.size() > longest_string ? nullptr : value::OffHeap::create(utf8.size());
  if (data == nullptr) {
    refused_ = true;
    return Value::error();
  }
  std::memcpy(data->data(), utf8.data(), utf8.size());
  return adopt_text(data, utf8.size());
}

Value Heap::adopt_text(value::OffHeap* text, u64 bytes) {
  LITHE_ASSERT(bytes <= text->bytes);
  std::string_view utf8(text->data(), bytes);
  if (bytes <= value::inline_string_bytes) {
    Value made = make_string(utf8);
    text->release();
    return made;
  }
  if (bytes > longest_string || !has_room(text->total_bytes())) {
    text->release();
    refused_ = true;
    return Value::error();
  }
  u64 lengths = lengths_of(utf8);
  Object* object = allocate(Kind::long_string, 3);
  object->words()[0] = reinterpret_cast<u64>(text);
  object->words()[2] = lengths;
  link_off_heap(object);
  return local(object);
}

Value Heap::adopt_buffer(value::OffHeap* data, bool frozen) {
  if (!has_room(data->total_bytes())) {
    data->release();
    refused_ = true;
    return Value::error();
  }
  Object* object = allocate(Kind::buffer, 2, frozen ? Object::flag_frozen : 0);
  object->words()[0] = reinterpret_cast<u64>(data);
  link_off_heap(object);
  return local(object);
}

Value Heap::adopt_handle(value::OffHeap* data, u64 number) {
  if (!has_room(data->total_bytes())) {
    data->release();
    refused_ = true;
    return Value::error();
  }
  Object* object = allocate(Kind::handle, 3);
  object->words()[0] = reinterpret_cast<u64>(data);
  object->words()[2] = number;
  link_off_heap(object);
  return local(object);
}

Value Heap::make_list(std::span<const Value> items, Value tail) {
  Root list(*this, tail);
  if (!try_reserve(items.size() * 2)) return Value::error();
  Value made = list;
  for (u64 i = items.size(); i > 0; --i) {
    auto* cell = reinterpret_cast<Cons*>(top);
    top += 2;
    *cell = {items[i - 1], made};
    made = Value::cons(cell, false);
  }
  return made;
}

Value Heap::make_error(Value kind, std::string_view message, Value data) {
  Root kept_kind(*this, kind);
  Root kept_data(*this, data);
  std::string repaired;
  if (!base::utf8::is_valid(message)) message = repaired = base::utf8::repaired(message);
  Root text(*this, make_string(message));
  if (text.get().is(Value::Special::error)) {
    refused_ = false;
    std::string_view start = message.substr(0, message.find(':'));
    text =
        make_string(start.substr(0, base::utf8::offset_of(start, value::inline_string_bytes / 4)));
  }
  Object* object = allocate(Kind::error, 5);
  object->init(0, kept_kind);
  object->init(1, text);
  object->init(2, kept_data);
  object->init(3, Value::nil());
  object->init(4, Value::empty_list());
  return local(object);
}

Value Heap::make_ref(u64 number) {
  Object* object = allocate(Kind::ref, 1);
  object->words()[0] = number;
  return local(object);
}

Value Heap::make_box(Value content) {
  Root kept(*this, content);
  Object* object = allocate(Kind::box, 1);
  object->init(0, kept);
  return local(object);
}

}  // namespace lithe::heap
