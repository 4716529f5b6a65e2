// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ssa/graph.hpp"

namespace lithe::ssa {

// Each pass is a file of its own; passes.cpp has them in their order.

/// Removes phis that merge one value alone.
void simplify_phis(Graph& graph);
/// Decides types of nodes and modes of arithmetic, from what has been seen and from each other.
void infer_types(Graph& graph);
/// Puts conversions between types where a node's type is not what its user wants.
void represent(Graph& graph);
/// Shares equal pure nodes, and guards that an equal one dominates.
void share(Graph& graph);
/// Lets counted loops without calls run a bounded number of turns between polls.
void strip_mine(Graph& graph);
/// Drops nodes without effect that nothing uses.
void drop_unused(Graph& graph);

/// The type that a node wants of its input; none: it takes any.
Type wanted(const Graph& graph, const Node& node, u32 input);

/// Runs all passes. In debug builds the graph is verified after each.
void run_passes(Graph& graph);

}  // namespace lithe::ssa
