// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include "base/hash.hpp"
#include "base/integers.hpp"

namespace lithe::process {

/// Entries with unique keys, kept in the order of their insertion (so that what is done for all
/// of them is the same in each run of a seed). Few entries are searched in a row; from
/// `index_from` on there is a hash index beside them. Entry has `u64 key() const`.
template <class Entry>
class KeyedList {
 public:
  static constexpr u32 index_from = 16;

  u32 size() const { return live_; }
  bool empty() const { return live_ == 0; }

  Entry* find(u64 key) {
    u32 at = position(key);
    return at == absent ? nullptr : &entries_[at].entry;
  }

  /// Precondition: no entry has its key.
  Entry& insert(Entry entry) {
    if (entries_.size() == entries_.capacity()) compact();
    entries_.push_back({std::move(entry), true});
    live_++;
    if (!index_.empty() || entries_.size() > index_from) add_to_index(u32(entries_.size() - 1));
    return entries_.back().entry;
  }

  /// => false if there is none.
  bool erase(u64 key) {
    u32 at = position(key);
    if (at == absent) return false;
    entries_[at].live = false;
    live_--;
    if (live_ == 0) {
      clear();
    } else if (index_.empty()) {
      entries_.erase(entries_.begin() + at);
    } else if (entries_.size() > 4 * live_) {
      compact();
    }
    return true;
  }

  void clear() {
    entries_ = {};
    index_ = {};
    live_ = 0;
  }

  /// f(Entry&) for each, oldest first. f must not change the list.
  template <class F>
  void for_each(F&& f) {
    for (Item& item : entries_) {
      if (item.live) f(item.entry);
    }
  }

 private:
  struct Item {
    Entry entry;
    bool live;
  };
  static constexpr u32 absent = 0xFFFF'FFFF;

  u32 position(u64 key) const {
    if (index_.empty()) {
      for (u32 i = 0; i < entries_.size(); i++) {
        if (entries_[i].entry.key() == key) return i;
      }
      return absent;
    }
    u64 mask = index_.size() - 1;
    for (u64 slot = base::mix(key) & mask; index_[slot] != absent; slot = (slot + 1) & mask) {
      const Item& item = entries_[index_[slot]];
      if (item.live && item.entry.key() == key) return index_[slot];
    }
    return absent;
  }

  void add_to_index(u32 at) {
    if (3 * index_.size() < 4 * entries_.size()) {
      rebuild_index();
      return;
    }
    link(at);
  }

  void link(u32 at) {
    u64 mask = index_.size() - 1;
    u64 slot = base::mix(entries_[at].entry.key()) & mask;
    while (index_[slot] != absent) slot = (slot + 1) & mask;
    index_[slot] = at;
  }

  void rebuild_index() {
    u64 slots = 4 * index_from;
    while (slots < 2 * entries_.size()) slots *= 2;
    index_.assign(slots, absent);
    for (u32 i = 0; i < entries_.size(); i++) link(i);
  }

  /// Drops the dead ones.
  void compact() {
    if (live_ == entries_.size()) return;
    std::erase_if(entries_, [](const Item& item) { return !item.live; });
    if (entries_.size() <= index_from) {
      index_ = {};
    } else {
      rebuild_index();
    }
  }

  std::vector<Item> entries_;
  std::vector<u32> index_;  ///< positions in entries_, open addressing; empty while few
  u32 live_ = 0;
};

}  // namespace lithe::process
