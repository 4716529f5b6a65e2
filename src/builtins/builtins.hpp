// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "primitives/capabilities.hpp"
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

using NativeTable = std::array<vm::NativeFunction, primitives::primitive_count>;
/// The same, but that those that need what is refused raise :refused.
NativeTable natives_without(primitives::CapabilitySet refused);

}  // namespace lithe::builtins
