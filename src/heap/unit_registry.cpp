// SPDX-License-Identifier: Apache-2.0
#include "heap/unit_registry.hpp"

#include <utility>

#include "base/assert.hpp"
#include "heap/memory_account.hpp"
#include "heap/shared_unit.hpp"

namespace lithe::heap {

UnitRegistry::~UnitRegistry() {
  std::vector<SharedUnit*> all;
  for (SharedUnit* unit = units_; unit != nullptr; unit = unit->next) all.push_back(unit);
  destroy(all);
}

void UnitRegistry::add(SharedUnit* unit) {
  std::lock_guard lock(mutex_);
  unit->next = units_;
  if (units_ != nullptr) units_->previous = unit;
  units_ = unit;
  bytes_.fetch_add(unit->bytes, std::memory_order_relaxed);
  unit_count_.fetch_add(1, std::memory_order_relaxed);
}

void UnitRegistry::retire(SharedUnit* unit) {
  std::vector<SharedUnit*> dead;
  {
    std::lock_guard lock(mutex_);
    LITHE_CHECK(unit->retired_epoch.load(std::memory_order_relaxed) == 0);
    u64 epoch = epoch_.load(std::memory_order_relaxed) + 1;
    unit->retired_epoch.store(epoch, std::memory_order_relaxed);
    retired_.push_back(unit);
    retired_count_.fetch_add(1, std::memory_order_relaxed);
    bytes_retired_.fetch_add(unit->bytes, std::memory_order_relaxed);
    // Release: a collection that starts at this epoch sees the unit as retired.
    epoch_.store(epoch, std::memory_order_release);
    // No member stands at the new epoch yet, so only without members is anything free now.
    if (members_.empty()) dead = sweep();
  }
  destroy(dead);
}

void UnitRegistry::join(UnitMember& member) {
  std::lock_guard lock(mutex_);
  member.epoch = epoch_.load(std::memory_order_relaxed);
  ++members_[member.epoch];
}

void UnitRegistry::leave(UnitMember& member) {
  std::vector<SharedUnit*> dead;
  {
    std::lock_guard lock(mutex_);
    auto place = members_.find(member.epoch);
    if (--place->second == 0) members_.erase(place);
    if (member.held != nullptr) {
      member.held->for_each<SharedUnit>(
          [](SharedUnit* unit) { unit->references.fetch_sub(1, std::memory_order_acq_rel); });
    }
    if (!retired_.empty()) dead = sweep();
  }
  delete std::exchange(member.held, nullptr);
  destroy(dead);
}

u64 UnitRegistry::begin_collection(bool& look_for_retired) const {
  u64 epoch = epoch_.load(std::memory_order_acquire);
  look_for_retired = retired_count_.load(std::memory_order_relaxed) != 0;
  return epoch;
}

void UnitRegistry::move_member(UnitMember& member, u64 epoch) {
  if (member.epoch == epoch) return;
  auto place = members_.find(member.epoch);
  if (--place->second == 0) members_.erase(place);
  ++members_[epoch];
  member.epoch = epoch;
}

void UnitRegistry::finish_collection(UnitMember& member, u64 epoch, PointerSet& met) {
  bool holds = member.held != nullptr;  // and then something: see below
  if (member.epoch == epoch && met.empty() && !holds) return;
  std::vector<SharedUnit*> dead;
  {
    std::lock_guard lock(mutex_);
    // New references first, so that nothing that stays is ever without one.
    met.for_each<SharedUnit>([](SharedUnit* unit) { unit->retain(); });
    if (holds) {
      member.held->for_each<SharedUnit>(
          [](SharedUnit* unit) { unit->references.fetch_sub(1, std::memory_order_acq_rel); });
    }
    move_member(member, epoch);
    if (!retired_.empty()) dead = sweep();
  }
  if (met.empty()) {
    delete std::exchange(member.held, nullptr);
  } else {
    if (member.held == nullptr) member.held = new PointerSet;
    *member.held = std::move(met);
  }
  destroy(dead);
}

void UnitRegistry::hold(UnitMember& member, SharedUnit* unit) {
  if (member.held == nullptr) member.held = new PointerSet;
  if (!member.held->insert(unit)) unit->release();
}

void UnitRegistry::reference_dropped() {
  std::vector<SharedUnit*> dead;
  {
    std::lock_guard lock(mutex_);
    dead = sweep();
  }
  destroy(dead);
}

/// Takes out what is free now: retired before every member's epoch, and not referred to. Needs
/// the lock; the dead are destroyed without it, because what is attached to them may call back.
std::vector<SharedUnit*> UnitRegistry::sweep() {
  u64 passed = members_.empty() ? ~u64{0} : members_.begin()->first;
  std::vector<SharedUnit*> dead;
  for (bool more = true; more;) {
    more = false;
    u64 kept = 0;
    u64 i = 0;
    for (; i < retired_.size(); ++i) {
      SharedUnit* unit = retired_[i];
      if (unit->retired_epoch.load(std::memory_order_relaxed) > passed) break;
      if (unit->references.load(std::memory_order_acquire) != 0) {
        retired_[kept++] = unit;
        continue;
      }
      dead.push_back(unit);
      // What only it referred to may be free in turn.
      for (SharedUnit* other : unit->referred) {
        u64 before = other->references.fetch_sub(1, std::memory_order_acq_rel);
        if (before == 1) more = true;
      }
      unit->referred.clear();
    }
    if (kept != i) retired_.erase(retired_.begin() + i64(kept), retired_.begin() + i64(i));
  }
  for (SharedUnit* unit : dead) {
    if (unit->previous != nullptr) {
      unit->previous->next = unit->next;
    } else {
      units_ = unit->next;
    }
    if (unit->next != nullptr) unit->next->previous = unit->previous;
    bytes_retired_.fetch_sub(unit->bytes, std::memory_order_relaxed);
    bytes_.fetch_sub(unit->bytes, std::memory_order_relaxed);
  }
  retired_count_.fetch_sub(dead.size(), std::memory_order_relaxed);
  unit_count_.fetch_sub(dead.size(), std::memory_order_relaxed);
  return dead;
}

void UnitRegistry::destroy(const std::vector<SharedUnit*>& dead) {
  for (SharedUnit* unit : dead) unit->destroy();
}

}  // namespace lithe::heap
