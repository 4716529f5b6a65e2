// SPDX-License-Identifier: Apache-2.0
#include "value/tree.hpp"

#include "value/equal.hpp"
#include "value/order.hpp"

namespace lithe::value {

namespace {

bool is_name(Value key) { return key.is_keyword() || key.is_symbol(); }

/// The first of `count` entries, from `from` on, whose key does not come before `key`.
u32 lower_bound(const u64* words, u32 stride, u32 from, u32 count, Value key,
                const base::NameTable& names) {
  u32 low = from;
  u32 high = count;
  while (low < high) {
    u32 middle = (low + high) / 2;
    if (order(Value::from_bits(words[u64{middle} * stride]), key, names) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

}  // namespace

WordCursor::WordCursor(const Object* collection) {
  if (!is_tree(collection)) {
    at_ = collection->words();
    end_ = at_ + collection->size();
    return;
  }
  bool pairs = collection->kind() != Kind::vector;
  stride_ = pairs ? 2 : 1;
  if (!pairs) tail_ = collection->get(tree_tail).as_object();
  levels_ = u32(collection->get(tree_levels).as_integer());
  enter(collection->get(tree_root).as_object(), levels_);
}

/// Down the first children of a node that has so many levels.
void WordCursor::enter(const Object* node, u32 levels) {
  for (; levels > 0; --levels) {
    steps_[depth_++] = {node, 2 * stride_ - 1};
    node = node->get(stride_ - 1).as_object();
  }
  at_ = node->words();
  end_ = at_ + node->size();
}

bool WordCursor::next_leaf() {
  while (depth_ > 0 && steps_[depth_ - 1].next >= steps_[depth_ - 1].node->size()) --depth_;
  if (depth_ > 0) {
    Step& step = steps_[depth_ - 1];
    const Object* child = step.node->get(step.next).as_object();
    step.next += stride_;
    enter(child, levels_ - depth_);
    return true;
  }
  if (tail_ == nullptr) return false;
  at_ = tail_->words();
  end_ = at_ + tail_->size();
  tail_ = nullptr;
  return true;
}

EntryPath::EntryPath(const Object* collection, Value key, const base::NameTable& names)
    : stride_(entry_words(collection->kind())) {
  const Object* node = collection;
  if (is_tree(collection)) {
    levels_ = u32(collection->get(tree_levels).as_integer());
    node = collection->get(tree_root).as_object();
    for (u32 level = 0; level < levels_; ++level) {
      // The last child that begins before the key: what equals it may stand at its end.
      u32 index = lower_bound(node->words(), 2, 1, node->size() / 2, key, names) - 1;
      steps_[level] = {node, index};
      node = node->get(2 * index + 1).as_object();
    }
  }
  u32 index = lower_bound(node->words(), stride_, 0, node->size() / stride_, key, names);
  steps_[levels_] = {node, index};
}

/// From behind the end of a leaf to the start of the next one; false if there is none.
bool EntryPath::settle() {
  if (!is_at_leaf_end()) return true;
  u32 level = levels_;
  do {
    if (level == 0) return false;
    --level;
  } while (steps_[level].index + 1 == steps_[level].node->size() / 2);
  ++steps_[level].index;
  for (; level < levels_; ++level) {
    steps_[level + 1] = {steps_[level].node->get(2 * steps_[level].index + 1).as_object(), 0};
  }
  return true;
}

bool EntryPath::find(Value key, const base::NameTable& names) {
  // The order cannot tell all keys apart: those that it takes for equal are neighbours.
  EntryPath probe = *this;
  for (; probe.settle(); ++probe.steps_[levels_].index) {
    Value found = Value::from_bits(*probe.words());
    if (equal(found, key)) {
      *this = probe;
      return true;
    }
    if (order(found, key, names) != 0) return false;
  }
  return false;
}

const u64* find_entry(const Object* collection, Value key, const base::NameTable& names) {
  if (is_name(key) && !is_tree(collection)) {
    // Names are equal when their words are: over so few a scan beats comparing texts.
    u32 stride = entry_words(collection->kind());
    const u64* words = collection->words();
    for (u32 i = 0; i < collection->size(); i += stride) {
      if (words[i] == key.bits()) return words + i;
    }
    return nullptr;
  }
  EntryPath path(collection, key, names);
  return path.find(key, names) ? path.words() : nullptr;
}

}  // namespace lithe::value
