// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ssa/graph.hpp"

namespace lithe::ssa {

/// Bytecode to SSA: fills the graph from its request, with small settled functions inlined. Types
/// and modes are still to be decided. => what stands in the way of compiling the function; empty
/// if nothing does.
std::string build(Graph& graph);

}  // namespace lithe::ssa
