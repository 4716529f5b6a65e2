// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "heap/heap.hpp"
#include "value/order.hpp"
#include "value/tree.hpp"

namespace lithe::heap {

/// What in a vector, map or set is not as value/tree.hpp says; "" if nothing is. For tests.
class ShapeCheck {
 public:
  ShapeCheck(Value collection, const base::NameTable& names)
      : collection_(collection.as_object()), names_(names) {}

  std::string run() {
    u32 stride = value::entry_words(collection_->kind());
    if (!value::is_tree(collection_)) {
      if (collection_->size() / stride > value::tree_width) fail("flat with too many");
      check_order(collection_, stride);
      return wrong_;
    }
    u64 count = value::entry_count(collection_);
    auto levels = u32(collection_->get(value::tree_levels).as_integer());
    const Object* root = collection_->get(value::tree_root).as_object();
    if (count <= value::tree_width) fail("a tree of few");
    if (collection_->kind() == Kind::vector) {
      check_vector(root, levels, count);
    } else {
      check_entries(root, levels, true);
      if (levels == 0) fail("a tree of one leaf");
    }
    if (found_ != count) fail("a wrong count");
    return wrong_;
  }

 private:
  void fail(const char* what) { wrong_ += std::string(what) + "; "; }

  void check_vector(const Object* root, u32 levels, u64 count) {
    if (levels > 0 && root->size() < 2) fail("a root with one child");
    check_full(root, levels, true);
    u64 tail = collection_->get(value::tree_tail).as_object()->size();
    if (tail == 0 || tail > value::tree_width || found_ != count - tail) fail("a tail's size");
    found_ += tail;
  }

  /// All leaves full, all inner nodes full but the last ones.
  void check_full(const Object* node, u32 levels, bool last) {
    if (node->kind() != Kind::node) return fail("no node");
    if (node->size() > value::tree_width) fail("too wide");
    if (node->size() < value::tree_width && (levels == 0 || !last)) fail("not full");
    if (levels == 0) found_ += node->size();
    for (u32 i = 0; levels > 0 && i < node->size(); ++i) {
      check_full(node->get(i).as_object(), levels - 1, last && i + 1 == node->size());
    }
  }

  void check_entries(const Object* node, u32 levels, bool is_root) {
    if (node->kind() != Kind::node) return fail("no node");
    u32 stride = levels > 0 ? 2 : value::entry_words(collection_->kind());
    u32 entries = node->size() / stride;
    if (entries > value::tree_width) fail("too wide");
    if (entries < (is_root ? 2 : value::tree_width / 2)) fail("too narrow");
    check_order(node, stride);
    if (levels == 0) found_ += entries;
    for (u32 i = 0; levels > 0 && i < entries; ++i) {
      const Object* child = node->get(2 * i + 1).as_object();
      // The key of a pair bounds its child from below, that of the next from above.
      if (order(node->get(2 * i), child->get(0)) > 0) fail("a key above its child");
      if (i > 0) check_below(node->get(2 * i - 1).as_object(), levels - 1, node->get(2 * i));
      check_entries(child, levels - 1, false);
    }
  }

  void check_below(const Object* node, u32 levels, Value key) {
    u32 stride = levels > 0 ? 2 : value::entry_words(collection_->kind());
    if (order(node->get(node->size() - stride), key) > 0) fail("a child beyond the next key");
  }

  void check_order(const Object* node, u32 stride) {
    if (collection_->kind() == Kind::vector) return;
    for (u32 i = stride; i < node->size(); i += stride) {
      if (order(node->get(i - stride), node->get(i)) > 0) fail("not in order");
    }
  }

  int order(Value a, Value b) const { return value::order(a, b, names_); }

  const Object* collection_;
  const base::NameTable& names_;
  u64 found_ = 0;
  std::string wrong_;
};

inline std::string wrong_shape(Value collection, const base::NameTable& names) {
  return ShapeCheck(collection, names).run();
}

}  // namespace lithe::heap
