// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/integers.hpp"

/// What the interpreter knows of the types at a place, a monotone set of bits: read first, written
/// (relaxed OR) only when a bit is new, so that code shared by all cores bounces no cache lines.
namespace lithe::bytecode::seen {

// Operands of arithmetic, and parameters. Integer operands on an arithmetic fast path set nothing:
// none seen means integer.
constexpr u8 integer = 1, floating = 2, bigint = 4, other = 8;

// Elements: what they were read from or stored in. Anything else is `other`.
constexpr u8 vector = 64;
/// A buffer of a value::ElementType (u8, i32, i64, f32, f64), which this folder does not know.
constexpr u8 element(u8 type) { return type < 3 ? u8(1 << type) : u8(2 << type); }

}  // namespace lithe::bytecode::seen
