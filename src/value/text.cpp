// SPDX-License-Identifier: Apache-2.0
#include "value/text.hpp"

#include <algorithm>

#include "base/utf8.hpp"

namespace lithe::value {

u64 string_offset(const Object* o, u64 index) {
  if (is_ascii_string(o)) return std::min<u64>(index, string_bytes(o));
  return base::utf8::offset_of(text(o), index);
}

}  // namespace lithe::value
