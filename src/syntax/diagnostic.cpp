// SPDX-License-Identifier: Apache-2.0
#include "syntax/diagnostic.hpp"

#include <algorithm>
#include <array>

#include "base/assert.hpp"
#include "base/utf8.hpp"
#include "syntax/display_width.hpp"
#include "syntax/source_map.hpp"

namespace lithe::syntax {

namespace {

namespace utf8 = base::utf8;

/// C0 and C1 controls, and the marks that reorder text on a terminal.
bool is_control(u32 c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029;
}

void append_hex(std::string& out, u32 value, int digits) {
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
    out += "0123456789ABCDEF"[(value >> shift) & 0xF];
  }
}

/// Writes the code point at the start of `bytes`, escaped when it must be. Answers the bytes
/// used; `width` becomes the columns it takes on a screen.
u32 append_visible(std::string& out, std::string_view bytes, u32& width) {
  utf8::Decoded d = utf8::decode(bytes);
  size_t before = out.size();
  if (d.size == 0) {
    out += "\\x";
    append_hex(out, u8(bytes[0]), 2);
  } else if (is_control(d.code_point)) {
    out += d.code_point < 0x100 ? "\\x" : "\\u";
    append_hex(out, d.code_point, d.code_point < 0x100 ? 2 : 4);
  } else {
    out += bytes.substr(0, d.size);
    width = display_width(d.code_point);
    return d.size;
  }
  width = u32(out.size() - before);
  return std::max(d.size, u32{1});
}

void append_inked(std::string& out, std::string_view text, Ink ink) {
  if (ink == Ink::terminal) out += "\x1b[1;31m";
  out += text;
  if (ink == Ink::terminal) out += "\x1b[0m";
}

/// The source line and the caret line below it.
void append_excerpt(std::string& out, const LineExcerpt& excerpt, Span span, Ink ink) {
  std::string line = excerpt.cut_left ? "..." : "";
  u32 screen_column = u32(line.size());
  u32 column = excerpt.first_column;
  u32 caret_begin = screen_column;
  u32 caret_end = 0;
  u64 span_end = u64(span.column) + std::max(span.length, u32{1});
  std::string_view rest = excerpt.text;
  while (!rest.empty()) {
    u32 width = 0;
    u32 used = 1;
    if (column == span.column) caret_begin = screen_column;
    if (rest[0] == '\t') {
      width = tab_width - screen_column % tab_width;
      line.append(width, ' ');
    } else {
      used = append_visible(line, rest, width);
    }
    // As in columns, a stray continuation byte counts as nothing.
    bool counts = !utf8::is_continuation(rest[0]);
    rest.remove_prefix(used);
    screen_column += width;
    if (column >= span.column && column < span_end) caret_end = screen_column;
    column += counts;
  }
  if (column <= span.column) caret_begin = screen_column;
  caret_end = std::max(caret_end, caret_begin + 1);
  out += line;
  if (excerpt.cut_right) out += "...";
  out += '\n';
  out.append(caret_begin, ' ');
  append_inked(out, '^' + std::string(caret_end - caret_begin - 1, '~'), ink);
  out += '\n';
}

std::string_view severity_name(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::note:
      return "note";
  }
  LITHE_UNREACHABLE();
}

}  // namespace

Diagnostic make_error(std::string_view kind, Span span, std::string message) {
  Diagnostic diagnostic;
  diagnostic.span = span;
  diagnostic.message = std::move(message);
  diagnostic.kind = kind;
  return diagnostic;
}

std::string excerpt_for_message(std::string_view text, u32 max_code_points) {
  std::string out;
  u32 width;
  for (u32 count = 0; !text.empty(); ++count) {
    if (count == max_code_points) return out + "...";
    text.remove_prefix(append_visible(out, text, width));
  }
  return out;
}

std::string render_place(Span span, const SourceMap& sources) {
  return excerpt_for_message(sources.name(span.source), 4096) + ":" + std::to_string(span.line) +
         ":" + std::to_string(span.column);
}

std::string render(const Diagnostic& diagnostic, const SourceMap& sources, Ink ink) {
  std::string out;
  Span span = diagnostic.span;
  if (span.known()) out = render_place(span, sources) + ": ";
  append_inked(out, severity_name(diagnostic.severity), ink);
  out += ": ";
  out += diagnostic.message;
  out += '\n';
  if (span.known()) {
    auto excerpt = sources.excerpt(span.source, span.line, span.column);
    if (excerpt && !excerpt->text.empty()) append_excerpt(out, *excerpt, span, ink);
  }
  for (const std::string& call : diagnostic.calls) out += "  " + call + '\n';
  for (const Note& note : diagnostic.notes) {
    out += "  note: ";
    if (note.span.known()) out += render_place(note.span, sources) + ": ";
    out += note.message;
    out += '\n';
  }
  return out;
}

}  // namespace lithe::syntax
