// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>
#include <type_traits>

#include "heap/environment.hpp"
#include "heap/roots.hpp"
#include "heap/unit_registry.hpp"
#include "value/object.hpp"
#include "value/text.hpp"

// The heap of one process. Rules for everybody who uses it:
//
// 1. "May collect" in a comment means: every local pointer that is not in a visited slot (a
//    Root, a RootVector, a slot of the process stack) is dead afterwards. Parameters that are
//    Values are rooted by the function itself. C++ evaluates arguments in any order, so
//    `heap.store(root.object(), 0, heap.cons(a, b))` is wrong: the cons first, in a local.
// 2. What allocate() gives is uninitialised: it is filled before the next allocation.
// 3. A store into an object that has seen another allocation since it was made goes through
//    store() or store_slot(); init() is for filling.
// 4. Whatever has a size that comes from data goes through try_allocate(), try_reserve() or a
//    function that says that it may be refused.

namespace lithe::heap {

using value::Cons;
using value::Kind;
using value::Object;
using value::Value;

struct Fragment;
struct OldSpace;  // heap/old_space.hpp

/// The data of a Heap, apart so that the collector works on them; all access is the heap's and
/// the collector's but for `top` and `limit`, which compiled code moves.
///
///     begin_ ── survivors of the last collection ── high_water_ ── new ── top ── free ── end_
///
/// `usable_end_` is end_, or where the process's memory limit ends if that comes first. `limit`
/// is usable_end_, or lower to force the next allocation into the slow path.
struct HeapState {
  u64* top = nullptr;
  u64* limit = nullptr;
  u64* begin_ = nullptr;
  u64* end_ = nullptr;
  u64* usable_end_ = nullptr;
  u64* high_water_ = nullptr;
  OldSpace* old_ = nullptr;  ///< null while the heap is small: then each collection is a major one
  HeapEnvironment* environment_ = nullptr;
  RootProvider* owner_ = nullptr;
  Root* roots_ = nullptr;
  RootVector* root_vectors_ = nullptr;
  u64* reserved_ = nullptr;        ///< end of what try_reserve() promised
  Fragment* fragments_ = nullptr;  ///< adopted: dead at the next collection unless pinned
  Object* off_heap_ = nullptr;     ///< young objects of layout off_heap, linked through word 1
  u64* home_ = nullptr;            ///< memory that came with the process; never freed here
  u64 off_heap_bytes_ = 0;
  u64 fragment_bytes_ = 0;
  u64 external_bytes_ = 0;
  u64 memory_limit_ = ~u64{0};
  u64 trigger_bytes_ = 0;  ///< off-heap bytes at which to collect
  UnitMember units_;
  u32 home_words_ = 0;
  u32 collections_ = 0;
  u32 collections_at_rest_ = 0;  ///< collections_ when it was last compacted
  u32 stress_count_ = 0;
  u16 no_collect_ = 0;
  bool limit_exceeded_ = false;
  /// A collection found no memory. Another one is not tried before somebody has heard of it: each
  /// goes over all fragments, and there would be one more each time.
  bool no_memory_ = false;
  bool refused_ = false;
  bool want_collect_ = false;
  u8 root_words_width_ = 0;  ///< bits of the number of roots that the last full copy went over
};

class Heap : public HeapState {
 public:
  /// `memory`: a first block of `words` words inside the owner's own block, not freed by the
  /// heap and used again when an idle heap fits into it; null: one of options.first_words from
  /// the system. `owner` may be null (no roots but Root and RootVector).
  Heap(HeapEnvironment& environment, RootProvider* owner, u64* memory = nullptr, u32 words = 0);
  ~Heap();
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  /// Sizes up to this never fail.
  static constexpr u32 small_words = 4096;

  // ---- Allocation ----

  /// Room for an object of `words` words (<= small_words) after its header, uninitialised. Never
  /// fails: over a limit it sets limit_exceeded(). May collect.
  Object* allocate(Kind kind, u32 words, u8 flags = 0) {
    u64* at = allocate_words(u64{words} + 1);
    auto* object = reinterpret_cast<Object*>(at);
    object->header = Object::make_header(kind, words, flags);
    return object;
  }
  /// Uninitialised. May collect.
  Cons* allocate_cons() { return reinterpret_cast<Cons*>(allocate_words(2)); }
  /// Raw room, header included, n <= small_words + 1. May collect.
  u64* allocate_words(u64 n) {
    u64* at = top;
    if (at + n > limit) [[unlikely]]
      return allocate_slow(n);
    top = at + n;
    return at;
  }
  /// The slow path of inlined allocation: room for n words (header included). May collect.
  u64* allocate_slow(u64 n);

  /// Like allocate() for sizes that come from data; nullptr (and refused()) over the process's
  /// limit or the ceiling. The contents are nil for layout `values`, else uninitialised.
  /// May collect.
  Object* try_allocate(Kind kind, u64 words, u8 flags = 0);
  /// After true, allocations of up to `words` words in total (headers included) do not collect.
  /// May collect.
  bool try_reserve(u64 words);
  /// Gives back the end of the object that was allocated last. Precondition: it is the last.
  void shrink_last(Object* object, u32 words);

  // ---- Making values. Each may collect. ----

  Value cons(Value head, Value tail);
  Value make_integer(i64 i) {
    if (Value::fits_integer(i)) [[likely]]
      return Value::integer(i);
    return make_bigint(i < 0 ? u64(0) - u64(i) : u64(i), i < 0);
  }
  Value make_unsigned(u64 u) {
    if (u <= u64(Value::integer_max)) [[likely]]
      return Value::integer(i64(u));
    return make_bigint(u, false);
  }
  /// From valid UTF-8 (which may lie in this heap). Up to 64 bytes never fail; longer ones go
  /// off the heap and give Value::error() when refused.
  Value make_string(std::string_view utf8);
  /// Wraps text that was written in place, with no copy: takes over the caller's reference.
  /// Value::error() when refused (and the reference is dropped). Any size: short text is copied
  /// into the heap. `text->length` need not be set; `bytes` of its data count.
  Value adopt_text(value::OffHeap* text, u64 bytes);
  /// A buffer object; takes over the caller's reference. Value::error() when refused.
  Value adopt_buffer(value::OffHeap* data, bool frozen);
  /// A handle; takes over the caller's reference. `number` tells it from all others, its copies
  /// in other heaps excepted. Value::error() when refused.
  Value adopt_handle(value::OffHeap* data, u64 number);
  /// `items` are rooted slots (a RootVector's, arguments on the process stack) that a collection
  /// may rewrite. Value::error() when refused.
  Value make_list(std::span<const Value> items, Value tail = Value::empty_list());
  Value make_vector(std::span<const Value> items);
  /// An error value without location and trace. Always made: a long message for which there is no
  /// memory is cut to what stands before its colon. The message need not be valid UTF-8.
  Value make_error(Value kind, std::string_view message, Value data = Value::nil());
  Value make_ref(u64 number);
  Value make_box(Value content);

  // ---- Stores ----

  /// Stores into a word that holds a Value, keeping the remembered set. Never collects.
  void store(Object* object, u32 i, Value v) {
    store_slot(reinterpret_cast<Value*>(object->words()) + i, v);
  }
  /// Same for any Value slot in the heap, such as a Cons's tail.
  void store_slot(Value* slot, Value v) {
    if (v.is_local_pointer() && old_ != nullptr) [[unlikely]]
      remember_slot(slot, v);
    *slot = v;
  }
  /// True if the object or cons lies in the old space.
  bool is_old(const void* address) const;

  // ---- Messages (heap/fragment.hpp) ----

  /// Takes over a message's memory; from now on a collection moves its contents into the heap.
  /// `pinned`: the message header stays valid, and its `root` is kept up to date, until unpin().
  /// Precondition: not adopted before. Never collects, but may ask for a collection soon.
  void adopt(Fragment* fragment, bool pinned = false);
  /// The message header is not needed any more.
  void unpin(Fragment* fragment);

  // ---- Collection ----

  void collect_minor();
  void collect_major();
  /// Major collection into a block that fits exactly (home if it fits there): for a process
  /// that has nothing to do.
  void compact_idle();
  /// Makes the next allocation collect (what try_reserve() promised is kept).
  void collect_soon() {
    want_collect_ = true;
    limit = top < reserved_ ? reserved_ : begin_;
  }
  /// True if a collection is due although there is room: adopted messages or off-heap data have
  /// piled up. Whoever loops without allocating asks this where it may collect.
  bool wants_collection() const { return want_collect_; }

  // ---- Limits and figures ----

  void set_memory_limit(u64 bytes);
  u64 memory_limit() const { return memory_limit_; }
  /// What counts toward the limit: used words, adopted fragments, off-heap data, and what was
  /// added by set_external_bytes().
  u64 bytes() const;
  /// Memory of the process that is not in its heap: its stack, native slices. Passing the limit
  /// by this is for the caller to notice (has_room).
  void set_external_bytes(u64 bytes) { external_bytes_ = bytes; }
  u64 external_bytes() const { return external_bytes_; }
  /// Words in use, dead ones included.
  u64 used_words() const;
  bool limit_exceeded() const { return limit_exceeded_; }
  /// After the owner has dealt with it (an error raised instead of death).
  void clear_limit_exceeded() { limit_exceeded_ = no_memory_ = false; }
  /// True after a call that gave nullptr, false or Value::error() because there was no room.
  /// Reading clears it.
  bool take_refused() {
    bool refused = refused_;
    refused_ = false;
    return refused;
  }
  void note_refused() { refused_ = true; }
  /// True if `bytes` more would be allowed after a collection; collects to find out, if needed.
  /// May collect.
  bool has_room(u64 bytes);
  /// Whether this heap keeps a retired unit from being freed: a major collection would help.
  bool holds_up_units() const;

  HeapEnvironment& environment() const { return *environment_; }
  const base::NameTable& names() const { return environment_->names; }

 private:
  Value make_bigint(u64 magnitude, bool negative);
  void remember_slot(Value* slot, Value v);
  void link_off_heap(Object* object);
  bool room_for(u64 n);
  u64* bump(u64 n);
  u64* allocate_in_fragment(u64 n);
  bool over_limit(u64 more_bytes) const;
  bool at_once(u64 n) const;
  void pass_limit();

 public:
  /// For the collector: after the young space or what counts toward the limit has changed.
  void set_usable_end();
};
static_assert(std::is_standard_layout_v<Heap>, "compiled code relies on where top and limit are");

inline Root::Root(Heap& heap, value::Value v)
    : value_(v), previous_(heap.roots_), list_(&heap.roots_) {
  heap.roots_ = this;
}
inline RootVector::RootVector(Heap& heap)
    : previous_(heap.root_vectors_), list_(&heap.root_vectors_) {
  heap.root_vectors_ = this;
}
inline NoCollect::NoCollect(Heap& heap) : heap_(heap) { ++heap.no_collect_; }
inline NoCollect::~NoCollect() { --heap_.no_collect_; }

}  // namespace lithe::heap
