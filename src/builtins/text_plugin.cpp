// SPDX-License-Identifier: Apache-2.0
#include "builtins/text_plugin.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <mutex>
#include <string>

#include "base/plugin_path.hpp"

namespace lithe::builtins {

namespace {

constexpr const char* file_name = "liblithe-text.so";

/// Where plugins are, else where the system looks for libraries.
const text::Plugin* load() {
  std::string path = base::find_plugin(file_name);
  void* library = dlopen(path.empty() ? file_name : path.c_str(), RTLD_NOW | RTLD_LOCAL);
  void* symbol = library ? dlsym(library, text::plugin_symbol) : nullptr;
  return symbol ? reinterpret_cast<const text::Plugin* (*)()>(symbol)() : nullptr;
}

}  // namespace

const text::Plugin* text_plugin(NativeCall& call) {
  // Of the whole program, as every loaded library is; it stays to the end.
  static std::mutex mutex;
  static const text::Plugin* plugin;
  {
    std::lock_guard lock(mutex);
    if (!plugin) plugin = load();
    if (plugin) return plugin;
  }
  call.fail(ErrorKind::io, fmt::format("the plugin {} cannot be loaded", file_name));
  return nullptr;
}

}  // namespace lithe::builtins
