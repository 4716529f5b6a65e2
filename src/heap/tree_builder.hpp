// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "value/tree.hpp"

// Vectors, maps and sets made at once from all their words (value/tree.hpp has their shapes), in a
// heap or in a shared unit.

namespace lithe::heap {

/// Words that a vector, map or set of `count` entries takes at most, headers included.
constexpr u64 tree_room(u64 count, u32 entry_words) {
  // Leaves, then a pair and a part of a header for each of them in the levels above.
  return count * entry_words + count / 4 + 16;
}

/// `Place`: has allocate(Kind, u32 words, u8 flags) => Object*, which does not collect here: the
/// room is reserved. `shared`: what it gives lies in a shared unit.
template <class Place, bool shared>
class TreeBuilder {
 public:
  explicit TreeBuilder(Place& place) : place_(place) {}

  /// `next()` gives the elements, one a call.
  template <class Next>
  value::Value vector(u64 count, Next&& next) {
    if (count <= value::tree_width) return made(filled(value::Kind::vector, u32(count), next));
    std::vector<value::Value> nodes;
    u64 in_tree = (count - 1) & ~u64{value::tree_width - 1};
    for (u64 i = 0; i < in_tree; i += value::tree_width) {
      nodes.push_back(made(filled(value::Kind::node, value::tree_width, next)));
    }
    u32 levels = 0;
    for (; nodes.size() > 1; ++levels) join_children(nodes);
    value::Value tail = made(filled(value::Kind::node, u32(count - in_tree), next));
    return vector_of(count, levels, nodes[0], tail);
  }

  value::Value vector(std::span<const value::Value> items) {
    auto at = items.begin();
    return vector(items.size(), [&at] { return *at++; });
  }

  /// `words`: of the entries of a map or set, in order and without repetition.
  value::Value entries(value::Kind kind, std::span<const value::Value> words) {
    u32 stride = value::entry_words(kind);
    u64 count = words.size() / stride;
    auto at = words.begin();
    auto next = [&at] { return *at++; };
    if (count <= value::tree_width) return made(filled(kind, u32(words.size()), next));
    std::vector<value::Value> pairs = split(words, stride);
    u32 levels = 0;
    for (; pairs.size() > 2; ++levels) pairs = split(pairs, 2);
    return entries_of(kind, count, levels, pairs[1]);
  }

  value::Value vector_of(u64 count, u32 levels, value::Value root, value::Value tail) {
    value::Object* object = place_.allocate(value::Kind::vector, 4, value::Object::flag_tree);
    object->init(value::tree_count, value::Value::integer(i64(count)));
    object->init(value::tree_levels, value::Value::integer(levels));
    object->init(value::tree_root, root);
    object->init(value::tree_tail, tail);
    return made(object);
  }

  value::Value entries_of(value::Kind kind, u64 count, u32 levels, value::Value root) {
    value::Object* object = place_.allocate(kind, 3, value::Object::flag_tree);
    object->init(value::tree_count, value::Value::integer(i64(count)));
    object->init(value::tree_levels, value::Value::integer(levels));
    object->init(value::tree_root, root);
    return made(object);
  }

  value::Value node(std::span<const value::Value> words) {
    auto at = words.begin();
    return made(filled(value::Kind::node, u32(words.size()), [&at] { return *at++; }));
  }

 private:
  static value::Value made(value::Object* object) { return value::Value::object(object, shared); }

  template <class Next>
  value::Object* filled(value::Kind kind, u32 words, Next&& next) {
    value::Object* object = place_.allocate(kind, words, 0);
    for (u32 i = 0; i < words; ++i) object->init(i, next());
    return object;
  }

  /// Each tree_width nodes under one.
  void join_children(std::vector<value::Value>& nodes) {
    u64 kept = 0;
    for (u64 i = 0; i < nodes.size(); i += value::tree_width) {
      u64 size = std::min<u64>(value::tree_width, nodes.size() - i);
      nodes[kept++] = node(std::span<const value::Value>(nodes).subspan(i, size));
    }
    nodes.resize(kept);
  }

  /// Nodes of about the same size from entries of `stride` words. => first key and node of each.
  std::vector<value::Value> split(std::span<const value::Value> words, u32 stride) {
    u64 count = words.size() / stride;
    u64 parts = (count + value::tree_width - 1) / value::tree_width;
    std::vector<value::Value> pairs;
    pairs.reserve(2 * parts);
    for (u64 i = 0; i < parts; ++i) {
      u64 from = count * i / parts;
      u64 to = count * (i + 1) / parts;
      pairs.push_back(words[from * stride]);
      pairs.push_back(node(words.subspan(from * stride, (to - from) * stride)));
    }
    return pairs;
  }

  Place& place_;
};

}  // namespace lithe::heap
