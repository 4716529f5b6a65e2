// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "builtins/builtins.hpp"
#include "text/plugin.hpp"

namespace lithe::builtins {

/// The plugin for case mappings and regular expressions, loaded when it is first asked for. Null:
/// it cannot be loaded, and the error is set.
const text::Plugin* text_plugin(NativeCall& call);

}  // namespace lithe::builtins
