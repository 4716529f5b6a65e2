// SPDX-License-Identifier: Apache-2.0
#include "lithe/tools.hpp"

#include "base/edit_distance.hpp"
#include "syntax/formatter.hpp"
#include "syntax/reader.hpp"

namespace lithe {

namespace {

Error error_of(const std::vector<syntax::Diagnostic>& diagnostics,
               const syntax::SourceMap& sources) {
  Error error{.kind = "read", .message = diagnostics.front().message};
  for (const syntax::Diagnostic& diagnostic : diagnostics) {
    error.diagnostic += syntax::render(diagnostic, sources);
  }
  return error;
}

/// `(def name (…) body…)`: a list and something after it is a list of parameters.
bool defines_function(const syntax::Datum& form) {
  namespace name = base::name;
  if (!form.is_list() || form.size < 4) return false;
  bool definition = form.items[0]->is_symbol(name::def) || form.items[0]->is_symbol(name::defun);
  return definition && form.items[1]->is_symbol() && form.items[2]->is_list();
}

}  // namespace

Result<std::string> format(std::string_view source, std::string_view name) {
  syntax::SourceMap sources;
  auto formatted = syntax::format(source, name, sources);
  if (formatted) return std::move(*formatted);
  return error_of(formatted.error(), sources);
}

Result<std::vector<std::string>> defined_functions(std::string_view source, std::string_view name) {
  base::NameTable names;
  syntax::SourceMap sources;
  syntax::TextSource text(std::string(name), std::string(source),
                          syntax::TextSource::Keep::snippet);
  syntax::Reader reader(names, sources, text);
  std::string module = module_name(source);
  if (!module.empty()) module += '/';
  std::vector<std::string> found;
  while (auto form = reader.next()) {
    if (!*form) return error_of({form->error()}, sources);
    const syntax::Datum& root = *(**form).root;
    if (defines_function(root))
      found.push_back(module + std::string(names.text(u32(root.items[1]->name))));
  }
  return found;
}

std::string_view closest_name(std::string_view word, std::span<const std::string_view> names) {
  base::ClosestName closest(word);
  for (std::string_view name : names) closest.consider(name);
  return closest.best();
}

std::string module_name(std::string_view source) {
  base::NameTable names;
  syntax::SourceMap sources;
  syntax::TextSource text("<module>", std::string(source), syntax::TextSource::Keep::snippet);
  syntax::Reader reader(names, sources, text);
  auto first = reader.next();
  if (!first || !*first) return {};
  const syntax::Datum& root = *(**first).root;
  if (!root.is_call_of(base::name::module_) || root.size < 2 || !root[1].is_symbol()) return {};
  return std::string(names.text(u32(root[1].name)));
}

}  // namespace lithe
