// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/name_table.hpp"
#include "syntax/datum.hpp"

namespace lithe::syntax {

/// Text that reads back as an equal datum; on one line but for comments, which end theirs.
/// A gensym, which no text reads as, prints as `#‹gensym N›`.
std::string print(const Datum& datum, const base::NameTable& names);
void print(const Datum& datum, const base::NameTable& names, std::string& out);

}  // namespace lithe::syntax
