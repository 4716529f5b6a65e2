// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/assert.hpp"
#include "base/integers.hpp"

namespace lithe::base {
class NameTable;
}

namespace lithe::primitives {

/// The builtins written in C++, a number each; all.def has their rows.
enum class Primitive : u16 {
#define LITHE_PRIMITIVE(identifier, name, least, most, effect, result, fold, doc) identifier,
#include "primitives/all.def"
#undef LITHE_PRIMITIVE
  end_
};
inline constexpr u16 primitive_count = u16(Primitive::end_);

/// The same order as core::Effect.
enum class Effect : u8 { pure, sync, async };

/// Kind of every value that a builtin gives; `any` if it depends, `never` if it only throws.
enum class Result : u8 {
  any,
  never,
  nil,
  boolean,
  number,
  integer,
  float_,
  string,
  symbol,
  keyword,
  list,
  vector,
  map,
  set,
  table,
  buffer,
  function,
  pid,
  ref,
  error,
};

/// How a call may be simplified.
enum class Fold : u8 {
  none,
  evaluate,   ///< constant when its arguments are
  left_fold,  ///< with more than two arguments it is a call of itself on the first two, and so on;
              ///< and `evaluate`
  chain,      ///< with more than two arguments all neighbours must hold; and `evaluate`
  constant,   ///< takes no argument; as a value the name stands for the result
};

/// As `most`: no bound.
inline constexpr i32 any_number = -1;

struct Info {
  std::string_view name;
  i32 least;
  i32 most;  ///< or any_number
  Effect effect;
  Result result;
  Fold fold;
  std::string_view doc;

  constexpr bool takes(size_t arguments) const {
    return arguments >= size_t(least) && (most == any_number || arguments <= size_t(most));
  }
  /// User code cannot name it.
  constexpr bool internal() const { return name[0] == '%' && name.size() > 1; }
};

inline constexpr auto table = std::to_array<Info>({
#define LITHE_PRIMITIVE(identifier, name, least, most, effect, result, fold, doc) \
  {name, least, most, Effect::effect, Result::result, Fold::fold, doc},
#include "primitives/all.def"
#undef LITHE_PRIMITIVE
});

constexpr const Info& info(Primitive primitive) { return table[u16(primitive)]; }

struct Alias {
  Primitive primitive;
  std::string_view name;
};

inline constexpr auto aliases = std::to_array<Alias>({
#define LITHE_PRIMITIVE_ALIAS(identifier, name) {Primitive::identifier, name},
#include "primitives/aliases.def"
#undef LITHE_PRIMITIVE_ALIAS
});

/// Which builtin a name stands for, in one runtime. Immutable after construction: any thread
/// may ask.
class Names {
 public:
  /// Interns all names and aliases. Done right after `names` was made, they get the same ids in
  /// every runtime.
  explicit Names(base::NameTable& names);

  /// By NameTable id, aliases included; internal ones too.
  std::optional<Primitive> find(u32 name) const {
    if (name >= by_name_.size() || by_name_[name] == primitive_count) return std::nullopt;
    return Primitive(by_name_[name]);
  }

  /// Id of the name in its row.
  u32 name_of(Primitive primitive) const {
    LITHE_ASSERT(u16(primitive) < primitive_count);
    return name_of_[u16(primitive)];
  }

 private:
  std::vector<u16> by_name_;  // primitive_count: none
  std::array<u32, primitive_count> name_of_;
};

}  // namespace lithe::primitives
