// SPDX-License-Identifier: Apache-2.0
#include "expand/modules.hpp"

#include <algorithm>

#include "base/edit_distance.hpp"

namespace lithe::expand {

using syntax::Datum;

namespace {

/// What stands in front of the first slash; empty: there is none.
std::string_view prefix_of(std::string_view text) {
  size_t slash = text.find('/');
  return slash == text.npos || slash + 1 == text.size() ? std::string_view()
                                                        : text.substr(0, slash);
}

}  // namespace

u32 Modules::loaded(const std::string& identity) const {
  for (u32 i = 1; i < modules_.size(); ++i) {
    if (modules_[i].complete && modules_[i].identity == identity) return i;
  }
  return program;
}

u32 Modules::declare(u32 name, const std::string& path, const std::string& identity,
                     std::vector<Export> exports, std::string& wrong) {
  std::string text(names_.text(name));
  if (text.find('/') != text.npos || evaluator_.is_library_namespace(text)) {
    wrong = evaluator_.is_library_namespace(text)
                ? "'" + text + "' is taken: names of the library begin with " + text + "/"
                : "the name of a module has no '/', got " + text;
    return program;
  }
  u32 module = program;
  for (u32 i = 1; i < modules_.size(); ++i) {
    if (modules_[i].name != name) continue;
    if (modules_[i].identity != identity) {
      wrong = "there is a module '" + text + "' already, in " + modules_[i].path;
      return program;
    }
    module = i;
  }
  if (module == program) {
    module = u32(modules_.size());
    modules_.emplace_back();
  }
  Module made;
  made.name = name;
  made.path = path;
  made.identity = identity;
  made.exports = std::move(exports);
  for (const Export& one : made.exports) made.exported.insert(one.name);
  modules_[module] = std::move(made);
  return module;
}

std::vector<Modules::Export> Modules::finish(u32 module, bool sound) {
  Module& finished = modules_[module];
  std::vector<Export> missing;
  for (const Export& one : finished.exports) {
    if (!finished.defined.contains(one.name)) missing.push_back(one);
  }
  finished.complete = sound && missing.empty();
  return missing;
}

std::vector<u32> Modules::exports_of(u32 module) const {
  std::vector<u32> names;
  for (const Export& one : modules_[module].exports) names.push_back(one.name);
  return names;
}

bool Modules::add_alias(u32 alias, u32 module, std::string& wrong) {
  std::string text(names_.text(alias));
  if (text.find('/') != text.npos) {
    wrong = "the name behind :as has no '/', got " + text;
    return false;
  }
  if (evaluator_.is_library_namespace(text)) {
    wrong = "'" + text + "' is taken: names of the library begin with " + text + "/";
    return false;
  }
  Module& here = modules_[current_];
  auto [known, is_new] = here.aliases.try_emplace(text, module);
  if (!is_new && known->second != module) {
    // The names that were resolved by the old meaning.
    std::erase_if(here.names,
                  [&](const auto& one) { return prefix_of(names_.text(one.first)) == text; });
    known->second = module;
  }
  return true;
}

u32 Modules::qualified(u32 module, u32 name) {
  std::string text(names_.text(modules_[module].name));
  u32 made = names_.intern(text + "/" + std::string(names_.text(name)));
  owners_.try_emplace(made, module);
  modules_[module].names[name] = made;
  return made;
}

/// A name whose prefix is an alias. `found`: it is one, and `symbol` its meaning.
bool Modules::imported(u32 name, u64& symbol, bool& found, std::string& wrong) {
  std::string_view text = names_.text(name);
  Module& here = modules_[current_];
  auto alias = here.aliases.find(std::string(prefix_of(text)));
  if (alias == here.aliases.end()) return true;
  found = true;
  u32 module = alias->second;
  std::string inner(text.substr(alias->first.size() + 1));
  u32 wanted = names_.intern(inner);
  if (modules_[module].exported.contains(wanted)) {
    symbol = here.names[name] = qualified(module, wanted);
    return true;
  }
  wrong = "the module " + std::string(names_.text(modules_[module].name)) + " does not export '" +
          inner + "'; " + exports_to_read(modules_[module], alias->first, inner);
  return false;
}

/// What one of a module's exports is meant by a name that is none; or which there are.
std::string Modules::exports_to_read(const Module& module, const std::string& alias,
                                     std::string_view wanted) const {
  base::ClosestName closest(wanted);
  std::vector<std::string_view> sorted;  // of equally close names the first
  for (u32 name : module.exported) sorted.push_back(names_.text(name));
  std::sort(sorted.begin(), sorted.end());
  for (std::string_view name : sorted) closest.consider(name);
  if (!closest.best().empty())
    return "did you mean '" + alias + "/" + std::string(closest.best()) + "'?";
  constexpr std::size_t most_listed = 12;
  std::string listed;
  std::size_t count = 0;
  for (const Export& one : module.exports) {
    if (++count <= most_listed) listed += " " + std::string(names_.text(one.name));
  }
  if (count > most_listed) listed += " and " + std::to_string(count - most_listed) + " more";
  return "it exports" + (listed.empty() ? " nothing" : listed);
}

u32 Modules::written(u32 name) const {
  auto owner = owners_.find(name);
  if (owner == owners_.end()) return name;
  std::string_view text = names_.text(name);
  return names_.intern(text.substr(names_.text(modules_[owner->second].name).size() + 1));
}

bool Modules::resolve(u64& symbol, std::string& wrong) {
  if (symbol & Datum::resolved_bit) {
    symbol &= ~Datum::resolved_bit;
    return true;
  }
  if (!any() || symbol > UINT32_MAX) return true;
  u32 name = u32(symbol);
  const Module& here = modules_[current_];
  if (auto known = here.names.find(name); known != here.names.end()) {
    symbol = known->second;
    return true;
  }
  bool found = false;
  if (!imported(name, symbol, found, wrong)) return false;
  if (found) return true;
  if (auto owner = owners_.find(name); owner != owners_.end()) {
    wrong = "'" + std::string(names_.text(name)) + "' is a name of the module " +
            std::string(names_.text(modules_[owner->second].name)) +
            ", which is not imported here by that name";
    return false;
  }
  if (current_ == program) return true;
  if (evaluator_.is_library_name(name) && !here.exported.contains(name)) {
    symbol |= Datum::builtin_bit;
    return true;
  }
  symbol = qualified(current_, name);
  return true;
}

u32 Modules::meaning(u64 symbol) {
  u32 name = u32(symbol);
  if (!any() || (symbol & Datum::resolved_bit)) return name;
  const Module& here = modules_[current_];
  if (auto known = here.names.find(name); known != here.names.end()) return known->second;
  u64 made = symbol;
  bool found = false;
  std::string wrong;
  if (!imported(name, made, found, wrong)) return nothing;
  return found || current_ == program ? u32(made) : nothing;
}

bool Modules::resolve_definition(u64& symbol, std::string& wrong) {
  bool resolved = symbol & Datum::resolved_bit;
  u32 name = u32(symbol);
  if (!any() || (!resolved && symbol > UINT32_MAX)) {
    symbol &= ~Datum::resolved_bit;
    return true;
  }
  auto owner = owners_.find(name);
  if (resolved || owner != owners_.end()) {
    symbol = name;
    if (owner == owners_.end() || owner->second == current_) return true;
    wrong = "'" + std::string(names_.text(name)) + "' belongs to another module";
    return false;
  }
  std::string prefix(prefix_of(names_.text(name)));
  if (!prefix.empty() && modules_[current_].aliases.contains(prefix)) {
    wrong = "'" + std::string(names_.text(name)) + "' belongs to another module";
    return false;
  }
  if (current_ == program) return true;
  modules_[current_].defined.insert(name);
  symbol = qualified(current_, name);
  return true;
}

u32 Modules::defined_by(const Datum& form) {
  namespace name = base::name;
  bool definition = false;
  for (u32 head : {name::def, name::defun, name::defvar, name::defmacro, name::defrecord})
    definition = definition || form.is_call_of(head);
  if (!definition || form.size < 2 || !form[1].is_symbol()) return nothing;
  u64 symbol = form[1].name;
  std::string wrong;
  return resolve_definition(symbol, wrong) && symbol <= UINT32_MAX ? u32(symbol) : nothing;
}

u64 Modules::in_template(u64 symbol) {
  if (!any() || symbol > UINT32_MAX) return symbol;
  u32 name = u32(symbol);
  const Module& here = modules_[current_];
  bool own = here.defined.contains(name) || here.exported.contains(name);
  bool found = false;
  std::string wrong;
  u64 made = symbol;
  if (own) {
    made = qualified(current_, name);
  } else if (!imported(name, made, found, wrong) || !found) {
    return symbol;
  }
  return made | Datum::resolved_bit;
}

}  // namespace lithe::expand
