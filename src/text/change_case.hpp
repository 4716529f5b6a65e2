// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "text/plugin.hpp"

namespace lithe::text {

/// Plugin::change_case.
bool change_case(std::string_view text, bool upper, base::Watcher& watcher, std::string& out);

}  // namespace lithe::text
