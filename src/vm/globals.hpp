// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vm/machine.hpp"

namespace lithe::vm {

/// Value of a top-level name as this process sees it: its own (`set!`, or a thawed copy of
/// something mutable), or the published one; loads a library definition at its first use.
/// Error (unbound, with a suggestion): Value::error(). May collect, may run code.
Value read_global(Process& process, Cell& cell, bool from_library);
/// Assigns for this process alone. => false: unbound; the error is set.
bool set_global(Process& process, Cell& cell, Value value);
/// Publishes to every process. => false: refused; the error is set.
bool define_global(Process& process, Cell& cell, Value value);
/// A map literal of `pairs` pairs of words; a duplicate key is an error.
Value make_map_literal(Process& process, const u64* words, u32 pairs);

}  // namespace lithe::vm
