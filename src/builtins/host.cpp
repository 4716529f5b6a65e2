// SPDX-License-Identifier: Apache-2.0
// Functions of the program that Lithe is embedded in: one body, a row for each effect.

#include "builtins/builtins.hpp"

namespace lithe::builtins {

Value internal_host_pure(NativeCall& call) { return call.runtime.call_host(call); }
Value internal_host_sync(NativeCall& call) { return call.runtime.call_host(call); }
Value internal_host_async(NativeCall& call) { return call.runtime.call_host(call); }

}  // namespace lithe::builtins
