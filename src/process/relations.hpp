// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/integers.hpp"
#include "process/keyed_list.hpp"
#include "value/value.hpp"

namespace lithe::process {

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

  KeyedList<Link> links;
  KeyedList<Monitor> monitors;      ///< made by this process
  KeyedList<Monitor> monitored_by;  ///< made by others, on this process
  u64 bytes() const { return links.bytes() + monitors.bytes() + monitored_by.bytes(); }

  value::Value name;  ///< registered; nil if none
  bool traps_exits = false;
};

}  // namespace lithe::process
