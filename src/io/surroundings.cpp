// SPDX-License-Identifier: Apache-2.0
#include "io/surroundings.hpp"

#include <errno.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cctype>
#include <cstdlib>
#include <memory>
#include <thread>

namespace lithe::io {

base::Result<std::string, Error> current_folder() {
  std::unique_ptr<char, decltype(&std::free)> path(getcwd(nullptr, 0), &std::free);
  if (!path) return base::failure(error_from_errno(errno));
  return std::string(path.get());
}

base::Result<void, Error> change_folder(const std::string& path) {
  if (chdir(path.c_str()) != 0) return base::failure(error_from_errno(errno));
  return {};
}

std::string platform() {
  utsname facts;
  if (uname(&facts) != 0) return "unknown";
  std::string name = facts.sysname;
  for (char& c : name) c = char(std::tolower(static_cast<unsigned char>(c)));
  return name;
}

std::string architecture() {
  utsname facts;
  return uname(&facts) == 0 ? facts.machine : "unknown";
}

u32 cores() {
  u32 count = std::thread::hardware_concurrency();
  return count > 0 ? count : 1;
}

MachineMemory machine_memory() {
  auto figure = [](int name) {
    long value = sysconf(name);
    return value > 0 ? u64(value) : u64{0};
  };
  u64 page = figure(_SC_PAGESIZE);
  return {figure(_SC_PHYS_PAGES) * page, figure(_SC_AVPHYS_PAGES) * page};
}

}  // namespace lithe::io
