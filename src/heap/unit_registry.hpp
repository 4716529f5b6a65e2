// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <vector>

#include "base/integers.hpp"
#include "heap/pointer_set.hpp"

namespace lithe::heap {

struct SharedUnit;

/// A process's side of the protocol below; part of its Heap. Zero-initialised: not a member yet.
struct UnitMember {
  u64 epoch = 0;               ///< registry epoch at the start of its last major collection
  PointerSet* held = nullptr;  ///< units of which this process counts one reference each
};

/// When shared units are freed. Nobody counts the references from process heaps to units;
/// instead:
///
/// - retire(u) says that u can be reached only from where it has already got to (its cell was
///   redefined). It gets the next epoch number.
/// - A process remembers the epoch at which its last major collection started. One that started
///   after u's retirement and did not meet u shows that the process cannot reach u ...
/// - ... unless u comes back: through a message (fragments count a reference to each unit in
///   them; the receiver holds it until its next major collection), or through another unit
///   (units count what they refer to).
/// - A process whose major collection met a retired unit holds a counted reference to it until
///   a later one does not.
///
/// So u is freed when its epoch is at most that of every member, and nothing counts a reference.
/// Any thread; a collection takes the lock only if something has been retired.
class UnitRegistry {
 public:
  UnitRegistry() = default;
  /// Frees all units, retired or not: no heap and no fragment may be alive.
  ~UnitRegistry();
  UnitRegistry(const UnitRegistry&) = delete;
  UnitRegistry& operator=(const UnitRegistry&) = delete;

  /// The unit is unreachable for whoever does not have it yet, and is freed when nobody has.
  /// Once for each unit. May free units at once.
  void retire(SharedUnit* unit);

  // ---- For heaps ----
  void join(UnitMember& member);
  /// The process has ended: what it held is released.
  void leave(UnitMember& member);
  /// Start of a major collection: its epoch, and whether retired units must be looked for.
  u64 begin_collection(bool& look_for_retired) const;
  /// End of one. `met`: the retired units that it met; its contents are taken.
  void finish_collection(UnitMember& member, u64 epoch, PointerSet& met);
  /// Takes over one counted reference until the member's next major collection.
  void hold(UnitMember& member, SharedUnit* unit);
  /// True if a retired unit waits for this member's next major collection.
  bool waits_for(const UnitMember& member) const {
    return member.epoch < epoch_.load(std::memory_order_relaxed);
  }

  // ---- For units ----
  void add(SharedUnit* unit);
  /// After the last reference to a retired unit was dropped.
  void reference_dropped();

  /// Memory of units that are retired and not yet freed.
  u64 bytes_retired() const { return bytes_retired_.load(std::memory_order_relaxed); }
  /// True if so much is retired that a process which makes and drops code should do a major
  /// collection, and then call collected(): what others still hold up is not collected for again
  /// and again.
  bool should_collect() const {
    return bytes_retired() > collect_at_.load(std::memory_order_relaxed);
  }
  void collected() {
    u64 held_up = bytes_retired();
    collect_at_.store(std::max(least_to_collect, 2 * held_up), std::memory_order_relaxed);
  }

  u64 bytes() const { return bytes_.load(std::memory_order_relaxed); }
  u64 units() const { return unit_count_.load(std::memory_order_relaxed); }

 private:
  void move_member(UnitMember& member, u64 epoch);
  std::vector<SharedUnit*> sweep();
  static void destroy(const std::vector<SharedUnit*>& dead);

  std::atomic<u64> epoch_{1};
  std::atomic<u64> retired_count_{0};
  static constexpr u64 least_to_collect = u64{1} << 20;

  std::atomic<u64> bytes_retired_{0};
  std::atomic<u64> collect_at_{least_to_collect};
  std::atomic<u64> bytes_{0};
  std::atomic<u64> unit_count_{0};

  std::mutex mutex_;                  // guards all below
  std::map<u64, u64> members_;        // epoch -> how many members stand there
  SharedUnit* units_ = nullptr;       // all of them, doubly linked
  std::vector<SharedUnit*> retired_;  // by epoch
};

}  // namespace lithe::heap
