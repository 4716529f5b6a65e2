// SPDX-License-Identifier: Apache-2.0
#include "syntax/special_forms.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace lithe::syntax {
namespace {

std::string name_of(const SpecialForm& form) {
  return std::string(base::predefined_names[form.name]);
}

TEST(SpecialForms, DocBeginsWithACall) {
  for (const SpecialForm& form : special_form_rows) {
    EXPECT_TRUE(form.doc.starts_with("(" + name_of(form) + " ")) << form.doc;
  }
}

TEST(SpecialForms, EachHasOneRow) {
  std::set<u32> seen;
  for (const SpecialForm& form : special_form_rows) {
    EXPECT_TRUE(seen.insert(form.name).second) << name_of(form);
    EXPECT_TRUE(special_forms[form.name]) << name_of(form);
  }
}

TEST(SpecialForms, OtherNamesAreNone) {
  EXPECT_FALSE(special_forms[base::name::eval]);
  EXPECT_EQ(special_form_doc(base::name::eval), "");
  EXPECT_TRUE(special_form_doc(base::name::when).starts_with("(when test body …) => "));
}

}  // namespace
}  // namespace lithe::syntax
