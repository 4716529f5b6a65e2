// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "base/name_table.hpp"
#include "builtins/builtins.hpp"

namespace lithe::builtins {

namespace {

constexpr vm::NativeFunction table[] = {
#define LITHE_PRIMITIVE(identifier, name, least, most, effect, result, fold, doc) identifier,
#include "primitives/all.def"
#undef LITHE_PRIMITIVE
};
static_assert(std::size(table) == primitives::primitive_count);

/// In the place of a builtin that the host refuses the program.
Value refused(NativeCall& call) {
  using namespace primitives;
  const CapabilityInfo& needed = info(needed_by(primitives::table[call.primitive()].name));
  Value name = Value::keyword(call.runtime.names().intern(needed.name));
  return call.fail(ErrorKind::refused,
                   fmt::format("this program may not {}: its host refuses it the capability :{}",
                               needed.meaning, needed.name),
                   name);
}

}  // namespace

const vm::NativeFunction* natives() { return table; }

NativeTable natives_without(primitives::CapabilitySet refused_set) {
  NativeTable all;
  for (u32 i = 0; i < primitives::primitive_count; i++) {
    primitives::Capability needed = primitives::needed_by(primitives::table[i].name);
    all[i] = refused_set & primitives::bit(needed) ? refused : table[i];
  }
  return all;
}

}  // namespace lithe::builtins
