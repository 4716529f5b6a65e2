// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/name_table.hpp"
#include "base/watcher.hpp"
#include "value/object.hpp"

namespace lithe::value {

/// Names the functions that are printed; implemented by whoever knows code and builtins.
class FunctionNamer {
 public:
  /// Name of a closure's function; empty for an anonymous one.
  virtual std::string_view closure_name(const Object* closure) = 0;
  virtual std::string_view builtin_name(u32 index) = 0;

 protected:
  ~FunctionNamer() = default;
};

struct PrintOptions {
  bool display = false;              ///< a string at the top level prints raw, as `say` does
  u64 max_bytes = u64{1} << 30;      ///< beyond it the text ends with `…`
  base::Watcher* watcher = nullptr;  ///< when it is over, the text ends with `…` too
};

/// Appends text that reads back as an equal value (language.md, section 2); what cannot be read
/// back prints as `#‹function fib›`, a table that contains itself as `#‹cycle›` inside. Maps and
/// tables print in the order of their keys (value/order.hpp). Iterative. Never collects.
/// `namer` may be null.
void print(Value v, const base::NameTable& names, FunctionNamer* namer, std::string& out,
           PrintOptions options = {});

/// What `type/of` answers, such as "NUMBER". Never empty for what a program can see.
std::string_view type_name(Value v);

}  // namespace lithe::value
