// SPDX-License-Identifier: Apache-2.0
// math/: random numbers. Each process has a sequence of its own, begun at its first use.

#include "base/random.hpp"
#include "builtins/builtins.hpp"

namespace lithe::builtins {

namespace {

u64& random_state(NativeCall& call) {
  process::Process& process = call.process;
  if (!process.random_seeded) {
    process.random_state = call.runtime.random_seed();
    process.random_seeded = true;
  }
  return process.random_state;
}

}  // namespace

Value math_random(NativeCall& call) { return Value::number(base::random_unit(random_state(call))); }

Value math_random_int(NativeCall& call) {
  i64 from = 0, to;
  u32 last = call.count() - 1;
  if (last > 0 && !call.expect_integer(0, from)) return Value::error();
  if (!call.expect_integer(last, to)) return Value::error();
  if (to <= from) {
    return call.wrong_type(last, last > 0 ? "an integer above argument 1" : "an integer above 0");
  }
  u64 offset = base::random_below(random_state(call), u64(to) - u64(from));
  return call.heap().make_integer(i64(u64(from) + offset));
}

Value math_seed(NativeCall& call) {
  i64 seed;
  if (!call.expect_integer(0, seed)) return Value::error();
  call.process.random_state = u64(seed);
  call.process.random_seeded = true;
  return call[0];
}

}  // namespace lithe::builtins
