// SPDX-License-Identifier: Apache-2.0
#include "syntax/datum.hpp"

#include <bit>
#include <vector>

namespace lithe::syntax {

const Datum* DatumBuilder::number(double value, Span span) {
  Datum* datum = node(DatumKind::float_, span);
  datum->number = value;
  return datum;
}

const Datum* DatumBuilder::with_text(DatumKind kind, std::string_view text, Span span) {
  LITHE_CHECK(text.size() <= UINT32_MAX);
  Datum* datum = node(kind, span);
  datum->bytes = arena_.copy(text).data();
  datum->size = u32(text.size());
  return datum;
}

const Datum* DatumBuilder::big_integer(std::string_view digits, u8 radix, Span span) {
  auto* datum = const_cast<Datum*>(with_text(DatumKind::big_integer, digits, span));
  datum->radix = radix;
  return datum;
}

const Datum* DatumBuilder::string(std::string_view text, Span span) {
  return with_text(DatumKind::string, text, span);
}

const Datum* DatumBuilder::comment(std::string_view text, Span span) {
  return with_text(DatumKind::comment, text, span);
}

const Datum* DatumBuilder::keyword(u32 name, Span span) {
  Datum* datum = node(DatumKind::keyword, span);
  datum->name = name;
  return datum;
}

const Datum* DatumBuilder::boolean(bool value, Span span) {
  Datum* datum = node(DatumKind::boolean, span);
  datum->truth = value;
  return datum;
}

const Datum* DatumBuilder::nil(Span span) { return node(DatumKind::nil, span); }

const Datum* DatumBuilder::sequence(DatumKind kind, std::span<const Datum* const> items,
                                    Span span) {
  LITHE_ASSERT(kind == DatumKind::list || kind == DatumKind::vector || kind == DatumKind::map);
  LITHE_CHECK(items.size() <= UINT32_MAX);
  Datum* datum = node(kind, span);
  datum->items = arena_.copy(items).data();
  datum->size = u32(items.size());
  return datum;
}

const Datum* DatumBuilder::abbreviation(u32 head, const Datum* datum, Span head_span, Span span) {
  auto* whole = const_cast<Datum*>(list({symbol(head, head_span), datum}, span));
  whole->abbreviated = true;
  return whole;
}

const Datum* DatumBuilder::copy(const Datum& datum) {
  struct Work {
    const Datum* from;
    const Datum** to;
  };
  const Datum* root = nullptr;
  std::vector<Work> work{{&datum, &root}};
  while (!work.empty()) {
    auto [from, to] = work.back();
    work.pop_back();
    Datum* made = node(from->kind, from->span);
    *made = *from;
    *to = made;
    if (from->is_sequence()) {
      auto** items = arena_.allocate_array<const Datum*>(from->size);
      for (u32 i = from->size; i-- > 0;) work.push_back({from->items[i], &items[i]});
      made->items = items;
    } else if (from->is(DatumKind::string) || from->is(DatumKind::comment) ||
               from->is(DatumKind::big_integer)) {
      made->bytes = arena_.copy(std::string_view(from->bytes, from->size)).data();
    }
  }
  return root;
}

namespace {

bool equal_node(const Datum& a, const Datum& b) {
  if (a.kind != b.kind || a.size != b.size) return false;
  switch (a.kind) {
    case DatumKind::integer:
      return a.integer == b.integer;
    case DatumKind::float_:
      return std::bit_cast<u64>(a.number) == std::bit_cast<u64>(b.number);
    case DatumKind::boolean:
      return a.truth == b.truth;
    case DatumKind::symbol:
    case DatumKind::keyword:
      return a.name == b.name;
    case DatumKind::big_integer:
      return a.radix == b.radix && a.digits() == b.digits();
    case DatumKind::string:
    case DatumKind::comment:
      return a.text() == b.text();
    case DatumKind::nil:
    case DatumKind::list:
    case DatumKind::vector:
    case DatumKind::map:
      return true;
  }
  LITHE_UNREACHABLE();
}

}  // namespace

bool equal(const Datum& a, const Datum& b) {
  std::vector<std::pair<const Datum*, const Datum*>> work{{&a, &b}};
  while (!work.empty()) {
    auto [x, y] = work.back();
    work.pop_back();
    if (!equal_node(*x, *y)) return false;
    if (!x->is_sequence()) continue;
    for (u32 i = x->size; i-- > 0;) work.emplace_back(x->items[i], y->items[i]);
  }
  return true;
}

}  // namespace lithe::syntax
