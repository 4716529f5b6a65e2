// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

#include "base/name_table.hpp"

namespace lithe::syntax {

/// A special form: the id of its name, which is predefined, and what `doc` prints of it.
struct SpecialForm {
  u32 name;
  std::string_view doc;
};

inline constexpr auto special_form_rows = std::to_array<SpecialForm>({
#define LITHE_FORM(identifier, doc) {base::name::identifier, doc},
#include "syntax/special_forms.def"
#undef LITHE_FORM
});

/// By NameTable id: whether a list with that head is a special form, and not a call. Expander and
/// analyzer go by this one table.
inline constexpr auto special_forms = [] {
  std::array<bool, base::name::predefined_count> table{};
  for (const SpecialForm& form : special_form_rows) table[form.name] = true;
  return table;
}();

/// What `doc` prints of the special form of a name; empty if there is none.
constexpr std::string_view special_form_doc(u32 name) {
  for (const SpecialForm& form : special_form_rows) {
    if (form.name == name) return form.doc;
  }
  return {};
}

}  // namespace lithe::syntax
