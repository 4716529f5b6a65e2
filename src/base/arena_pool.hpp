// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <utility>

#include "base/arena.hpp"

namespace lithe::base {

class ArenaPool;

/// Sole owner of an Arena. When it ends, an arena that came from a pool goes back there, emptied.
/// It may outlive the pool's owner, and may end on any thread.
class PooledArena {
 public:
  PooledArena() = default;
  ~PooledArena() { release(); }
  PooledArena(PooledArena&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  PooledArena& operator=(PooledArena&& other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  PooledArena(const PooledArena&) = delete;
  PooledArena& operator=(const PooledArena&) = delete;

  /// One that belongs to no pool.
  static PooledArena make();

  explicit operator bool() const { return node_ != nullptr; }
  Arena& operator*() const;
  Arena* operator->() const { return &**this; }

 private:
  friend class ArenaPool;
  struct Node;
  explicit PooledArena(Node* node) : node_(node) {}
  void release();

  Node* node_ = nullptr;
};

/// Hands out arenas and takes them back for reuse; at most `kept` are kept. One thread acquires;
/// any thread gives back.
class ArenaPool {
 public:
  static constexpr u32 kept = 16;

  ArenaPool();
  ~ArenaPool();
  ArenaPool(const ArenaPool&) = delete;
  ArenaPool& operator=(const ArenaPool&) = delete;

  PooledArena acquire();

 private:
  friend class PooledArena;
  struct Shared;
  Shared* shared_;
  PooledArena::Node* local_ = nullptr;
};

}  // namespace lithe::base
