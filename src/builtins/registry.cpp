// SPDX-License-Identifier: Apache-2.0
#include "builtins/builtins.hpp"

namespace lithe::builtins {

namespace {

constexpr vm::NativeFunction table[] = {
#define LITHE_PRIMITIVE(identifier, name, least, most, effect, result, fold, doc) identifier,
#include "primitives/all.def"
#undef LITHE_PRIMITIVE
};
static_assert(std::size(table) == primitives::primitive_count);

}  // namespace

const vm::NativeFunction* natives() { return table; }

}  // namespace lithe::builtins
