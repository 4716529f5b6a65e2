// SPDX-License-Identifier: Apache-2.0
#include "heap/map.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "value/equal.hpp"
#include "value/table_view.hpp"

namespace lithe::heap {

namespace {

using Pair = std::pair<Value, Value>;
static_assert(sizeof(Pair) == 2 * sizeof(Value));

/// Keys that are compared word by word; a bounded scan over them beats a search by text.
constexpr u64 scanned_pairs = 16;

bool is_name(Value key) { return key.is_keyword() || key.is_symbol(); }

/// First pair in [from, end) whose key does not come before `key`.
u64 lower_bound(const Object* map, Value key, const base::NameTable& names) {
  u64 low = 0;
  u64 high = map->size() / 2;
  while (low < high) {
    u64 middle = (low + high) / 2;
    if (value::order(map->get(u32(middle * 2)), key, names) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

}  // namespace

i64 sort_pairs(std::span<Value> pairs, Duplicates duplicates, const base::NameTable& names) {
  u64 count = pairs.size() / 2;
  // Sorted by key, then by place; so of equal keys the last one is the one that was given last.
  struct Entry {
    Value key;
    Value value;
    u64 place;
  };
  std::vector<Entry> entries(count);
  for (u64 i = 0; i < count; ++i) entries[i] = {pairs[2 * i], pairs[2 * i + 1], i};
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
    pairs[2 * i] = entries[i].key;
    pairs[2 * i + 1] = entries[i].value;
  }
  if (repeated >= 0 && duplicates == Duplicates::refuse) return -1 - repeated;
  return i64(kept);
}

MapResult make_map(Heap& heap, std::span<Value> pairs, Duplicates duplicates) {
  MapResult result;
  i64 count = sort_pairs(pairs, duplicates, heap.names());
  if (count < 0) {
    result.duplicate = -1 - count;
    return result;
  }
  Object* map = heap.try_allocate(Kind::map, u64(count) * 2);
  if (map == nullptr) return result;
  for (u64 i = 0; i < u64(count) * 2; ++i) map->init(u32(i), pairs[i]);
  result.map = Value::object(map, false);
  return result;
}

u64 map_size(Value map) { return map.as_object()->size() / 2; }

i64 map_find(Value map, Value key, const base::NameTable& names) {
  const Object* object = map.as_object();
  u64 count = object->size() / 2;
  if (is_name(key) && count <= scanned_pairs) {
    for (u64 i = 0; i < count; ++i) {
      if (object->get(u32(2 * i)) == key) return i64(i);
    }
    return -1;
  }
  for (u64 i = lower_bound(object, key, names); i < count; ++i) {
    Value found = object->get(u32(2 * i));
    if (value::equal(found, key)) return i64(i);
    if (value::order(found, key, names) != 0) return -1;
  }
  return -1;
}

Value map_get(Value map, Value key, Value missing, const base::NameTable& names) {
  i64 place = map_find(map, key, names);
  return place < 0 ? missing : map.as_object()->get(u32(2 * place + 1));
}

Value map_put(Heap& heap, Value map, Value key, Value value) {
  const base::NameTable& names = heap.names();
  i64 place = map_find(map, key, names);
  u64 at = place >= 0 ? u64(place) : lower_bound(map.as_object(), key, names);
  u64 size = map.as_object()->size();
  Root old(heap, map);
  Root kept_key(heap, key);
  Root kept_value(heap, value);
  Object* made = heap.try_allocate(Kind::map, place >= 0 ? size : size + 2);
  if (made == nullptr) return Value::error();
  const u64* from = old.object()->words();
  u64* to = made->words();
  std::memcpy(to, from, at * 16);
  // A key that is replaced stays as it was first written.
  to[2 * at] = place >= 0 ? from[2 * at] : kept_key.get().bits();
  to[2 * at + 1] = kept_value.get().bits();
  u64 rest = place >= 0 ? 2 * at + 2 : 2 * at;
  std::memcpy(to + 2 * at + 2, from + rest, (size - rest) * 8);
  return Value::object(made, false);
}

Value map_remove(Heap& heap, Value map, Value key) {
  i64 place = map_find(map, key, heap.names());
  if (place < 0) return map;
  u64 size = map.as_object()->size();
  u64 at = u64(place) * 2;
  Root old(heap, map);
  Object* made = heap.try_allocate(Kind::map, size - 2);
  if (made == nullptr) return Value::error();
  const u64* from = old.object()->words();
  std::memcpy(made->words(), from, at * 8);
  std::memcpy(made->words() + at, from + at + 2, (size - at - 2) * 8);
  return Value::object(made, false);
}

void sorted_pairs(Heap& heap, Value map_or_table, RootVector& out) {
  const Object* object = map_or_table.as_object();
  if (object->kind() == Kind::map) {
    for (u32 i = 0; i < object->size(); ++i) out.push_back(object->get(i));
    return;
  }
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
