// SPDX-License-Identifier: Apache-2.0
// The names that a host can offer while a person types.

#include <algorithm>

#include "checking.hpp"

namespace {

void names_that_begin_with_a_text() {
  lithe::Runtime runtime;
  runtime.eval("(def list/of-mine (x) x) (def other 1) (defmacro list/macro (x) x)");
  std::vector<std::string> names = runtime.names_with_prefix("list/");
  auto has = [&](const char* name) {
    return std::binary_search(names.begin(), names.end(), std::string(name));
  };
  CHECK(std::is_sorted(names.begin(), names.end()));
  for (const char* name : {"list/of-mine", "list/macro", "list/map", "list/head"}) CHECK(has(name));
  for (const std::string& name : names) CHECK(name.starts_with("list/"));
  CHECK_EQUAL(runtime.names_with_prefix("whe").front(), std::string("when"));
  CHECK(runtime.names_with_prefix("%").empty());
  CHECK(runtime.names_with_prefix("no-such-name").empty());
}

}  // namespace

int main() {
  names_that_begin_with_a_text();
  return checking::report("names");
}
