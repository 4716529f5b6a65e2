// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "builtins/builtins.hpp"
#include "text/plugin.hpp"

namespace lithe::builtins {

/// The plugin for case mappings and regular expressions, loaded when it is first asked for. Null:
/// it cannot be loaded, and the error is set.
const text::Plugin* text_plugin(NativeCall& call);

/// Ends what the plugin does when the process is to end. Then the error is set.
class TextPatience final : public text::Watcher {
 public:
  explicit TextPatience(NativeCall& call) : call_(call) {}
  bool is_over() override { return call_.interrupted(); }

 private:
  NativeCall& call_;
};

}  // namespace lithe::builtins
