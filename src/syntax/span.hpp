// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/integers.hpp"

namespace lithe::syntax {

/// A place in a source text. Line and column count from 1; column and length are in code points;
/// a length may reach over line ends. `line` 0: no place is known.
struct Span {
  u32 source = 0;  ///< SourceMap id
  u32 line = 0;
  u32 column = 0;
  u32 length = 0;

  bool known() const { return line != 0; }
  friend bool operator==(const Span&, const Span&) = default;
};

}  // namespace lithe::syntax
