// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "base/name_table.hpp"
#include "heap/heap.hpp"
#include "process/process.hpp"
#include "value/object.hpp"

// The interface of builtins written in C++.
//
//     Value list_reverse(NativeCall& call)
//
// - Arguments are read through call[i] each time: the slots are roots, a collection updates
//   them; a plain Value in a C++ local is dead after anything that may collect (use Root).
// - The table of primitives has checked the number of arguments; types are the function's own
//   business: call.expect_… gives a typed error that names the function, position and value.
// - It returns its value, or Value::error() after call.fail(…), or Value::wait() after it has
//   arranged that somebody completes the wait (async primitives alone). After Value::wait() the
//   C++ frame is gone: nothing may be left in locals.
// - It never calls a Lithe function and never keeps an address into the process stack.
// - Long work (over ~20 µs) is bounded by size checks, or polls call.interrupted().

namespace lithe::vm {

using value::Value;
class Runtime;  // vm/runtime_services.hpp: what builtins may ask of the whole

/// The kinds of runtime error; the keyword that (error/kind e) gives.
// clang-format off
#define LITHE_ERROR_KINDS(X)                                                                 \
  X(type) X(arity) X(unbound) X(index) X(divide_by_zero) X(stack_overflow) X(out_of_memory)  \
  X(no_match) X(syntax) X(io) X(value) X(limit) X(assertion) X(no_process) X(interrupted) \
  X(refused)
// clang-format on
enum class ErrorKind : u8 {
#define X(name) name,
  LITHE_ERROR_KINDS(X)
#undef X
};
/// NameTable ids, by kind.
inline constexpr auto error_kind_names = std::to_array<u32>({
#define X(kind) base::name::kind,
    LITHE_ERROR_KINDS(X)
#undef X
});

class NativeCall {
 public:
  /// `before`: arguments in the source that stand to the left of these.
  NativeCall(process::Process& process, Runtime& runtime, u64* arguments, u32 count, u16 primitive,
             u16 before = 0)
      : process(process),
        runtime(runtime),
        arguments_(arguments),
        count_(count),
        primitive_(primitive),
        before_(before) {}

  process::Process& process;
  Runtime& runtime;
  heap::Heap& heap() { return process.heap; }

  u32 count() const { return count_; }
  Value operator[](u32 i) const { return Value::from_bits(arguments_[i]); }
  /// Uses an argument's slot as a root of the function's own.
  void set(u32 i, Value v) { arguments_[i] = v.bits(); }
  /// All slots, rooted.
  std::span<Value> arguments() { return {reinterpret_cast<Value*>(arguments_), count_}; }
  bool given(u32 i) const { return i < count_; }
  u16 primitive() const { return primitive_; }

  // Each gives Value::error() to be returned, and puts the function's name in front of the
  // message. Positions are those of operator[]; messages count from 1. May collect.
  Value fail(ErrorKind kind, std::string_view message);
  Value fail(ErrorKind kind, std::string_view message, Value data);
  Value wrong_type(u32 position, std::string_view expected);
  Value wrong_index(u32 position, Value index, u64 length);
  Value out_of_memory();  ///< after something was refused
  /// A value as messages show it: its text, cut when it is long.
  std::string describe(Value v);

  // True if argument i is one; else the type error is set and the caller returns Value::error().
  bool expect_integer(u32 i, i64& out);              ///< fits 64 bits
  bool expect_count(u32 i, u64& out);                ///< integer >= 0
  bool expect_number(u32 i, double& out);            ///< any number, as a double
  bool expect_string(u32 i, std::string_view& out);  ///< view dies at the next collection
  bool expect_list(u32 i);
  bool expect_function(u32 i);

  /// A long-running builtin asks this every ~10 µs: true when the process is to end now;
  /// then it returns Value::error() at once.
  bool interrupted();

 private:
  u64* arguments_;
  u32 count_;
  u16 primitive_;
  u16 before_;
};

using NativeFunction = Value (*)(NativeCall&);

}  // namespace lithe::vm
