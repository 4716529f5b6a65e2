// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/integers.hpp"
#include "heap/fragment.hpp"
#include "heap/memory_account.hpp"
#include "process/keyed_list.hpp"
#include "value/value.hpp"

namespace lithe::process {

/// What an entry of a list takes, also while the list grows: the list before and after (twice the
/// size), its index.
template <class Entry>
constexpr u64 entry_bytes = 3 * (sizeof(Entry) + sizeof(u64)) + 16;
/// The notice that tells the other end, with an immediate reason.
constexpr u64 notice_bytes = sizeof(heap::Fragment) + 12 * sizeof(u64);

/// A list whose entries count as memory of the runtime, `each` bytes for one. Where the end of the
/// process is to be told, a notice is counted with the entry: it can be sent although the runtime
/// has no room left.
template <class Entry, u64 each>
class CountedList : private KeyedList<Entry> {
  using List = KeyedList<Entry>;

 public:
  static constexpr u64 bytes_each = each;

  explicit CountedList(heap::MemoryAccount& account) : account_(account) {}
  ~CountedList() { account_.remove(each * this->size()); }
  CountedList(const CountedList&) = delete;
  CountedList& operator=(const CountedList&) = delete;

  using List::empty;
  using List::find;
  using List::for_each;
  using List::size;

  Entry& insert(Entry entry) {
    account_.add(each);
    return List::insert(std::move(entry));
  }
  bool erase(u64 key) {
    if (!List::erase(key)) return false;
    account_.remove(each);
    return true;
  }
  /// f(Entry&) for each, oldest first, none of which counts any more when f has it. The list is
  /// empty after.
  template <class F>
  void drain(F&& f) {
    List::for_each([&](Entry& entry) {
      account_.remove(each);
      f(entry);
    });
    List::clear();
  }

 private:
  heap::MemoryAccount& account_;
};

/// What ties a process to others; made when first needed. Touched by the owner's thread alone:
/// signals (process/signals.hpp) are how processes change each other's.
struct Relations {
  /// Each call of link() that makes a link has a number, which both ends keep until one of them
  /// unlinks it. There are two numbers if both called it at the same time. 0: none.
  struct Link {
    value::Value pid;
    u64 own;     ///< of this process's call
    u64 theirs;  ///< of the other's
    u64 key() const { return pid.bits(); }
  };
  /// Seen from either side: `pid` is the other one.
  struct Monitor {
    u64 ref;
    value::Value pid;
    u64 key() const { return ref; }
  };

  using Links = CountedList<Link, entry_bytes<Link> + notice_bytes>;
  using Monitors = CountedList<Monitor, entry_bytes<Monitor>>;
  using MonitoredBy = CountedList<Monitor, entry_bytes<Monitor> + notice_bytes>;

  explicit Relations(heap::MemoryAccount& account)
      : links(account), monitors(account), monitored_by(account) {}

  Links links;
  Monitors monitors;         ///< made by this process
  MonitoredBy monitored_by;  ///< made by others, on this process

  value::Value name;  ///< registered; nil if none
  bool traps_exits = false;
};

}  // namespace lithe::process
