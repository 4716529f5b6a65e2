// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

namespace lithe::fuzz {

/// What an expression is meant to give. A number's type is a hint: the tower mixes them.
enum class Type : unsigned char {
  integer,
  real,
  boolean,
  string,
  list,  ///< of numbers
  map,
  table,
  buffer,
  function,   ///< a number to a number
  predicate,  ///< a number to a boolean
};
constexpr unsigned type_count = 10;
/// Those that a variable, parameter or result may have.
constexpr unsigned variable_type_count = 9;

/// The templates of expressions of a type; in one, `%` and a letter stand for a part:
///   i f b s l m t u g p   an expression of the types above, in their order
///   n   a number of either kind        a   anything
///   T   the type that is asked for     D   the same, evaluated twice
///   e   something done for its effect E   the same, in a loop
///   k   a literal from 0 to 70         x   a literal from 0 to 5
///   c   a key of maps and tables
std::span<const char* const> templates_of(Type type);
/// Those that fit any type, through %T.
std::span<const char* const> general_templates();
std::span<const char* const> effect_templates();
/// Literals of a type, the simplest first.
std::span<const char* const> literals_of(Type type);
/// What stands where something else is expected.
std::span<const char* const> wrong_literals();
/// What every program begins with: macros, and `clip`, which keeps a number small.
extern const char* const prelude;
/// What keeps a value of that type small from round to round; null: nothing has to.
const char* clip_of(Type type);
/// Its definition, if that is not in the prelude.
const char* clip_definition(Type type);

}  // namespace lithe::fuzz
