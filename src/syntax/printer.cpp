// SPDX-License-Identifier: Apache-2.0
#include "syntax/printer.hpp"

#include <charconv>
#include <vector>

#include "base/literal_text.hpp"

namespace lithe::syntax {

namespace {

std::string_view brackets_of(DatumKind kind) {
  return kind == DatumKind::list ? "()" : kind == DatumKind::vector ? "[]" : "{}";
}

void print_integer(i64 value, std::string& out) {
  char buffer[24];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

void print_big(const Datum& datum, std::string& out) {
  std::string_view digits = datum.digits();
  if (digits.starts_with('-')) {
    out += '-';
    digits.remove_prefix(1);
  }
  if (datum.radix == 16) out += "0x";
  if (datum.radix == 2) out += "0b";
  out += digits;
}

void print_leaf(const Datum& datum, const base::NameTable& names, std::string& out) {
  switch (datum.kind) {
    case DatumKind::integer:
      return print_integer(datum.integer, out);
    case DatumKind::big_integer:
      return print_big(datum, out);
    case DatumKind::float_:
      return base::append_float(datum.number, out);
    case DatumKind::string:
      return base::append_string_literal(datum.text(), out);
    case DatumKind::symbol:
      if (datum.is_gensym()) {
        out += "#‹gensym ";
        print_integer(i64(datum.name & ~Datum::gensym_bit), out);
        out += "›";
      } else {
        out += names.text(u32(datum.name));
      }
      return;
    case DatumKind::keyword:
      out += ':';
      out += names.text(u32(datum.name));
      return;
    case DatumKind::boolean:
      out += datum.truth ? "true" : "false";
      return;
    case DatumKind::nil:
      out += "nil";
      return;
    case DatumKind::comment:
      out += datum.text();
      if (datum.text().starts_with(';') || datum.text().starts_with("#!")) out += '\n';
      return;
    case DatumKind::list:
    case DatumKind::vector:
    case DatumKind::map:
      break;
  }
  LITHE_UNREACHABLE();
}

}  // namespace

void print(const Datum& datum, const base::NameTable& names, std::string& out) {
  struct Open {
    const Datum* sequence;
    u32 next;
  };
  std::vector<Open> open;
  const Datum* current = &datum;
  for (;;) {
    if (current->is_sequence()) {
      out += brackets_of(current->kind)[0];
      open.push_back({current, 0});
    } else {
      print_leaf(*current, names, out);
    }
    while (!open.empty() && open.back().next == open.back().sequence->size) {
      out += brackets_of(open.back().sequence->kind)[1];
      open.pop_back();
    }
    if (open.empty()) return;
    Open& top = open.back();
    if (top.next > 0) out += ' ';
    current = top.sequence->items[top.next++];
  }
}

std::string print(const Datum& datum, const base::NameTable& names) {
  std::string out;
  print(datum, names, out);
  return out;
}

}  // namespace lithe::syntax
