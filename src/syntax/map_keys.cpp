// SPDX-License-Identifier: Apache-2.0
#include "syntax/map_keys.hpp"

#include <absl/container/flat_hash_map.h>

#include <bit>
#include <vector>

#include "base/hash.hpp"
#include "syntax/printer.hpp"

namespace lithe::syntax {

namespace {

bool is_number(const Datum& datum) {
  return datum.is(DatumKind::integer) || datum.is(DatumKind::float_);
}

bool same_key(const Datum& a, const Datum& b) {
  if (is_number(a) && is_number(b) && a.kind != b.kind) {
    const Datum& integer = a.is(DatumKind::integer) ? a : b;
    const Datum& other = a.is(DatumKind::integer) ? b : a;
    return static_cast<long double>(integer.integer) == static_cast<long double>(other.number);
  }
  if (a.is(DatumKind::float_) && b.is(DatumKind::float_)) return a.number == b.number;
  return equal(a, b);
}

/// Equal keys have equal hashes. Of a sequence the length and its first elements count.
u64 hash_of(const Datum& key, u32 depth = 0) {
  if (is_number(key)) {
    double number = key.is(DatumKind::integer) ? double(key.integer) : key.number;
    return base::mix(std::bit_cast<u64>(number == 0 ? 0.0 : number));
  }
  u64 seed = base::mix(u64(key.kind) << 32 | key.size);
  if (key.is(DatumKind::string)) return base::hash_bytes(key.text(), seed);
  if (key.is(DatumKind::big_integer)) return base::hash_bytes(key.digits(), seed);
  if (key.is(DatumKind::boolean)) return seed + key.truth;
  if (key.is_symbol() || key.is(DatumKind::keyword)) return base::mix(seed ^ key.name);
  if (!key.is_sequence()) return seed;
  for (u32 i = 0; depth < 3 && i < key.size && i < 4; i++) {
    seed = base::hash_combine(seed, hash_of(key[i], depth + 1));
  }
  return seed;
}

class KeySearch {
 public:
  /// The map's first repeated key, among those that `counts` accepts.
  template <class Counts>
  std::optional<RepeatedKey> search(const Datum& map, Counts counts) {
    if (map.size <= 2 * few_keys) return compare_all(map, counts);
    first_with_hash_.clear();
    for (u32 i = 0; i < map.size; i += 2) {
      if (!counts(map[i])) continue;
      auto [place, added] = first_with_hash_.try_emplace(hash_of(map[i]), i);
      if (added) continue;
      for (u32 k = place->second; k < i; k += 2) {
        if (counts(map[k]) && same_key(map[i], map[k])) return RepeatedKey{&map[i], &map[k]};
      }
    }
    return std::nullopt;
  }

 private:
  static constexpr u32 few_keys = 8;

  template <class Counts>
  std::optional<RepeatedKey> compare_all(const Datum& map, Counts counts) {
    for (u32 i = 2; i < map.size; i += 2) {
      for (u32 k = 0; counts(map[i]) && k < i; k += 2) {
        if (counts(map[k]) && same_key(map[i], map[k])) return RepeatedKey{&map[i], &map[k]};
      }
    }
    return std::nullopt;
  }

  absl::flat_hash_map<u64, u32> first_with_hash_;  // to a key's place in the map
};

}  // namespace

Diagnostic repeated_key_error(const RepeatedKey& repeated, const base::NameTable& names) {
  std::string key = excerpt_for_message(print(*repeated.key, names));
  Diagnostic error =
      make_error("syntax-error", repeated.key->span, "duplicate key " + key + " in a map");
  error.notes.push_back({repeated.first->span, "first given here"});
  return error;
}

bool stands_for_itself(const Datum& datum) {
  return !datum.is_symbol() && (!datum.is_sequence() || datum.size == 0);
}

std::optional<RepeatedKey> repeated_key_in_code(const Datum& map) {
  return KeySearch().search(map, stands_for_itself);
}

std::optional<RepeatedKey> repeated_key_in_data(const Datum& root, base::Watcher* watcher) {
  if (!root.is_sequence()) return std::nullopt;
  KeySearch keys;
  base::WatchedSteps steps(watcher);
  std::vector<const Datum*> work{&root};
  while (!work.empty() && !steps.is_over()) {
    const Datum& datum = *work.back();
    work.pop_back();
    if (datum.is(DatumKind::map)) {
      if (auto found = keys.search(datum, [](const Datum&) { return true; })) return found;
    }
    for (const Datum* child : datum.children()) {
      if (child->is_sequence() && child->size > 0) work.push_back(child);
    }
  }
  return std::nullopt;
}

}  // namespace lithe::syntax
