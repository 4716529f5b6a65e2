// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vm/machine.hpp"

// What instructions note of their operands, and what they look for in them.

namespace lithe::vm {

inline Value at(const u64* R, u32 i) { return Value::from_bits(R[i]); }

inline bool both_integers(Value a, Value b) { return (a.bits() & b.bits()) >= Value::integer_tag; }
inline bool both_floats(Value a, Value b) { return a.is_float() && b.is_float(); }

/// Notes `bits` (bytecode/seen.hpp) of the instruction at pc.
inline void record(const Code* code, const Instruction* pc, u8 bits) {
  std::atomic<u8>& place = code->feedback[pc - code->instructions];
  if ((place.load(std::memory_order_relaxed) & bits) != bits) {
    place.fetch_or(bits, std::memory_order_relaxed);
  }
}

/// The instruction at pc is `op` from now on, which is the same but looks for other operands first.
/// (Known as quickening: S. Brunthaler, Inline Caching Meets Quickening, 2010.)
inline void quicken(Code* code, const Instruction* pc, bytecode::Opcode op) {
  __atomic_store_n(&code->running[u64(pc - code->instructions)].op, u16(op), __ATOMIC_RELAXED);
}

}  // namespace lithe::vm
