// SPDX-License-Identifier: Apache-2.0
// What a name was meant to be, when nothing has it, and what it may become while it is typed.

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "analysis/analyzer.hpp"
#include "base/edit_distance.hpp"
#include "primitives/names_elsewhere.hpp"
#include "runtime/runtime.hpp"

namespace lithe::runtime {

namespace {

/// "'a'", "'a' or 'b'", "'a', 'b' or 'c'".
std::string alternatives(const std::vector<std::string_view>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); i++) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += "'" + std::string(names[i]) + "'";
  }
  return text;
}

/// Where a namespace stands among those that have the same name: the usual collections first.
std::pair<u32, std::string_view> rank_of(std::string_view name) {
  constexpr std::string_view usual[] = {"list/", "string/", "map/", "vector/", "math/"};
  u32 place = 0;
  while (place < std::size(usual) && !name.starts_with(usual[place])) place++;
  return {place, name};
}

}  // namespace

template <class F>
void Runtime::for_each_known_name(F&& f) {
  for (vm::Cell* cell : cells_.all_user()) {
    // What belongs to a module has another name here, or none.
    if (cell->user_defined && !expander_.modules().is_of_module(cell->name))
      f(names_.text(cell->name));
  }
  for (u32 name = 0; name < base::name::predefined_count; name++) {
    if (analysis::is_special_form(name)) f(names_.text(name));
  }
  macros_.for_each([&](u32 name) { f(names_.text(name)); });
  for (const primitives::Info& row : primitives::table) {
    if (!row.internal()) f(row.name);
  }
  library_.for_each([&](std::string_view name, const LibraryEntry&) {
    if (!name.starts_with('%')) f(name);
  });
}

std::vector<std::string> Runtime::names_with_prefix(std::string_view prefix) {
  std::vector<std::string> found;
  auto consider = [&](std::string_view name) {
    if (name.starts_with(prefix)) found.emplace_back(name);
  };
  for_each_known_name(consider);
  for (const primitives::Alias& alias : primitives::aliases) consider(alias.name);
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

std::string Runtime::suggestion(u32 name) {
  std::string_view wanted = names_.text(name);
  std::vector<std::string_view> found;
  if (auto here = primitives::name_here(wanted); !here.empty()) {
    found.push_back(here);
  } else {
    // The name without its namespace, as (max 1 2) for (math/max 1 2).
    for_each_known_name([&](std::string_view candidate) {
      std::size_t slash = candidate.rfind('/');
      if (slash != 0 && slash != candidate.npos && candidate.substr(slash + 1) == wanted)
        found.push_back(candidate);
    });
  }
  std::sort(found.begin(), found.end(),
            [](std::string_view a, std::string_view b) { return rank_of(a) < rank_of(b); });
  constexpr std::size_t most_shown = 4;
  if (found.size() > most_shown) found.resize(most_shown);
  if (found.empty()) {
    u32 limit = u32(wanted.size() / 3) + 1;
    // Of equally close names one with the same first letter, and then the first of all.
    auto rank = [&](std::string_view candidate) {
      return std::pair(candidate.substr(0, 1) != wanted.substr(0, 1), candidate);
    };
    for_each_known_name([&](std::string_view candidate) {
      u32 distance = base::edit_distance(wanted, candidate, limit);
      bool tie = distance == limit && !found.empty();
      if (distance < limit || (tie && rank(candidate) < rank(found[0]))) {
        found.assign(1, candidate);
        limit = distance;
      }
    });
  }
  return found.empty() ? "" : "; did you mean " + alternatives(found) + "?";
}

}  // namespace lithe::runtime
