// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string_view>

#include "base/assert.hpp"
#include "value/object.hpp"
#include "value/off_heap.hpp"
#include "vm/abi.hpp"

// The numbers of vm/abi.hpp and value/ that emitted code contains.

namespace lithe::native::abi {

using process::ExecState;
using value::Value;

constexpr u64 native_limit = offsetof(ExecState, native_limit);
constexpr u64 root_frames = offsetof(ExecState, root_frames);
constexpr u64 stack_top = offsetof(ExecState, stack_top);
constexpr u64 helpers = offsetof(ExecState, helpers);
constexpr u64 tail_callee = offsetof(ExecState, tail_callee);
constexpr u64 tail_arguments = offsetof(ExecState, tail_arguments);
// The Heap follows the ExecState directly, and starts with these.
constexpr u64 heap_top = sizeof(ExecState);
constexpr u64 heap_limit = sizeof(ExecState) + 8;

constexpr u64 root_previous = offsetof(process::RootFrame, previous);
constexpr u64 root_count = offsetof(process::RootFrame, count);
constexpr u64 root_slots = offsetof(process::RootFrame, slots);

constexpr u64 data_length = offsetof(value::OffHeap, length);
constexpr u64 data_type = offsetof(value::OffHeap, type);
constexpr u64 data_elements = sizeof(value::OffHeap);

/// Offset of a helper in the table.
constexpr u64 helper_offset(std::string_view name) {
  constexpr std::string_view names[] = {
#define LITHE_HELPER(helper, result, parameters, text) #helper,
      LITHE_HELPERS(LITHE_HELPER)
#undef LITHE_HELPER
  };
  const auto* found = std::ranges::find(names, name);
  LITHE_CHECK(found != std::end(names));
  return 8 * u64(found - names);
}

constexpr u64 status(process::Status s) { return u64(s); }
constexpr u64 ok = status(process::Status::ok), error = status(process::Status::error),
              exit = status(process::Status::exit),
              tail_pending = status(process::Status::tail_pending),
              boxed = status(process::Status::boxed);

constexpr u64 nil = Value::nil().bits();
constexpr u64 false_word = Value::boolean(false).bits(), true_word = Value::boolean(true).bits();
constexpr u64 empty_list = Value::empty_list().bits();
constexpr u64 unbound = Value::unbound().bits(), error_word = Value::error().bits();
constexpr u64 pair_object = u64(Value::Tag::shared_object) >> 1,
              pair_cons = u64(Value::Tag::shared_cons) >> 1;
constexpr u64 local_object = u64(Value::Tag::local_object) << Value::tag_shift;
constexpr u64 local_cons = u64(Value::Tag::local_cons) << Value::tag_shift;

}  // namespace lithe::native::abi
