// SPDX-License-Identifier: Apache-2.0
#include "builtins/bounds.hpp"

#include <fmt/format.h>

#include "value/number.hpp"

namespace lithe::builtins {

bool expect_index(NativeCall& call, u32 i, u64 length, u64& out) {
  Value v = call[i];
  if (v.is_integer() && u64(v.as_integer()) < length) [[likely]] {
    out = u64(v.as_integer());
    return true;
  }
  if (value::is_integral(v)) {
    call.wrong_index(i, v, length);
  } else {
    call.wrong_type(i, "an integer");
  }
  return false;
}

bool expect_bound(NativeCall& call, u32 i, u64 low, u64 length, u64& out) {
  Value v = call[i];
  if (!value::is_integral(v)) {
    call.wrong_type(i, "an integer");
    return false;
  }
  if (v.is_integer() && v.as_integer() >= i64(low) && v.as_integer() <= i64(length)) {
    out = u64(v.as_integer());
    return true;
  }
  call.fail(ErrorKind::index, fmt::format("argument {} must be from {} to the length {}, got {}",
                                          i + 1, low, length, call.describe(v)));
  return false;
}

}  // namespace lithe::builtins
