// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "bytecode/function.hpp"
#include "syntax/datum.hpp"
#include "value/value.hpp"
#include "vm/abi.hpp"

namespace lithe::heap {
struct SharedUnit;
}
namespace lithe::core {
class CoreUnit;
}

namespace lithe::vm {

struct Cell;
struct NativeCode;

/// How far a function has come. Only moves to the right, except that a retired assumption
/// takes `native` back to `counting`.
enum class Tier : u8 {
  lambda,    ///< no bytecode yet
  counting,  ///< interpreted; calls are counted and argument types recorded
  steady,    ///< interpreted for good: compiling is off or was refused
  queued,    ///< interpreted while the compiler works on it
  native,
};

namespace seen = bytecode::seen;

constexpr u32 not_quick = 0xFFFF'FFFF;

/// A function as the interpreter runs it, made from a bytecode::Function by vm/loader.
/// Lives in a shared unit (its first member: the collector marks a closure's unit through it),
/// is immutable but for the atomics, and may run on all cores at once.
struct Code {
  Code() = default;
  ~Code();
  Code(const Code&) = delete;
  Code& operator=(const Code&) = delete;

  heap::SharedUnit* unit = nullptr;

  // Hot: one cache line. `quick_arguments` is the number of arguments with which a call needs
  // no slow path: the function has exactly that many parameters, bytecode, and nothing to count.
  std::atomic<u32> quick_arguments{not_quick};
  u16 registers = 0;
  u16 header = 0;  ///< where the frame's header is: number of parameters
  const bytecode::Instruction* instructions = nullptr;
  const u64* constants = nullptr;  ///< Values
  Cell* const* cells = nullptr;    ///< one for each of Function::names
  Code* const* children = nullptr;
  const u16* live_tops = nullptr;
  std::atomic<process::NativeEntry> native_entry{nullptr};
  std::atomic<const u64*> native_constants{nullptr};

  std::atomic<Tier> tier{Tier::lambda};
  /// A call with this many arguments needs none made or left out; 0xFFFF: there is no such number,
  /// or no bytecode yet.
  std::atomic<u16> exact_arguments{0xFFFF};
  std::atomic<u8>* feedback = nullptr;      ///< per instruction: seen:: bits
  std::atomic<u32> calls{0};                ///< stops at the threshold
  std::atomic<u32>* loop_counts = nullptr;  ///< per loop head; stop at the threshold
  std::atomic<process::NativeEntry>* loop_entries = nullptr;  ///< per loop head; arguments: R
  std::atomic<u8> parameter_types[8] = {};  ///< seen:: bits, first eight parameters

  // Cold
  u32 name = 0;                        ///< NameTable id; 0: anonymous
  bool library = false;                ///< names resolve to builtins only
  std::atomic<bool> requested{false};  ///< a compiler was asked for it, and may still refer to it
  const core::Node* lambda = nullptr;
  std::shared_ptr<core::CoreUnit> core;
  const void* literals = nullptr;               ///< of its unit, by datum (vm/loader.cpp)
  std::vector<Cell*> assumed;                   ///< cells that list it among their dependents
  std::recursive_mutex* publication = nullptr;  ///< guards those lists; null: it is in none
  bytecode::Function function;                  ///< tables; its vectors back the pointers above
  std::vector<bytecode::Instruction> running;   ///< of `instructions`: the interpreter changes it
  std::vector<bytecode::Capture> captures;
  std::vector<u64> constant_values;
  std::vector<Cell*> cell_list;
  std::vector<Code*> child_list;
  std::unique_ptr<std::atomic<u8>[]> feedback_storage;
  u64 feedback_size = 0;
  std::unique_ptr<std::atomic<u32>[]> loop_storage;
  std::unique_ptr<std::atomic<process::NativeEntry>[]> loop_entry_storage;
  // Under the publication lock:
  std::vector<NativeCode*> natives;  ///< what may be entered: of the function and of its loops
  NativeCode* native = nullptr;      ///< that of native_entry
  std::vector<u8> failed_guesses;    ///< per instruction; empty: none failed
  u8 failed_parameters = 0;
  u8 compilations = 0;    ///< how often its guesses have been wrong
  u64 refused_loops = 0;  ///< a bit for each of the first 64 loops
  /// Something that its bytecode rests on was redefined: later calls run this one instead.
  /// Frames that run the old code go on in it.
  std::atomic<Code*> replacement{nullptr};
  const char* refusal = nullptr;  ///< why the compiler leaves it interpreted

  u32 required() const { return function.required; }
  u32 maximum() const { return function.required + function.optional; }
};

/// The name in the table of names of one in the Core tree; 0: it has none.
inline u32 table_name(u64 name) { return name & syntax::Datum::gensym_bit ? 0 : u32(name); }

inline Code* current(Code* code) {
  while (Code* next = code->replacement.load(std::memory_order_acquire)) code = next;
  return code;
}

}  // namespace lithe::vm
