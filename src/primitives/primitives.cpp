// SPDX-License-Identifier: Apache-2.0
#include "primitives/primitives.hpp"

#include "base/name_table.hpp"

namespace lithe::primitives {

Names::Names(base::NameTable& names) {
  auto add = [&](Primitive primitive, std::string_view text) {
    u32 id = names.intern(text);
    if (id >= by_name_.size()) by_name_.resize(id + 1, primitive_count);
    LITHE_CHECK(by_name_[id] == primitive_count);  // no two builtins of one name
    by_name_[id] = u16(primitive);
    return id;
  };
  for (u16 i = 0; i < primitive_count; ++i) name_of_[i] = add(Primitive(i), table[i].name);
  for (const Alias& alias : aliases) add(alias.primitive, alias.name);
}

}  // namespace lithe::primitives
