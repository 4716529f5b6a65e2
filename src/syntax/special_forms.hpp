// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "base/name_table.hpp"

namespace lithe::syntax {

/// By NameTable id: whether a list with that head is a special form, and not a call. Expander and
/// analyzer go by this one table.
inline constexpr auto special_forms = [] {
  namespace name = base::name;
  std::array<bool, name::predefined_count> table{};
  for (u32 id : {name::quote,     name::quasiquote, name::unquote, name::unquote_splicing,
                 name::def,       name::defun,      name::defvar,  name::defmacro,
                 name::fun,       name::fn,         name::lambda,  name::let,
                 name::set,       name::if_,        name::cond,    name::case_,
                 name::when,      name::unless,     name::and_,    name::or_,
                 name::begin,     name::do_,        name::match,   name::receive,
                 name::try_,      name::throw_,     name::include, name::catch_,
                 name::finally,   name::assert_,    name::time,    name::seq,
                 name::defrecord, name::module_,    name::import_}) {
    table[id] = true;
  }
  return table;
}();

}  // namespace lithe::syntax
