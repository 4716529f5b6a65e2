// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

#include "base/integers.hpp"

// What a host may refuse a program: the ways in which builtins reach out of the runtime.

namespace lithe::primitives {

/// The name of each is what messages, error data and the command's flags (--no-NAME) call it.
// clang-format off
#define LITHE_CAPABILITIES(X)                                                  \
  X(filesystem,  "reach files, folders and the current folder")             \
  X(network,     "open connections or resolve names")                   \
  X(exec,        "start other programs")                                    \
  X(environment, "read environment variables")                              \
  X(input,       "read the standard input")                                 \
  X(exit,        "end the program with sys/exit")                           \
  X(devices,     "use graphics processors")
// clang-format on

enum class Capability : u8 {
#define X(name, meaning) name,
  LITHE_CAPABILITIES(X)
#undef X
      none  ///< nothing that anybody would refuse
};
inline constexpr u8 capability_count = u8(Capability::none);

struct CapabilityInfo {
  std::string_view name;
  std::string_view meaning;  ///< behind "may"
};
inline constexpr auto capabilities = std::to_array<CapabilityInfo>({
#define X(name, meaning) {#name, meaning},
    LITHE_CAPABILITIES(X)
#undef X
});

constexpr const CapabilityInfo& info(Capability capability) { return capabilities[u8(capability)]; }

/// A set of them, as bits.
using CapabilitySet = u32;
constexpr CapabilitySet bit(Capability capability) {
  return capability == Capability::none ? 0 : CapabilitySet{1} << u8(capability);
}

/// What a builtin needs, by its name: a builtin whose name begins as one of the rows here belongs
/// to it from the day that it is added. The first row that fits counts.
constexpr Capability needed_by(std::string_view builtin) {
  struct Rule {
    std::string_view begins;
    Capability needs;
  };
  constexpr Rule rules[] = {
      {"net/url-", Capability::none},          // text to text
      {"net/", Capability::network},           //
      {"%net", Capability::network},           //
      {"fs/", Capability::filesystem},         //
      {"%fs", Capability::filesystem},         //
      {"sys/cwd", Capability::filesystem},     //
      {"sys/chdir!", Capability::filesystem},  //
      {"sys/exec", Capability::exec},          //
      {"%exec", Capability::exec},             //
      {"sys/exit", Capability::exit},          //
      {"sys/env", Capability::environment},    //
      {"read-line", Capability::input},        //
      {"gpu/", Capability::devices},           //
      {"%gpu", Capability::devices},           //
  };
  for (const Rule& rule : rules) {
    if (builtin.starts_with(rule.begins)) return rule.needs;
  }
  return Capability::none;
}

}  // namespace lithe::primitives
