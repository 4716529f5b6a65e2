// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "ssa/source.hpp"

// The face of the plugin: a table of plain functions, found by one name. Everything else in
// src/native/ is private to it.

namespace lithe::native {

/// Where compiled code finds what it reads of the runtime's structs, in bytes.
struct Layout {
  u32 cell_value = 0, cell_plain = 0;
  u32 code_exact_arguments = 0, code_native_entry = 0;
  u32 native_valid = 0;  ///< in the NativeCode: a word, zero once a name was redefined
};

/// What a slot of the constants is to hold. Machine code has no addresses: this list makes it
/// loadable anywhere.
struct Reference {
  enum class Kind : u8 {
    self,     ///< the NativeCode
    token,    ///< a Value that keeps it alive
    value,    ///< `index` itself, a Value
    cell,     ///< cell number `index` of the request
    child,    ///< Code of nested function `index`: function << 32 | child
    native,   ///< where direct calls of compiled function `index` of the request go
    lottery,  ///< state of the random numbers by which guards fail
  } kind;
  u64 index = 0;
  friend bool operator==(const Reference&, const Reference&) = default;
};

/// The same as vm::ExitValue, ExitFrame and ExitInfo, with functions by number.
struct ExitValue {
  enum class Kind : u8 {
    nothing,
    boxed,
    integer,
    floating,
    boolean,
    constant
  } kind = Kind::nothing;
  u32 index = 0;
};
struct ExitFrame {
  i32 function = 0;
  u32 instruction = 0;
  ExitValue closure;
  std::vector<ExitValue> registers;
};
struct Exit {
  std::vector<ExitFrame> frames;
  bool answered = false;
  bool is_guess = false;  ///< leaving here often means that the guess about its place was wrong
  u8 parameters = 0;      ///< a guess about these parameters
};

struct Job {
  ssa::Request request;
  Layout layout;
  bool failing_guards = false;                                 ///< every guard also fails at random
  bool with_ssa = false, with_llvm = false, with_asm = false;  ///< texts that are wanted
};

struct Result {
  std::string refusal;   ///< why there is no code; empty: there is
  std::vector<u8> code;  ///< machine code, to be placed at a multiple of 64
  u32 constants = 0;     ///< where in it the slots are
  u32 entry = 0;         ///< boxed entry (vm/abi.hpp)
  u32 body = 0;          ///< for direct calls
  ssa::Signature signature;
  std::vector<Reference> references;  ///< what the slots hold
  std::vector<Exit> exits;
  std::vector<u32> dependencies;  ///< cells whose values it rests on
  std::vector<i32> inlined;       ///< functions with code in it, besides the compiled one
  std::vector<i32> natives;       ///< compiled functions that it calls directly
  std::string ssa, llvm, assembly;
};

struct Plugin {
  /// Any thread, one at a time. The result is given back to free().
  Result* (*compile)(const Job& job);
  void (*free)(Result* result);
};

constexpr const char* plugin_symbol = "lithe_native_plugin";

}  // namespace lithe::native

extern "C" [[gnu::visibility("default")]] const lithe::native::Plugin* lithe_native_plugin();
