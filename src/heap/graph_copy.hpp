// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unordered_map>
#include <vector>

#include "heap/heap.hpp"
#include "heap/memory_account.hpp"
#include "heap/pointer_set.hpp"
#include "heap/shared_unit.hpp"

namespace lithe::heap {

/// A deep copy in two passes: scan() finds everything reachable and gives each part its place,
/// write() copies it into memory of exactly that size. Sharing and cycles are kept. Iterative.
/// Rules:
///
/// 1. from_heap: the places are written into the heads of the originals, and put back by
///    restore() (or the destructor): between, nobody else may look at the heap.
/// 2. from_units: the originals are shared with other threads and not touched; the places are
///    kept in a map. Units without anything mutable are not copied.
/// 3. Off-heap data: unfrozen buffers are copied, all else is shared by count. A copied handle
///    holds nothing: what is open stays with its process.
class GraphCopy {
 public:
  enum class Source : u8 { from_heap, from_units };
  /// `account` knows what is remembered of each part. `prefix`: words in front of every Object and
  /// Cons.
  GraphCopy(MemoryAccount& account, Source source, u32 prefix)
      : account_(account), source_(source), prefix_(prefix) {}
  ~GraphCopy();
  GraphCopy(const GraphCopy&) = delete;
  GraphCopy& operator=(const GraphCopy&) = delete;

  /// Precondition: `root` is a pointer. False: no memory to remember all parts; nothing can be
  /// written then.
  [[nodiscard]] bool scan(Value root);
  u64 words() const { return words_; }
  bool has_mutable() const { return has_mutable_; }
  /// Units that the copy points into, those of closures' code among them.
  const PointerSet& units() const { return units_; }

  /// Copies to `memory` (words() of them); the prefix words are `unit`. The copy's pointers are
  /// shared ones if there is a unit. Off-heap objects are linked in front of `off_heap`. False:
  /// no memory for a buffer; nothing then refers to the copy.
  bool write(u64* memory, SharedUnit* unit, Object*& off_heap);
  /// The value in the copy that stands for one in the original. Before restore().
  Value translate(Value v, u64* memory, SharedUnit* unit) const;
  void restore();

 private:
  struct Node {
    u64* source;
    u64 first;  ///< the original first word: header of an Object, head of a Cons
  };
  static constexpr u64 chunk_nodes = 1024;
  /// With what an entry of places_ takes, by and large.
  u64 chunk_bytes() const {
    return chunk_nodes * (sizeof(Node) + (source_ == Source::from_units ? 48 : 0));
  }
  Node node(u64 index) const { return chunks_[index / chunk_nodes][index % chunk_nodes]; }
  bool remember(Node node);

  bool follows(Value v) const {
    if (!v.is_pointer()) return false;
    if (source_ == Source::from_heap) return v.is_local_pointer();
    return SharedUnit::of(v)->has_mutable;
  }
  void visit(Value v);
  void visit_object(const Node& node);
  u64 place_of(Value v) const;
  bool known(Value v) const;
  void give_place(Value v, u64 size);
  bool write_object(const Node& node, Object* to, u64* memory, SharedUnit* unit, Object*& off_heap);

  MemoryAccount& account_;
  Source source_;
  bool full_ = false;  ///< there was no memory for another chunk
  u32 prefix_;
  u64 words_ = 0;
  bool has_mutable_ = false;
  std::vector<Node*> chunks_;  // in the order of their places
  u64 node_count_ = 0;
  PointerSet units_;
  std::unordered_map<u64, u64> places_;  // from_units: address -> place
};

/// A fragment with what was scanned (prefix 0); its root stands for `root`. nullptr: no memory.
Fragment* fragment_of(MemoryAccount& account, GraphCopy& copy, Value root);

}  // namespace lithe::heap
