// SPDX-License-Identifier: Apache-2.0
// Records: a definition becomes those of its functions, a pattern one of a type and its fields.
#include <algorithm>
#include <utility>

#include "expand/form_expander.hpp"
#include "syntax/printer.hpp"
#include "syntax/special_forms.hpp"

namespace lithe::expand {

namespace name = base::name;
using syntax::Datum;
using syntax::Span;

namespace {

/// The name of a field, which may have a default; null if it is none.
const Datum* field_name(const Datum& field) {
  const Datum* symbol = &field;
  if (field.is_list() && field.size == 2) symbol = &field[0];
  bool good = symbol->is_symbol() && symbol->name <= UINT32_MAX && !symbol->is_symbol(name::dot) &&
              !symbol->is_symbol(name::underscore);
  return good ? symbol : nullptr;
}

}  // namespace

const Datum* FormExpander::walk_record_definition(const Datum& list, Place place) {
  if (place != Place::top)
    return fail("syntax-error", list.span, "defrecord: belongs at top level");
  if (!check_record(list)) return nullptr;
  u64 defined = list[1].name;
  std::string wrong;
  if (!owner_.modules_.resolve_definition(defined, wrong))
    return fail("syntax-error", list[1].span, "defrecord: " + wrong);
  RecordShape shape;
  u32 called = u32(defined);
  shape.type = owner_.names_.intern("%record " + text_of(called));
  for (const Datum* field : list[2].children())
    shape.fields.push_back(u32(field_name(*field)->name));
  std::vector<const Datum*> signature{&list[1]};
  signature.insert(signature.end(), list[2].items, list[2].items + list[2].size);
  shape.signature = syntax::print(*builder_.list(signature, list.span), owner_.names_);
  const Datum* made = walk(*record_definitions(list, called, shape), Place::top);
  if (made != nullptr) owner_.records_.insert_or_assign(called, std::move(shape));
  return made;
}

bool FormExpander::check_record(const Datum& list) {
  auto wrong = [&](Span span, std::string what) {
    return fail("syntax-error", span, "defrecord: " + std::move(what)) != nullptr;
  };
  auto shown = [&](const Datum& datum) {
    return syntax::excerpt_for_message(syntax::print(datum, owner_.names_));
  };
  if (list.size < 2) return wrong(list.span, "expected a name and a list of fields");
  if (!list[1].is_symbol() || (list[1].name & ~Datum::resolved_bit) > UINT32_MAX ||
      list[1].is_symbol(name::dot))
    return wrong(list[1].span, "expected a name, got " + shown(list[1]));
  if (list[1].name < name::predefined_count && syntax::special_forms[list[1].name])
    return wrong(list[1].span, "'" + text_of(list[1].name) + "' is the name of a special form");
  if (list.size < 3) return wrong(list.span, "expected a list of fields");
  if (!list[2].is_list())
    return wrong(list[2].span, "expected a list of fields, got " + shown(list[2]));
  if (list.size > 3)
    return wrong(list[3].span, "expected nothing behind the fields, got " + shown(list[3]));
  bool optional = false;
  std::vector<u64> before;
  for (const Datum* field : list[2].children()) {
    const Datum* symbol = field_name(*field);
    if (symbol == nullptr)
      return wrong(field->span, "expected a field's name, or (name default), got " + shown(*field));
    if (std::find(before.begin(), before.end(), symbol->name) != before.end())
      return wrong(symbol->span, "two fields are named '" + text_of(symbol->name) + "'");
    if (optional && field->is_symbol())
      return wrong(field->span, "field '" + text_of(symbol->name) +
                                    "' stands behind an optional one and has no default");
    optional = optional || !field->is_symbol();
    before.push_back(symbol->name);
  }
  return true;
}

/// (begin (def type …) (def Point (x y) …) (def Point? …) (def Point-x …) … 'Point)
const Datum* FormExpander::record_definitions(const Datum& list, u32 defined,
                                              const RecordShape& shape) {
  const Datum& called = list[1];
  const Span span = list.span;
  const Expander::BuiltinNames& builtins = owner_.builtins_;
  auto made = [&](std::initializer_list<const Datum*> items) { return builder_.list(items, span); };
  // Without a place, so that an error has that of the call.
  auto body = [&](std::initializer_list<const Datum*> items) { return builder_.list(items, {}); };
  auto define = [&](const std::string& suffix, const Datum* parameters, const Datum* body) {
    u32 function = owner_.names_.intern(text_of(called.name) + suffix);
    u64 resolved = called.name & Datum::resolved_bit;
    return made({builtin(name::def, span), builder_.symbol(function | resolved, called.span),
                 parameters, body});
  };
  const Datum* type = builder_.symbol(shape.type | Datum::resolved_bit, span);
  const Datum* given = builder_.symbol(name::record, span);
  std::vector<const Datum*> make_type{builtin(builtins.record_type, span),
                                      builder_.string(owner_.names_.text(defined), span)};
  std::vector<const Datum*> make_record{builtin(builtins.record, span), type};
  for (u32 field : shape.fields) {
    make_type.push_back(builder_.keyword(field, span));
    make_record.push_back(builder_.symbol(field, span));
  }
  std::vector<const Datum*> forms{
      builtin(name::begin, span),
      made({builtin(name::def, span), type, builder_.list(make_type, span)}),
      define("", &list[2], builder_.list(make_record, span)),
      define("?", made({given}), body({builtin(builtins.is_record, span), given, type}))};
  for (u32 i = 0; i < shape.fields.size(); ++i) {
    const Datum* get =
        body({builtin(builtins.record_get, span), given, type, builder_.integer(i, span)});
    forms.push_back(define("-" + text_of(shape.fields[i]), made({given}), get));
  }
  forms.push_back(made({builtin(name::quote, span), &called}));
  return builder_.list(forms, span);
}

/// The record that a pattern is one of; null if its head is no record's name.
const RecordShape* FormExpander::record_of_pattern(const Datum& pattern) const {
  if (!pattern.is_list() || !pattern[0].is_symbol()) return nullptr;
  for (u32 own : {name::list, name::vector, name::quote, name::equals, name::question, name::or_}) {
    if (pattern[0].is_symbol(own)) return nullptr;
  }
  return owner_.record(owner_.meaning(pattern[0].name));
}

/// (Point a b) => (%record? type a b)
const Datum* FormExpander::walk_record_pattern(const Datum& pattern, const RecordShape& shape) {
  if (pattern.size - 1 != shape.fields.size()) {
    auto count = [](size_t n, std::string_view one) {
      return std::to_string(n) + " " + std::string(one) + (n == 1 ? "" : "s");
    };
    return fail("syntax-error", pattern.span,
                "the record " + shape.signature + " has " + count(shape.fields.size(), "field") +
                    ", and the pattern " + count(pattern.size - 1, "part"));
  }
  std::vector<const Datum*> items{
      builtin(owner_.builtins_.is_record, pattern[0].span),
      builder_.symbol(shape.type | Datum::resolved_bit, pattern[0].span)};
  for (u32 i = 1; i < pattern.size; ++i) {
    const Datum* part = walk_pattern(pattern[i]);
    if (part == nullptr) return nullptr;
    items.push_back(part);
  }
  return builder_.list(items, pattern.span);
}

}  // namespace lithe::expand
