// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "primitives/primitives.hpp"
#include "vm/native.hpp"
#include "vm/runtime_services.hpp"

namespace lithe::builtins {

using value::Value;
using vm::ErrorKind;
using vm::NativeCall;

// The body of each row of primitives/all.def, under the row's identifier.
#define LITHE_PRIMITIVE(identifier, name, least, most, effect, result, fold, doc) \
  Value identifier(NativeCall& call);
#include "primitives/all.def"
#undef LITHE_PRIMITIVE

/// All of them, by primitive.
const vm::NativeFunction* natives();

}  // namespace lithe::builtins
