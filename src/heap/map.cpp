// SPDX-License-Identifier: Apache-2.0
#include "heap/map.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "heap/tree_builder.hpp"
#include "value/equal.hpp"
#include "value/table_view.hpp"

namespace lithe::heap {

using value::EntryPath;
using value::tree_width;

namespace {

using Pair = std::pair<Value, Value>;
static_assert(sizeof(Pair) == 2 * sizeof(Value));

constexpr u32 least_entries = tree_width / 2;

/// Room for one change: on each level a node, its neighbour and what they are split into.
constexpr u64 update_room(u32 levels) { return (u64{levels} + 2) * 2 * (2 * tree_width + 1) + 8; }

/// True if the entries of map or set words are in order and all different.
bool is_sorted(std::span<const Value> words, u32 stride, const base::NameTable& names) {
  for (u64 i = stride; i < words.size(); i += stride) {
    if (value::order(words[i - stride], words[i], names) >= 0) return false;
  }
  return true;
}

/// One change of a map or set: the leaf is written anew, then each node on the way to it.
/// Everything is reserved: nothing collects, and objects are held as they are.
class Update {
 public:
  Update(Heap& heap, Value collection, const EntryPath& path)
      : build_(heap),
        path_(path),
        kind_(collection.as_object()->kind()),
        count_(value::entry_count(collection.as_object())),
        level_(path.levels()) {}

  /// Puts the words of one entry in place of `replaced` (0 or 1) entries of the leaf.
  Value put(u32 replaced, std::span<const Value> entry) {
    count_ += 1 - replaced;
    edit(path_.stride(), path_.leaf().index, replaced, entry);
    climb();
    return finish();
  }

  /// Leaves the entry out that the path leads to. Precondition: it stays a tree.
  Value remove() {
    count_ -= 1;
    edit(path_.stride(), path_.leaf().index, 1, {});
    climb();
    return finish();
  }

 private:
  u32 stride() const { return level_ == path_.levels() ? path_.stride() : 2; }
  Value* words() { return reinterpret_cast<Value*>(words_); }

  /// The words of the node at level_ with some entries replaced, into words_.
  void edit(u32 stride, u32 at, u32 replaced, std::span<const Value> with) {
    const Object* node = path_.step(level_).node;
    size_ = 0;
    append(node, 0, at * stride);
    for (Value v : with) words()[size_++] = v;
    append(node, (at + replaced) * stride, node->size());
  }

  void append(const Object* node, u32 from, u32 to) {
    std::memcpy(words_ + size_, node->words() + from, (to - from) * 8);
    size_ += to - from;
  }

  /// From words_ of a level to those of the level above, up to the root.
  void climb() {
    while (level_ > 0) {
      const EntryPath::Step& above = path_.step(level_ - 1);
      u32 at = above.index;
      u32 replaced = 1;
      if (size_ / stride() < least_entries) at = join_neighbour(above, replaced);
      Value pairs[4];
      u32 nodes = write_nodes(pairs);
      --level_;
      edit(2, at, replaced, std::span<const Value>(pairs, 2 * nodes));
    }
  }

  /// Adds the words of a node beside the one that words_ is for. => index of the left one.
  u32 join_neighbour(const EntryPath::Step& above, u32& replaced) {
    replaced = 2;
    if (above.index == 0) {
      const Object* right = above.node->get(3).as_object();
      append(right, 0, right->size());
      return 0;
    }
    const Object* left = above.node->get(2 * above.index - 1).as_object();
    std::memmove(words_ + left->size(), words_, size_ * 8);
    std::memcpy(words_, left->words(), left->size() * 8);
    size_ += left->size();
    return above.index - 1;
  }

  /// words_ as one node or two; their first keys and they into `pairs`.
  u32 write_nodes(Value* pairs) {
    std::span<const Value> all(words(), size_);
    u32 count = size_ / stride();
    u32 nodes = (count + tree_width - 1) / tree_width;
    for (u32 i = 0; i < nodes; ++i) {
      u32 from = count * i / nodes * stride();
      u32 to = count * (i + 1) / nodes * stride();
      std::span<const Value> part = all.subspan(from, to - from);
      pairs[2 * i] = part[0];
      pairs[2 * i + 1] = build_.node(part);
    }
    return nodes;
  }

  /// The collection of the root's words_.
  Value finish() {
    u32 levels = path_.levels();
    if (levels == 0 && count_ <= tree_width) return build_.entries(kind_, {words(), size_});
    if (levels > 0 && size_ == 2) return build_.entries_of(kind_, count_, levels - 1, words()[1]);
    Value pairs[4];
    if (write_nodes(pairs) == 1) return build_.entries_of(kind_, count_, levels, pairs[1]);
    Value root = build_.node(pairs);
    return build_.entries_of(kind_, count_, levels + 1, root);
  }

  TreeBuilder<Heap, false> build_;
  const EntryPath& path_;
  value::Kind kind_;
  u64 count_;
  u32 level_;
  u32 size_ = 0;
  u64 words_[4 * tree_width];  ///< Values, of two nodes at most; uninitialised beyond size_
};

/// Room for a change of the collection, which is rooted. False: refused.
bool reserve_update(Heap& heap, const Object* collection) {
  if (!value::is_tree(collection) && value::entry_count(collection) < tree_width) {
    return heap.try_reserve(u64{collection->size()} + 3);
  }
  u32 levels =
      value::is_tree(collection) ? u32(collection->get(value::tree_levels).as_integer()) : 0;
  return heap.try_reserve(update_room(levels));
}

/// A tree that has one entry too many to be flat, without the entry of the path.
Value flat_without(Heap& heap, const Object* tree, const EntryPath& path) {
  Value words[2 * tree_width];
  bool pairs = path.stride() == 2;
  Value key = Value::from_bits(*path.words());
  u32 size = 0;
  value::WordCursor cursor(tree);
  Value first;
  Value second;
  while (cursor.next(first)) {
    if (pairs) cursor.next(second);
    if (first == key) continue;  // the same word: no other key is identical to it
    words[size++] = first;
    if (pairs) words[size++] = second;
  }
  return TreeBuilder<Heap, false>(heap).entries(tree->kind(), {words, size});
}

Value put_entry(Heap& heap, Value collection, Value key, Value value) {
  Root old(heap, collection);
  Root kept_key(heap, key);
  Root kept_value(heap, value);
  if (!reserve_update(heap, old.object())) return Value::error();
  EntryPath path(old.object(), kept_key, heap.names());
  bool found = path.find(kept_key, heap.names());
  if (found && path.stride() == 1) return old;
  // A key that is replaced stays as it was first written.
  Value entry[2] = {found ? Value::from_bits(*path.words()) : kept_key.get(), kept_value};
  return Update(heap, old, path).put(found ? 1 : 0, std::span(entry, path.stride()));
}

}  // namespace

i64 sort_entries(value::Kind kind, std::span<Value> words, Duplicates duplicates,
                 const base::NameTable& names) {
  u32 stride = value::entry_words(kind);
  u64 count = words.size() / stride;
  if (is_sorted(words, stride, names)) return i64(count);
  // Sorted by key, then by place; so of equal keys the last one is the one that was given last.
  struct Entry {
    Value key;
    Value value;
    u64 place;
  };
  std::vector<Entry> entries(count);
  for (u64 i = 0; i < count; ++i) {
    entries[i] = {words[stride * i], words[stride * i + stride - 1], i};
  }
  std::sort(entries.begin(), entries.end(), [&names](const Entry& a, const Entry& b) {
    int sign = value::order(a.key, b.key, names);
    return sign != 0 ? sign < 0 : a.place < b.place;
  });
  i64 repeated = -1;
  u64 kept = 0;
  for (u64 i = 0; i < count; ++i) {
    // Equal keys are neighbours unless the order cannot tell others between them apart.
    u64 same = kept;
    for (u64 k = kept; k > 0; --k) {
      if (value::order(entries[k - 1].key, entries[i].key, names) != 0) break;
      if (value::equal(entries[k - 1].key, entries[i].key)) {
        same = k - 1;
        break;
      }
    }
    if (same == kept) {
      entries[kept++] = entries[i];
      continue;
    }
    i64 place = i64(std::max(entries[same].place, entries[i].place));
    if (repeated < 0 || place < repeated) repeated = place;
    entries[same].value = entries[i].value;
    entries[same].place = entries[i].place;
  }
  for (u64 i = 0; i < kept; ++i) {
    words[stride * i] = entries[i].key;
    if (stride == 2) words[2 * i + 1] = entries[i].value;
  }
  if (repeated >= 0 && duplicates == Duplicates::refuse) return -1 - repeated;
  return i64(kept);
}

Value make_sorted(Heap& heap, value::Kind kind, std::span<const Value> words) {
  if (!heap.try_reserve(
          tree_room(words.size() / value::entry_words(kind), value::entry_words(kind)))) {
    return Value::error();
  }
  return TreeBuilder<Heap, false>(heap).entries(kind, words);
}

MapResult make_map(Heap& heap, std::span<Value> pairs, Duplicates duplicates) {
  MapResult result;
  i64 count = sort_entries(Kind::map, pairs, duplicates, heap.names());
  if (count < 0) {
    result.duplicate = -1 - count;
  } else {
    result.map = make_sorted(heap, Kind::map, pairs.first(u64(count) * 2));
  }
  return result;
}

Value make_set(Heap& heap, std::span<Value> elements) {
  i64 count = sort_entries(Kind::set, elements, Duplicates::last_wins, heap.names());
  return make_sorted(heap, Kind::set, elements.first(u64(count)));
}

Value map_get(Value map, Value key, Value missing, const base::NameTable& names) {
  const u64* entry = value::find_entry(map.as_object(), key, names);
  return entry == nullptr ? missing : Value::from_bits(entry[1]);
}

bool has_entry(Value collection, Value key, const base::NameTable& names) {
  return value::find_entry(collection.as_object(), key, names) != nullptr;
}

Value map_put(Heap& heap, Value map, Value key, Value value) {
  return put_entry(heap, map, key, value);
}

Value set_put(Heap& heap, Value set, Value element) {
  return put_entry(heap, set, element, Value::nil());
}

Value remove_entry(Heap& heap, Value collection, Value key) {
  if (!has_entry(collection, key, heap.names())) return collection;
  Root old(heap, collection);
  Root kept_key(heap, key);
  if (!reserve_update(heap, old.object())) return Value::error();
  EntryPath path(old.object(), kept_key, heap.names());
  path.find(kept_key, heap.names());
  bool becomes_flat =
      value::is_tree(old.object()) && value::entry_count(old.object()) == tree_width + 1;
  return becomes_flat ? flat_without(heap, old.object(), path) : Update(heap, old, path).remove();
}

void append_words(Value collection, RootVector& out) {
  value::WordCursor cursor(collection.as_object());
  Value v;
  while (cursor.next(v)) out.push_back(v);
}

void sorted_pairs(Heap& heap, Value map_or_table, RootVector& out) {
  const Object* object = map_or_table.as_object();
  if (object->kind() == Kind::map) return append_words(map_or_table, out);
  u64 start = out.size();
  value::TableView view(object);
  for (u32 i = 0; i < view.capacity(); ++i) {
    if (!view.is_live(i)) continue;
    out.push_back(view.key(i));
    out.push_back(view.value(i));
  }
  // Keys of a table are distinct when they are set; mutable ones may have become equal since,
  // and then both stay.
  auto* pairs = reinterpret_cast<Pair*>(out.span().data() + start);
  std::sort(pairs, pairs + (out.size() - start) / 2, [&heap](const Pair& a, const Pair& b) {
    return value::order(a.first, b.first, heap.names()) < 0;
  });
}

}  // namespace lithe::heap
