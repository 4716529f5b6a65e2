// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "base/integers.hpp"

namespace lithe::expand {

/// What `(defrecord Point (x y))` has told: what a pattern `(Point a b)` and a reader of the
/// documentation must know.
struct RecordShape {
  u32 type;                 ///< name of the variable that holds the type; no program can write it
  std::vector<u32> fields;  ///< their names
  std::string signature;    ///< "(Point x (y 0))"
};

/// The records of a program, by the name of their constructor.
using Records = std::unordered_map<u32, RecordShape>;

}  // namespace lithe::expand
