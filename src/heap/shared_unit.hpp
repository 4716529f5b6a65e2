// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <span>
#include <string_view>
#include <vector>

#include "base/integers.hpp"
#include "heap/pointer_set.hpp"
#include "value/bigint.hpp"
#include "value/object.hpp"
#include "value/text.hpp"

namespace lithe::heap {

class MemoryAccount;
class UnitRegistry;

/// Memory for values that all processes may read and none moves: a published value, or code
/// with its literals. Everything in it is immutable once the unit is shared, but for the
/// atomics in attached objects. Each Object and Cons is preceded by a word that points here.
///
/// It counts the references of fragments, other units, processes that hold it (see
/// UnitRegistry) and whoever calls retain(). A count of zero frees it only after
/// UnitRegistry::retire.
struct SharedUnit {
  struct Attachment {
    void* object;
    void (*destroy)(void*);
  };
  struct Block {
    Block* next;
    u64 bytes;
  };

  UnitRegistry* registry = nullptr;
  MemoryAccount* account = nullptr;
  std::atomic<u64> references{0};
  std::atomic<u64> retired_epoch{0};  ///< 0: not retired
  bool has_mutable = false;           ///< a table, an unfrozen buffer or a box is in it
  u64 bytes = 0;                      ///< all that goes with it
  u64 off_heap_bytes = 0;             ///< of these, what is outside and perhaps shared
  Block* blocks = nullptr;
  value::Object* off_heap = nullptr;    ///< its objects of that layout, linked through word 1
  std::vector<SharedUnit*> referred;    ///< units it refers to; one reference counted each
  std::vector<Attachment> attachments;  ///< destroyed with the unit, last first
  SharedUnit* previous = nullptr;       ///< the registry's list
  SharedUnit* next = nullptr;

  void retain() { references.fetch_add(1, std::memory_order_relaxed); }
  void release();
  /// Frees it and all that is attached to it. Only for the registry and for a unit that was
  /// never shared.
  void destroy();

  /// The unit that a shared pointer points into.
  static SharedUnit* of(value::Value shared) {
    return *(reinterpret_cast<SharedUnit**>(shared.address()) - 1);
  }
  /// The unit of a closure's code (its word 0 points to a struct that begins with a
  /// SharedUnit*); may be null.
  static SharedUnit* of_code(const value::Object* closure) {
    return *reinterpret_cast<SharedUnit**>(closure->words()[0]);
  }
};

/// Fills a new unit with values made from scratch: literals, code. Not thread-safe; the unit is
/// shared by finish(). Sizes are the caller's: text that was read from a file is in memory
/// already.
class UnitBuilder {
 public:
  UnitBuilder(UnitRegistry& registry, MemoryAccount& account);
  /// Frees what was built if finish() was not called.
  ~UnitBuilder();
  UnitBuilder(const UnitBuilder&) = delete;
  UnitBuilder& operator=(const UnitBuilder&) = delete;

  /// The unit under construction: stays at this address.
  SharedUnit* unit() const { return unit_; }

  /// Room for an object of that many words, uninitialised. Nothing of layout off_heap.
  value::Object* allocate(value::Kind kind, u32 words, u8 flags = 0);
  value::Value cons(value::Value head, value::Value tail);
  value::Value list(std::span<const value::Value> items,
                    value::Value tail = value::Value::empty_list());
  value::Value vector(std::span<const value::Value> items);
  /// Keys and values alternate, already in key order without duplicates (heap/map.hpp sorts).
  value::Value map(std::span<const value::Value> pairs);
  value::Value string(std::string_view utf8);
  value::Value integer(i64 i);
  value::Value integer(const value::Integer& i);
  /// A closure over `code`, whose unit is this one or is counted.
  value::Value closure(const void* code, std::span<const value::Value> captures);
  /// Counts a reference to another unit that something in here points to, once for each.
  void refer(SharedUnit* other);
  /// Gives the unit a C++ object to destroy at its end.
  template <class T>
  void attach(T* object) {
    attach(object, [](void* p) { delete static_cast<T*>(p); });
  }
  void attach(void* object, void (*destroy)(void*));
  /// Counts memory that attached objects hold.
  void add_bytes(u64 bytes);
  /// Links an object of layout off_heap into the unit; its data are counted.
  void link_off_heap(value::Object* object);

  /// Shares the unit: the registry owns it from now on.
  SharedUnit* finish();

 private:
  u64* words(u64 count);

  SharedUnit* unit_;
  PointerSet referred_;
  u64* at_ = nullptr;
  u64* end_ = nullptr;
};

}  // namespace lithe::heap
