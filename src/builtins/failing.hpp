// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "vm/native.hpp"

namespace lithe::builtins {

/// NativeCall::fail under the name of another function, or without one. May collect.
value::Value fail_as(vm::NativeCall& call, std::string_view function, vm::ErrorKind kind,
                     std::string_view message, value::Value data = value::Value::nil());

}  // namespace lithe::builtins
