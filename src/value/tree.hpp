// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/name_table.hpp"
#include "value/object.hpp"

// Vectors, maps and sets, read. They are immutable and persistent: what is made from one shares
// its nodes.
//
// An *entry* is an element of a vector or set (one word), or a key and its value (two). Up to
// tree_width entries stand flat in the words of the object itself. With more of them the object
// has flag_tree and these words:
//
//     0  the number of entries, an integer
//     1  the number of levels of inner nodes, an integer
//     2  the root: a leaf if there are no levels
//     3  of a vector: the tail, a leaf
//
// Nodes are objects of kind `node`, as large as what they hold, at most tree_width entries.
//
// *Vector*: a radix tree. All its leaves are full but the tail, which holds the last 1 … 32
// elements; an inner node holds its children. So the shape depends on the length alone.
// (P. Bagwell, Ideal Hash Trees, 2001, for the idea; the tail is Clojure's.)
//
// *Map and set*: a B+ tree in the order of the keys (value/order.hpp). An inner node holds pairs:
// a key that no key of the child comes before, and the child. Every node but the root holds at
// least half of tree_width entries. The shape depends on how it was made, the entries and their
// order do not. An order, not a hash, decides: the order of iteration is fixed by the contents,
// and no choice of keys makes it slow.
//
// Nothing here allocates in a heap. Cursors and pointers are dead at the next collection.

namespace lithe::value {

inline constexpr u32 tree_width = 32;
inline constexpr u32 tree_bits = 5;
/// Levels of inner nodes of 2^32 entries in nodes that are half full.
inline constexpr u32 most_levels = 8;

enum TreeWord : u32 { tree_count, tree_levels, tree_root, tree_tail };

inline bool is_tree(const Object* collection) { return collection->has_flag(Object::flag_tree); }
/// Words of one entry of that kind of collection.
constexpr u32 entry_words(Kind kind) { return kind == Kind::map ? 2 : 1; }
/// The number of entries of a vector, map or set.
inline u64 entry_count(const Object* collection) {
  if (is_tree(collection)) return u64(collection->get(tree_count).as_integer());
  return collection->size() / entry_words(collection->kind());
}
/// The number of words in all its entries.
inline u64 word_count(const Object* collection) {
  return entry_count(collection) * entry_words(collection->kind());
}

/// Precondition: index < entry_count(vector).
inline Value vector_get(const Object* vector, u64 index) {
  if (!is_tree(vector)) return vector->get(u32(index));
  const Object* node = vector->get(tree_tail).as_object();
  u64 count = entry_count(vector);
  if (index < ((count - 1) & ~u64{tree_width - 1})) {
    node = vector->get(tree_root).as_object();
    for (auto level = u32(vector->get(tree_levels).as_integer()); level > 0; --level) {
      node = node->get((index >> (level * tree_bits)) % tree_width).as_object();
    }
  }
  return node->get(index % tree_width);
}

/// Goes over the words of all entries of a vector, map or set, in order.
class WordCursor {
 public:
  explicit WordCursor(const Object* collection);

  /// False at the end.
  bool next(Value& out) {
    if (at_ == end_ && !next_leaf()) return false;
    out = Value::from_bits(*at_++);
    return true;
  }

 private:
  struct Step {
    const Object* node;
    u32 next;  ///< word of the child to go to next
  };

  bool next_leaf();
  void enter(const Object* node, u32 levels);

  const u64* at_;
  const u64* end_;
  const Object* tail_ = nullptr;  ///< not met yet
  u32 levels_ = 0;
  u32 depth_ = 0;  ///< of steps_ in use
  u32 stride_ = 1;
  Step steps_[most_levels];  // uninitialised beyond depth_
};

/// A place in a map or set, flat or a tree: the way from the root to an entry.
class EntryPath {
 public:
  /// To the first entry whose key does not come before `key`; perhaps behind the end of a leaf.
  EntryPath(const Object* collection, Value key, const base::NameTable& names);

  struct Step {
    const Object* node;
    u32 index;  ///< of the entry in the node
  };

  /// To the entry with that key, if it is there: then true. Otherwise the place stays.
  bool find(Value key, const base::NameTable& names);

  /// 0: the leaf is the root, or the collection itself when that is flat.
  u32 levels() const { return levels_; }
  /// From the root (0) to the leaf (levels()).
  const Step& step(u32 level) const { return steps_[level]; }
  const Step& leaf() const { return steps_[levels_]; }
  /// Words of an entry in the leaf.
  u32 stride() const { return stride_; }
  /// The entry's words. Precondition: find() gave true.
  const u64* words() const { return leaf().node->words() + u64{leaf().index} * stride_; }

 private:
  bool is_at_leaf_end() const { return leaf().index == leaf().node->size() / stride_; }
  bool settle();

  u32 levels_ = 0;
  u32 stride_;
  Step steps_[most_levels + 1];  // uninitialised beyond levels_
};

/// The words of the entry of a map or set, or nullptr.
const u64* find_entry(const Object* collection, Value key, const base::NameTable& names);

}  // namespace lithe::value
