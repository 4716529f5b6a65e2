// SPDX-License-Identifier: Apache-2.0
#include "base/plugin_path.hpp"

#include <unistd.h>

#include <mutex>

namespace lithe::base {

namespace {

std::mutex mutex;
std::string& set_folder() {
  static std::string folder;
  return folder;
}

/// Ends in a slash; empty: the system does not say.
std::string folder_of_program() {
  char program[4096];
  ssize_t length = readlink("/proc/self/exe", program, sizeof program);
  if (length <= 0 || size_t(length) == sizeof program) return {};
  std::string path(program, size_t(length));
  path.resize(path.rfind('/') + 1);
  return path;
}

}  // namespace

void set_plugin_folder(std::string folder) {
  std::lock_guard lock(mutex);
  set_folder() = std::move(folder);
}

std::string find_plugin(std::string_view file_name) {
  std::string name(file_name);
  std::string path;
  {
    std::lock_guard lock(mutex);
    if (!set_folder().empty()) path = set_folder() + "/" + name;
  }
  if (!path.empty() && access(path.c_str(), R_OK) == 0) return path;
  path = folder_of_program();
  if (!path.empty()) path += "../lib/" + name;
  return !path.empty() && access(path.c_str(), R_OK) == 0 ? path : std::string();
}

}  // namespace lithe::base
