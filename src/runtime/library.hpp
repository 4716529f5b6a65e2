// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <absl/container/flat_hash_map.h>

#include <string_view>

#include "base/name_table.hpp"

namespace lithe::runtime {

/// Where the standard library defines a name. Its files hold function definitions
/// `(def name (parameters) …)` alone, each starting in column 1, with `;;` lines above as its
/// documentation; so a function is found without reading the others, and start-up reads none.
struct LibraryEntry {
  std::string_view file;
  std::string_view text;  ///< of the whole definition
  u32 line = 1;           ///< where it starts
  std::string_view documentation;
};

/// The index of the standard library; made at the first look-up.
class Library {
 public:
  explicit Library(const base::NameTable& names) : names_(names) {}
  /// Null: no such definition.
  const LibraryEntry* find(u32 name);
  const LibraryEntry* find(std::string_view name);
  /// f(name, entry) for each.
  template <class F>
  void for_each(F&& f) {
    build();
    for (auto& [name, entry] : entries_) f(name, entry);
  }

 private:
  void build();

  const base::NameTable& names_;
  absl::flat_hash_map<std::string_view, LibraryEntry> entries_;
};

}  // namespace lithe::runtime
