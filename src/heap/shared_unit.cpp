// SPDX-License-Identifier: Apache-2.0
#include "heap/shared_unit.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/assert.hpp"
#include "base/memory_fault.hpp"
#include "base/utf8.hpp"
#include "heap/memory_account.hpp"
#include "heap/tree_builder.hpp"
#include "heap/unit_registry.hpp"

namespace lithe::heap {

using value::Cons;
using value::Kind;
using value::Object;
using value::Value;

namespace {

constexpr u64 first_block_words = 30;
constexpr u64 largest_block_words = 8192;

/// Appends a block with room for `words` to a unit. The system out of memory ends the program
/// here: units hold code and literals, whose text was in memory already.
u64* add_block(SharedUnit& unit, u64 words) {
  u64 bytes = sizeof(SharedUnit::Block) + words * 8;
  void* memory = base::try_malloc(bytes);
  if (memory == nullptr) base::end_without_memory("code and literals");
  auto* block = static_cast<SharedUnit::Block*>(memory);
  *block = {unit.blocks, bytes};
  unit.blocks = block;
  unit.bytes += bytes;
  unit.account->add(bytes);
  return reinterpret_cast<u64*>(block + 1);
}

}  // namespace

void SharedUnit::release() {
  // Read first: without its last reference the unit may go at any moment.
  UnitRegistry* own_registry = registry;
  bool retired = retired_epoch.load(std::memory_order_relaxed) != 0;
  if (references.fetch_sub(1, std::memory_order_acq_rel) == 1 && retired) {
    own_registry->reference_dropped();
  }
}

void SharedUnit::destroy() {
  for (auto it = attachments.rbegin(); it != attachments.rend(); ++it) it->destroy(it->object);
  for (Object* object = off_heap; object != nullptr;) {
    auto* next = reinterpret_cast<Object*>(object->words()[1]);
    value::off_heap_of(object)->release();
    object = next;
  }
  while (blocks != nullptr) std::free(std::exchange(blocks, blocks->next));
  account->remove(bytes - off_heap_bytes);
  delete this;
}

UnitBuilder::UnitBuilder(UnitRegistry& registry, MemoryAccount& account) : unit_(new SharedUnit) {
  unit_->registry = &registry;
  unit_->account = &account;
  unit_->bytes = sizeof(SharedUnit);
  account.add(sizeof(SharedUnit));
}

UnitBuilder::~UnitBuilder() {
  if (unit_ == nullptr) return;
  for (SharedUnit* other : unit_->referred) other->release();
  unit_->destroy();
}

SharedUnit* UnitBuilder::finish() {
  unit_->registry->add(unit_);
  return std::exchange(unit_, nullptr);
}

/// Room for `count` words behind the one that names the unit.
u64* UnitBuilder::words(u64 count) {
  if (u64(end_ - at_) < count + 1) {
    u64 size = unit_->blocks == nullptr ? first_block_words
                                        : std::min(largest_block_words, unit_->blocks->bytes / 4);
    size = std::max(size, count + 1);
    at_ = add_block(*unit_, size);
    end_ = at_ + size;
  }
  *at_ = reinterpret_cast<u64>(unit_);
  u64* place = at_ + 1;
  at_ += count + 1;
  return place;
}

Object* UnitBuilder::allocate(Kind kind, u32 size, u8 flags) {
  auto* object = reinterpret_cast<Object*>(words(u64{size} + 1));
  object->header = Object::make_header(kind, size, flags);
  return object;
}

Value UnitBuilder::cons(Value head, Value tail) {
  auto* cell = reinterpret_cast<Cons*>(words(2));
  *cell = {head, tail};
  return Value::cons(cell, true);
}

Value UnitBuilder::list(std::span<const Value> items, Value tail) {
  for (u64 i = items.size(); i > 0; --i) tail = cons(items[i - 1], tail);
  return tail;
}

Value UnitBuilder::vector(std::span<const Value> items) {
  return TreeBuilder<UnitBuilder, true>(*this).vector(items);
}

Value UnitBuilder::map(std::span<const Value> pairs) {
  return TreeBuilder<UnitBuilder, true>(*this).entries(Kind::map, pairs);
}

Value UnitBuilder::string(std::string_view utf8) {
  LITHE_CHECK(utf8.size() <= 0xFFFF'FFFF);
  u64 lengths = utf8.size() | u64(base::utf8::count(utf8)) << 32;
  if (utf8.size() > value::inline_string_bytes) {
    value::OffHeap* data = value::OffHeap::create(utf8.size());
    if (data == nullptr) base::end_without_memory("a literal");
    std::memcpy(data->data(), utf8.data(), utf8.size());
    Object* object = allocate(Kind::long_string, 3);
    object->words()[0] = reinterpret_cast<u64>(data);
    object->words()[2] = lengths;
    link_off_heap(object);
    return Value::object(object, true);
  }
  Object* object = allocate(Kind::string, u32(1 + (utf8.size() + 7) / 8));
  object->words()[0] = lengths;
  if (object->size() > 1) object->words()[object->size() - 1] = 0;
  if (!utf8.empty()) std::memcpy(object->words() + 1, utf8.data(), utf8.size());
  return Value::object(object, true);
}

Value UnitBuilder::integer(i64 i) {
  if (Value::fits_integer(i)) return Value::integer(i);
  Object* object = allocate(Kind::bigint, 1, i < 0 ? Object::flag_negative : 0);
  object->words()[0] = i < 0 ? u64{0} - u64(i) : u64(i);
  return Value::object(object, true);
}

Value UnitBuilder::integer(const value::Integer& i) {
  if (i.fits_i64()) return integer(i.as_i64());
  Object* object = allocate(Kind::bigint, u32(i.size()), i.negative() ? Object::flag_negative : 0);
  std::copy_n(i.limbs(), i.size(), object->words());
  return Value::object(object, true);
}

Value UnitBuilder::closure(const void* code, std::span<const Value> captures) {
  Object* object = allocate(Kind::closure, u32(captures.size() + 1));
  object->words()[0] = reinterpret_cast<u64>(code);
  for (u64 i = 0; i < captures.size(); ++i) object->init(u32(i + 1), captures[i]);
  if (SharedUnit* other = SharedUnit::of_code(object)) refer(other);
  return Value::object(object, true);
}

void UnitBuilder::refer(SharedUnit* other) {
  if (other == unit_ || !referred_.insert(other)) return;
  other->retain();
  unit_->referred.push_back(other);
}

void UnitBuilder::attach(void* object, void (*destroy)(void*)) {
  unit_->attachments.push_back({object, destroy});
}

void UnitBuilder::link_off_heap(Object* object) {
  object->words()[1] = reinterpret_cast<u64>(std::exchange(unit_->off_heap, object));
  value::OffHeap* data = value::off_heap_of(object);
  data->count_in(unit_->account->counter());
  unit_->bytes += data->total_bytes();
  unit_->off_heap_bytes += data->total_bytes();
}

void UnitBuilder::add_bytes(u64 bytes) {
  unit_->bytes += bytes;
  unit_->account->add(bytes);
}

}  // namespace lithe::heap
