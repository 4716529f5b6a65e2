// SPDX-License-Identifier: Apache-2.0
// Rules:
// 1. `returned` is a stack that any thread pushes on and that only the pool empties, all at
//    once: so there is no ABA problem. Its word is (number of nodes << 48 | the newest node), or
//    `closed` when the pool has ended.
// 2. After a push nothing of the node or of Shared is touched: both may be gone.
// 3. Shared lives until the pool and every node made by it have ended: `users` counts them.
#include "base/arena_pool.hpp"

namespace lithe::base {

struct PooledArena::Node {
  Arena arena;
  ArenaPool::Shared* pool = nullptr;
  Node* next = nullptr;
};

struct ArenaPool::Shared {
  using Node = PooledArena::Node;
  static constexpr u64 closed = 1;
  static constexpr u32 count_shift = 48;

  std::atomic<u64> returned{0};
  std::atomic<u64> users{1};

  static Node* newest(u64 word) {
    return reinterpret_cast<Node*>(word & ((u64{1} << count_shift) - 1));
  }

  /// False when the pool has enough of them or has ended.
  bool push(Node* node) {
    u64 word = returned.load(std::memory_order_relaxed);
    u64 pushed;
    do {
      u64 count = word >> count_shift;
      if (word == closed || count >= ArenaPool::kept) return false;
      node->next = newest(word);
      pushed = reinterpret_cast<u64>(node) | (count + 1) << count_shift;
    } while (!returned.compare_exchange_weak(word, pushed, std::memory_order_release,
                                             std::memory_order_relaxed));
    return true;
  }

  static void drop(Shared* shared) {
    if (shared->users.fetch_sub(1, std::memory_order_acq_rel) == 1) delete shared;
  }

  static void destroy(Node* node) {
    Shared* shared = node->pool;
    delete node;
    drop(shared);
  }

  static void destroy_all(Node* node) {
    while (node != nullptr) destroy(std::exchange(node, node->next));
  }
};

PooledArena PooledArena::make() { return PooledArena(new Node); }

Arena& PooledArena::operator*() const {
  LITHE_ASSERT(node_ != nullptr);
  return node_->arena;
}

void PooledArena::release() {
  Node* node = std::exchange(node_, nullptr);
  if (node == nullptr) return;
  if (node->pool == nullptr) {
    delete node;
    return;
  }
  node->arena.reset();
  if (!node->pool->push(node)) ArenaPool::Shared::destroy(node);
}

ArenaPool::ArenaPool() : shared_(new Shared) {}

ArenaPool::~ArenaPool() {
  Shared::destroy_all(local_);
  u64 rest = shared_->returned.exchange(Shared::closed, std::memory_order_acquire);
  Shared::destroy_all(Shared::newest(rest));
  Shared::drop(shared_);
}

PooledArena ArenaPool::acquire() {
  if (local_ == nullptr && shared_->returned.load(std::memory_order_relaxed) != 0) {
    local_ = Shared::newest(shared_->returned.exchange(0, std::memory_order_acquire));
  }
  if (local_ == nullptr) {
    auto* node = new PooledArena::Node;
    node->pool = shared_;
    shared_->users.fetch_add(1, std::memory_order_relaxed);
    return PooledArena(node);
  }
  return PooledArena(std::exchange(local_, local_->next));
}

}  // namespace lithe::base
