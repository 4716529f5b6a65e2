// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace lithe::base {

/// Where plugins are looked for first, in the whole program, from now on; empty: nowhere but in
/// the usual places. Any thread.
void set_plugin_folder(std::string folder);

/// Path of a plugin that can be read: in the folder that was set, else in ../lib beside the folder
/// of the program. Empty: it is in neither. Any thread.
std::string find_plugin(std::string_view file_name);

}  // namespace lithe::base
