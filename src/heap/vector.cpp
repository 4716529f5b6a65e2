// SPDX-License-Identifier: Apache-2.0
#include "heap/vector.hpp"

#include <algorithm>
#include <span>

#include "heap/tree_builder.hpp"

namespace lithe::heap {

using value::tree_bits;
using value::tree_width;

namespace {

using Builder = TreeBuilder<Heap, false>;

/// For one change: a node on each level, another for a new root, the vector itself.
u32 update_room(const Object* vector) {
  if (!value::is_tree(vector) && vector->size() < tree_width) return vector->size() + 2;
  u32 levels = value::is_tree(vector) ? u32(vector->get(value::tree_levels).as_integer()) : 0;
  return (levels + 3) * (tree_width + 1) + 8;
}

/// Up to this part of the left vector, the right one's elements are pushed one by one.
constexpr u64 pushed_part = 16;

struct Tree {
  explicit Tree(const Object* vector)
      : count(value::entry_count(vector)),
        levels(u32(vector->get(value::tree_levels).as_integer())),
        root(vector->get(value::tree_root)),
        tail(vector->get(value::tree_tail)) {}

  u64 in_tree() const { return (count - 1) & ~u64{tree_width - 1}; }

  u64 count;
  u32 levels;
  Value root;
  Value tail;
};

std::span<const Value> words_of(const Object* object) {
  return {reinterpret_cast<const Value*>(object->words()), object->size()};
}

/// Copies of nodes with one word changed, added or left out. The room is reserved.
class NodeCopies {
 public:
  explicit NodeCopies(Heap& heap) : heap_(heap) {}

  /// A new object that starts as `from` does.
  Value with(const Object* from, u32 index, Value word, u32 size) {
    Object* made = heap_.allocate(from->kind(), size);
    std::copy_n(from->words(), std::min(size, from->size()), made->words());
    made->init(index, word);
    return Value::object(made, false);
  }
  Value with(const Object* from, u32 index, Value word) {
    return with(from, index, word, from->size());
  }
  Value without_last(const Object* from) {
    Object* made = heap_.allocate(from->kind(), from->size() - 1);
    std::copy_n(from->words(), from->size() - 1, made->words());
    return Value::object(made, false);
  }
  Value single(Value word) {
    Object* made = heap_.allocate(Kind::node, 1);
    made->init(0, word);
    return Value::object(made, false);
  }

  /// The way to an element, with another one there.
  Value put(Value node, u32 levels, u64 index, Value element) {
    const Object* from = node.as_object();
    auto at = u32(index >> (levels * tree_bits)) % tree_width;
    if (levels == 0) return with(from, at, element);
    return with(from, at, put(from->get(at), levels - 1, index, element));
  }

  /// The way to where the element `index` will be, which begins a leaf, with that leaf there.
  Value add_leaf(Value node, u32 levels, u64 index, Value leaf) {
    const Object* from = node.as_object();
    auto at = u32(index >> (levels * tree_bits)) % tree_width;
    if (at == from->size()) {
      for (u32 level = 1; level < levels; ++level) leaf = single(leaf);
      return with(from, at, leaf, at + 1);
    }
    return with(from, at, add_leaf(from->get(at), levels - 1, index, leaf));
  }

  /// Without the leaf that begins with the element `index`, the last one; nil: nothing is left.
  Value remove_leaf(Value node, u32 levels, u64 index) {
    const Object* from = node.as_object();
    auto at = u32(index >> (levels * tree_bits)) % tree_width;
    Value rest = levels == 1 ? Value::nil() : remove_leaf(from->get(at), levels - 1, index);
    if (!rest.is_nil()) return with(from, at, rest);
    return at == 0 ? Value::nil() : without_last(from);
  }

 private:
  Heap& heap_;
};

/// The root of a tree that takes the full leaf `leaf` in.
Value grown_root(NodeCopies& copies, Builder& build, const Tree& tree, u32& levels, Value leaf) {
  if (tree.in_tree() < u64{tree_width} << (tree.levels * tree_bits)) {
    return copies.add_leaf(tree.root, tree.levels, tree.in_tree(), leaf);
  }
  for (u32 level = 0; level < tree.levels; ++level) leaf = copies.single(leaf);
  levels = tree.levels + 1;
  Value children[2] = {tree.root, leaf};
  return build.node(children);
}

}  // namespace

Value Heap::make_vector(std::span<const Value> items) {
  if (!try_reserve(tree_room(items.size(), 1))) return Value::error();
  return Builder(*this).vector(items);
}

Value vector_put(Heap& heap, Value vector, u64 index, Value element) {
  Root old(heap, vector);
  Root kept(heap, element);
  if (!heap.try_reserve(update_room(old.object()))) return Value::error();
  NodeCopies copies(heap);
  if (!value::is_tree(old.object())) return copies.with(old.object(), u32(index), kept);
  Tree tree(old.object());
  Builder build(heap);
  if (index >= tree.in_tree()) {
    Value tail = copies.with(tree.tail.as_object(), u32(index) % tree_width, kept);
    return build.vector_of(tree.count, tree.levels, tree.root, tail);
  }
  Value root = copies.put(tree.root, tree.levels, index, kept);
  return build.vector_of(tree.count, tree.levels, root, tree.tail);
}

Value vector_push(Heap& heap, Value vector, Value element) {
  Root old(heap, vector);
  Root kept(heap, element);
  if (!heap.try_reserve(update_room(old.object()))) return Value::error();
  NodeCopies copies(heap);
  Builder build(heap);
  const Object* object = old.object();
  if (!value::is_tree(object)) {
    if (object->size() < tree_width) {
      return copies.with(object, object->size(), kept, object->size() + 1);
    }
    Value leaf = build.node(words_of(object));
    return build.vector_of(tree_width + 1, 0, leaf, copies.single(kept));
  }
  Tree tree(object);
  const Object* tail = tree.tail.as_object();
  if (tail->size() < tree_width) {
    Value longer = copies.with(tail, tail->size(), kept, tail->size() + 1);
    return build.vector_of(tree.count + 1, tree.levels, tree.root, longer);
  }
  u32 levels = tree.levels;
  Value root = grown_root(copies, build, tree, levels, tree.tail);
  return build.vector_of(tree.count + 1, levels, root, copies.single(kept));
}

Value vector_pop(Heap& heap, Value vector) {
  Root old(heap, vector);
  if (!heap.try_reserve(update_room(old.object()))) return Value::error();
  NodeCopies copies(heap);
  Builder build(heap);
  if (!value::is_tree(old.object())) return copies.without_last(old.object());
  Tree tree(old.object());
  if (tree.count == tree_width + 1) return build.vector(words_of(tree.root.as_object()));
  if (tree.tail.as_object()->size() > 1) {
    Value tail = copies.without_last(tree.tail.as_object());
    return build.vector_of(tree.count - 1, tree.levels, tree.root, tail);
  }
  u64 last = tree.in_tree() - tree_width;
  Value tail = tree.root;
  for (u32 level = tree.levels; level > 0; --level) {
    tail = tail.as_object()->get(u32(last >> (level * tree_bits)) % tree_width);
  }
  Value root = copies.remove_leaf(tree.root, tree.levels, last);
  u32 levels = tree.levels;
  if (root.as_object()->size() == 1) {
    root = root.as_object()->get(0);
    --levels;
  }
  return build.vector_of(tree.count - 1, levels, root, tail);
}

Value vector_slice(Heap& heap, Value vector, u64 from, u64 to) {
  if (from == 0 && to == value::entry_count(vector.as_object())) return vector;
  Root old(heap, vector);
  if (!heap.try_reserve(tree_room(to - from, 1))) return Value::error();
  return Builder(heap).vector(
      to - from, [object = old.object(), &from] { return value::vector_get(object, from++); });
}

Value vector_concat(Heap& heap, Value left, Value right) {
  u64 count = value::entry_count(left.as_object());
  u64 more = value::entry_count(right.as_object());
  if (more == 0) return left;
  if (count == 0) return right;
  Root first(heap, left);
  Root second(heap, right);
  if (more < count / pushed_part) {
    for (u64 i = 0; i < more && !first.get().is(Value::Special::error); ++i) {
      Value element = value::vector_get(second.object(), i);
      first = vector_push(heap, first, element);
    }
    return first;
  }
  if (!heap.try_reserve(tree_room(count + more, 1))) return Value::error();
  value::WordCursor front(first.object());
  value::WordCursor back(second.object());
  return Builder(heap).vector(count + more, [&front, &back] {
    Value v;
    if (!front.next(v)) back.next(v);
    return v;
  });
}

}  // namespace lithe::heap
