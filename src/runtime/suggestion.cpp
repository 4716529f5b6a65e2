// SPDX-License-Identifier: Apache-2.0
// What a name was meant to be, when nothing has it, and what it may become while it is typed.

#include <algorithm>
#include <iterator>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "analysis/analyzer.hpp"
#include "base/edit_distance.hpp"
#include "primitives/names_elsewhere.hpp"
#include "runtime/runtime.hpp"
#include "syntax/diagnostic.hpp"

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

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    words.push_back(text.substr(0, text.find(' ')));
    text.remove_prefix(std::min(text.size(), words.back().size() + 1));
  }
  return words;
}

/// What stands in front of the last slash; empty: there is none, or nothing around it.
std::string_view space_of(std::string_view name) {
  std::size_t slash = name.rfind('/');
  return slash == name.npos || slash == 0 || slash + 1 == name.size() ? std::string_view()
                                                                      : name.substr(0, slash);
}

std::string_view last_part(std::string_view name) {
  std::string_view space = space_of(name);
  return space.empty() ? name : name.substr(space.size() + 1);
}

/// The name that a misspelt one was most likely meant to be. A guess that is wrong is worse than
/// none: of short names not much may differ, and a name in a namespace is compared without it.
class NearestName {
 public:
  explicit NearestName(std::string_view wanted) : wanted_(wanted) {}

  void consider(std::string_view candidate) {
    if (candidate == wanted_) return;
    bool same_space = !space_of(wanted_).empty() && space_of(candidate) == space_of(wanted_);
    std::string_view a = same_space ? last_part(wanted_) : wanted_;
    std::string_view b = same_space ? last_part(candidate) : candidate;
    bool other_letter = a.substr(0, 1) != b.substr(0, 1);
    u32 most = a.size() < 3 ? 0 : a.size() < 6 ? 1 : a.size() < 10 ? 2 : 3;
    u32 distance = base::edit_distance(a, b, most);
    if (other_letter && a.size() < 4) return;
    // An abbreviation: list/rev. The best of them is the shortest, behind all misspelt ones.
    bool shortened = same_space && a.size() >= 3 && b.starts_with(a);
    if (distance > most && !shortened) return;
    Rank rank{distance > most ? most + u32(b.size()) : distance, other_letter, candidate};
    if (best_.empty() || rank < rank_) rank_ = rank, best_ = candidate;
  }

  std::string_view best() const { return best_; }

 private:
  using Rank = std::tuple<u32, bool, std::string_view>;
  std::string_view wanted_, best_;
  Rank rank_;
};

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

void Runtime::find_same_last_part(std::string_view wanted, std::vector<std::string_view>& found) {
  std::string_view last = last_part(wanted);
  bool known_space = space_of(wanted).empty();
  for_each_known_name([&](std::string_view candidate) {
    known_space = known_space || space_of(candidate) == space_of(wanted);
    if (!space_of(candidate).empty() && last_part(candidate) == last) found.push_back(candidate);
  });
  if (!known_space) found.clear();  // it is the namespace that is misspelt
  std::sort(found.begin(), found.end(),
            [](std::string_view a, std::string_view b) { return rank_of(a) < rank_of(b); });
  found.erase(std::unique(found.begin(), found.end()), found.end());
  constexpr std::size_t most_shown = 4;
  if (found.size() > most_shown) found.resize(most_shown);
}

void Runtime::find_near(u32 name, std::string_view wanted, std::vector<std::string_view>& found) {
  NearestName nearest(wanted);
  for_each_known_name([&](std::string_view candidate) { nearest.consider(candidate); });
  const expand::Modules& modules = expander_.modules();
  if (modules.is_of_module(name)) {
    modules.for_each_defined_with(name,
                                  [&](u32 written) { nearest.consider(names_.text(written)); });
  }
  if (!nearest.best().empty()) found.push_back(nearest.best());
}

std::string Runtime::undefined(u32 name) {
  std::string_view wanted = names_.text(expander_.modules().written(name));
  // Of a longer one no more is shown and nothing is looked for: a program can make names of any
  // length, and what all known names are compared with should not be one of a megabyte.
  constexpr u32 most_bytes = 100;
  std::string text = syntax::excerpt_for_message(wanted, most_bytes) + " is not defined";
  if (wanted.size() > most_bytes) return text;
  std::vector<std::string_view> found;
  if (const primitives::NameElsewhere* row = primitives::find_name_elsewhere(wanted)) {
    if (row->is_words) return text + "; " + std::string(row->here);
    found = words_of(row->here);
  }
  // The name without its namespace, as (max 1 2) for (math/max 1 2), or with another one.
  if (found.empty()) find_same_last_part(wanted, found);
  if (found.empty()) find_near(name, wanted, found);
  return found.empty() ? text : text + "; did you mean " + alternatives(found) + "?";
}

}  // namespace lithe::runtime
