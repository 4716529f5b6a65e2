// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "bytecode/function.hpp"

// What the compiler is given: everything about the running system that it may use, copied or
// immutable, so that it works on its own thread. It knows cells, codes and compiled functions by
// number only; whoever installs the result puts their addresses in.

namespace lithe::ssa {

/// How a value is held. Also the lattice of type inference: none, then the raw types, then any.
enum class Type : u8 {
  none,      ///< nothing known yet, or nothing given
  integer,   ///< 64 bits, raw
  floating,  ///< a double, raw
  boolean,   ///< a bit
  any,       ///< a Value
};

constexpr Type join(Type a, Type b) {
  if (a == Type::none || a == b) return b;
  return b == Type::none ? a : Type::any;
}
constexpr bool is_raw(Type type) { return type != Type::any && type != Type::none; }

/// How compiled functions call each other.
struct Signature {
  std::vector<Type> parameters;
  Type result = Type::any;
  bool takes_closure = true;
  friend bool operator==(const Signature&, const Signature&) = default;
};

namespace seen = bytecode::seen;

/// A top-level name as a function uses it.
struct Global {
  u32 cell = 0;          ///< number of its cell in the request
  bool settled = false;  ///< `value` may be taken as a constant that depends on the cell
  bool waits = false;    ///< calling it waits by name
  u64 value = 0;
  i32 function = -1;  ///< settled, a closure that captures nothing: Request::functions
  i32 native = -1;    ///< and compiled: Request::natives
};

/// A function made of a nested lambda.
struct Child {
  std::vector<bytecode::Capture> captures;
};

/// A function with what has been seen of it.
struct Source {
  std::string name;
  const bytecode::Function* function = nullptr;  ///< null: known by number only
  std::vector<u8> feedback;                      ///< per instruction
  std::array<u8, 8> parameter_types = {};
  std::vector<u64> constants;   ///< Values
  std::vector<Global> globals;  ///< for each of Function::names
  std::vector<Child> children;
  std::vector<u8> failed;    ///< per instruction: a guess about it was wrong
  u8 failed_parameters = 0;  ///< a bit for each parameter whose guess was wrong
  u64 closure = 0;           ///< its only closure, when it is a settled name's value; or 0
  u32 closure_cell = 0;      ///< and that name's cell
  bool may_inline = false;
};

/// A compiled function that may be called directly.
struct Native {
  i32 function;
  Signature signature;
};

/// One thing to compile.
struct Request {
  std::vector<Source> functions;  ///< [0] is to be compiled, the others are for inlining
  std::vector<Native> natives;
  i32 loop = -1;                   ///< the loop head whose entry is wanted; < 0: the function's
  std::vector<u8> register_types;  ///< with a loop: seen:: bits of the registers at its head
};

}  // namespace lithe::ssa
