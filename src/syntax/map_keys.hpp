// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "base/watcher.hpp"
#include "syntax/datum.hpp"
#include "syntax/diagnostic.hpp"

// Equal keys in the text of one map, by the language's == on data: numbers by their values.

namespace lithe::syntax {

struct RepeatedKey {
  const Datum* key;
  const Datum* first;  ///< the equal one in front of it
};

/// In a map that is code: only keys that stand for themselves are known to be equal. Sequences
/// count as different unless they are empty.
std::optional<RepeatedKey> repeated_key_in_code(const Datum& map);

/// In any map within a datum that stands for itself. Iterative; takes time in proportion to the
/// number of nodes, a shared one counted wherever it stands. Numbers of different kinds inside of
/// keys that are sequences count as different. Nothing is found after `watcher` is over.
std::optional<RepeatedKey> repeated_key_in_data(const Datum& root,
                                                base::Watcher* watcher = nullptr);

/// The error that tells of one, with both places.
Diagnostic repeated_key_error(const RepeatedKey& repeated, const base::NameTable& names);

/// True for code that is its own value.
bool stands_for_itself(const Datum& datum);

}  // namespace lithe::syntax
