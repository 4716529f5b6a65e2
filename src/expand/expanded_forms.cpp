// SPDX-License-Identifier: Apache-2.0
#include "expand/expanded_forms.hpp"

#include <utility>

#include "syntax/printer.hpp"

namespace lithe::expand {

using syntax::Diagnostic;

ExpandedForms::ExpandedForms(Parts parts, std::unique_ptr<syntax::CharSource> source,
                             std::string path)
    : parts_(parts) {
  std::string identity = path.empty() ? std::string() : parts_.includer.identity(path);
  if (!identity.empty()) parts_.included.insert(identity);
  push(std::move(path), std::move(identity), {}, std::move(source));
}

ExpandedForms::~ExpandedForms() = default;

ExpandedForms::Open& ExpandedForms::push(std::string path, std::string identity,
                                         syntax::Span included_at,
                                         std::unique_ptr<syntax::CharSource> source) {
  syntax::Reader reader(parts_.names, parts_.sources, *source, {.arenas = &parts_.arenas});
  u32 module = open_.empty() ? Modules::program : open_.back().module;
  open_.push_back({std::move(path), std::move(identity), included_at, std::move(source),
                   std::move(reader), open_.empty() ? How::outermost : How::included, module});
  return open_.back();
}

void ExpandedForms::restart() {
  while (open_.size() > 1) open_.pop_back();
  reader().restart();
}

void ExpandedForms::note_failure() {
  for (Open& file : open_) file.sound = false;
}

syntax::Reader& ExpandedForms::reader() { return open_.front().reader; }

std::optional<base::Result<syntax::Form, Diagnostic>> ExpandedForms::next() {
  failed_definition_ = Modules::nothing;
  for (;;) {
    if (announced_ != nullptr) return announcement();
    auto form = open_.back().reader.next();
    if (!form) {
      if (open_.back().reader.needs_input()) return std::nullopt;
      if (std::optional<Diagnostic> wrong = close()) return base::failure(std::move(*wrong));
      if (open_.size() == 1) return std::nullopt;
      open_.pop_back();
      continue;
    }
    if (!*form) {
      note_failure();
      open_.back().begun = true;
      return form;
    }
    syntax::Form& read = **form;
    bool first = !std::exchange(open_.back().begun, true);
    bool must_begin = first && open_.back().how == How::imported;
    if (must_begin || (first && read.root->is_call_of(base::name::module_))) {
      if (std::optional<Diagnostic> wrong = begin_module(*read.root))
        return base::failure(std::move(*wrong));
      continue;
    }
    Modules::Entered entered(parts_.expander.modules(), open_.back().module);
    bool included = read.root->is_call_of(base::name::include);
    if (included || read.root->is_call_of(base::name::import_)) {
      std::optional<Diagnostic> wrong = included ? include(*read.root) : import(*read.root);
      if (wrong) return base::failure(std::move(*wrong));
      continue;
    }
    read.module = open_.back().module;
    auto expanded = parts_.expander.expand(*read.root, *read.arena);
    if (!expanded) {
      failed_definition_ = parts_.expander.modules().defined_by(*read.root);
      return base::failure(std::move(expanded.error()));
    }
    read.root = *expanded;
    return form;
  }
}

std::optional<Diagnostic> ExpandedForms::include(const syntax::Datum& form) {
  if (form.size != 2 || !form[1].is(syntax::DatumKind::string)) {
    return syntax::make_error("include-error", form.span,
                              "include: expected a file name, a string");
  }
  std::string path(form[1].text());
  if (open_.size() >= max_depth) {
    return syntax::make_error("include-error", form.span,
                              "include: files include each other too deeply");
  }
  auto file = parts_.includer.open(path, open_.back().path);
  if (!file) return syntax::make_error("include-error", form[1].span, "include: " + file.error());
  for (size_t i = 0; i < open_.size(); ++i) {
    if (open_[i].identity == file->identity) return cycle(form, *file, i);
  }
  // A module and the program each have what they include.
  u32 module = open_.back().module;
  std::string once = file->identity;
  if (module != Modules::program) once += "\n" + std::to_string(module);
  if (!parts_.included.insert(once).second) return std::nullopt;
  push(std::move(file->path), std::move(file->identity), form.span, std::move(file->source));
  return std::nullopt;
}

/// The file is being read already, as open_[first].
Diagnostic ExpandedForms::cycle(const syntax::Datum& form, const IncludedFile& file,
                                size_t first) const {
  std::string chain;
  for (size_t i = first; i < open_.size(); ++i) chain += open_[i].path + " -> ";
  bool including = form.is_call_of(base::name::include);
  Diagnostic wrong = syntax::make_error("include-error", form.span,
                                        (including ? "include: the files include each other: "
                                                   : "import: the files import each other: ") +
                                            chain + file.path);
  for (size_t i = open_.size(); i-- > first + 1;) {
    bool included = open_[i].how == How::included;
    wrong.notes.push_back({open_[i].included_at,
                           open_[i].path + (included ? " is included" : " is imported") + " here"});
  }
  return wrong;
}

}  // namespace lithe::expand
