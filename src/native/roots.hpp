// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unordered_map>
#include <vector>

#include "ssa/graph.hpp"

namespace lithe::native {

/// Which Values live across a node that may collect, and so go through a root frame there.
class Roots {
 public:
  explicit Roots(const ssa::Graph& graph);

  /// The Values to root while the node's work is done.
  const std::vector<const ssa::Node*>& across(const ssa::Node& node) const {
    return across_.at(&node);
  }
  /// Whether the node's value may move during its life: it is kept in a variable. So are
  /// parameters, because of the poll at the entry.
  bool moves(const ssa::Node& node) const { return moves_[node.id]; }
  /// Most that are rooted at once.
  u32 most() const { return most_; }

 private:
  std::unordered_map<const ssa::Node*, std::vector<const ssa::Node*>> across_;
  std::vector<bool> moves_;
  u32 most_ = 0;
};

}  // namespace lithe::native
