// SPDX-License-Identifier: Apache-2.0
#include "text/plugin.hpp"

#include "text/change_case.hpp"
#include "text/expression.hpp"

namespace lithe::text {

namespace {
constexpr Plugin plugin{change_case, compile, release, groups, size, search};
}  // namespace

}  // namespace lithe::text

const lithe::text::Plugin* lithe_text_plugin() { return &lithe::text::plugin; }
