// SPDX-License-Identifier: Apache-2.0
#include "syntax/lexer.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/assert.hpp"
#include "base/utf8.hpp"
#include "syntax/diagnostic.hpp"
#include "syntax/reader.hpp"
#include "syntax/source_map.hpp"

namespace lithe::syntax {

namespace {

namespace utf8 = base::utf8;

enum class CharClass : u8 {
  plain,
  non_ascii,
  control,  // the classes from here on are not part of a valid atom
  blank,    // the classes from here on end an atom
  line_end,
  open,
  close,
  prefix,
  comma,
  quotation,
  semicolon,
};

constexpr std::array<CharClass, 256> make_classes() {
  std::array<CharClass, 256> classes{};
  for (u32 c = 0; c < 256; ++c) {
    classes[c] = c >= 0x80               ? CharClass::non_ascii
                 : c < 0x20 || c == 0x7F ? CharClass::control
                                         : CharClass::plain;
  }
  for (u8 c : {' ', '\t', '\r', '\f', '\v'}) classes[c] = CharClass::blank;
  for (u8 c : {'(', '[', '{'}) classes[c] = CharClass::open;
  for (u8 c : {')', ']', '}'}) classes[c] = CharClass::close;
  for (u8 c : {'\'', '`'}) classes[c] = CharClass::prefix;
  classes['\n'] = CharClass::line_end;
  classes[','] = CharClass::comma;
  classes['"'] = CharClass::quotation;
  classes[';'] = CharClass::semicolon;
  return classes;
}

constexpr std::array<CharClass, 256> classes = make_classes();

CharClass class_of(char c) { return classes[u8(c)]; }

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view first_line_mark = "#!";

/// After this many strings without an end, the rest of the text is given up: each costs a walk to
/// the end of it.
constexpr u32 most_string_restarts = 16;
constexpr size_t buffer_bytes_kept = size_t{1} << 20;

bool is_unicode_blank(u32 c) {
  return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

struct BlankAt {
  size_t offset;  // text.size() when there is none
  size_t bytes;
};

/// First blank beyond ASCII in valid UTF-8.
BlankAt find_unicode_blank(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    utf8::Decoded d = utf8::decode(text.substr(at));
    if (is_unicode_blank(d.code_point)) return {at, d.size};
    at += d.size;
  }
  return {text.size(), 0};
}

/// First opening bracket in column 1 after the first line; `end` when there is none.
const char* find_line_with_bracket(const char* from, const char* end) {
  for (;;) {
    auto* line = static_cast<const char*>(std::memchr(from, '\n', size_t(end - from)));
    if (line == nullptr || line + 1 == end) return end;
    from = line + 1;
    if (class_of(*from) == CharClass::open) return from;
  }
}

u32 saturate(u64 n) { return n > UINT32_MAX ? UINT32_MAX : u32(n); }

}  // namespace

Lexer::Lexer(CharSource& source, SourceMap& sources, bool keep_comments)
    : source_(&source),
      sources_(&sources),
      id_(source.attach(sources)),
      keep_comments_(keep_comments) {}

u32 Lexer::column(const char* at) const { return saturate(position(at) - line_begin_ + 1); }

Span Lexer::span(const Token& token) const {
  return {id_, token.line, token.column, saturate(token.end - token.begin)};
}

bool Lexer::inside_token() const {
  return mode_ == Mode::atom || mode_ == Mode::string || mode_ == Mode::block_comment;
}

const Token& Lexer::next(bool inside_form) {
  for (;;) {
    Step done = mode_ == Mode::between ? step_between() : step();
    if (done == Step::starved) {
      SourceState state =
          ended_ ? SourceState::end
                 : fill(inside_form || inside_token() ? Need::rest_of_form : Need::form);
      if (state == SourceState::end) {
        done = finish_at_end();
      } else if (state == SourceState::pending || state == SourceState::failed) {
        bool failed = state == SourceState::failed;
        token_.kind = failed ? TokenKind::failed : TokenKind::pending;
        token_.text = failed ? message_ : std::string_view();
        return token_;
      }
    }
    if (done == Step::token) return token_;
  }
}

// ---- Text at hand

void Lexer::move_to(const char* cursor, const char* end) {
  bias_ += reinterpret_cast<u64>(cursor) - reinterpret_cast<u64>(cursor_);
  cursor_ = cursor;
  end_ = end;
}

SourceState Lexer::fill(Need need) {
  // The unread rest must be in our hands before the source forgets its chunk.
  size_t rest = available();
  if (rest == 0) {
    buffer_.clear();
    if (buffer_.capacity() > buffer_bytes_kept) buffer_.shrink_to_fit();
  } else if (cursor_ >= buffer_.data() && cursor_ < buffer_.data() + buffer_.size()) {
    size_t gone = size_t(cursor_ - buffer_.data());
    buffer_.erase(0, gone);
  } else {
    buffer_.assign(cursor_, rest);
  }
  if (rest != 0) move_to(buffer_.data(), buffer_.data() + rest);

  CharSource::Chunk chunk = source_->read(need);
  switch (chunk.state) {
    case SourceState::more:
      LITHE_CHECK(!chunk.bytes.empty());
      sources_->append(id_, chunk.bytes);
      if (rest == 0) {
        move_to(chunk.bytes.data(), chunk.bytes.data() + chunk.bytes.size());
      } else {
        buffer_ += chunk.bytes;
        move_to(buffer_.data(), buffer_.data() + buffer_.size());
      }
      break;
    case SourceState::end:
      ended_ = true;
      break;
    case SourceState::failed:
      ended_ = true;
      message_ = std::move(chunk.error);
      cursor_ = end_;
      mode_ = Mode::between;
      break;
    case SourceState::pending:
      break;
  }
  return chunk.state;
}

void Lexer::consume(const char* to) {
  std::string_view text(cursor_, size_t(to - cursor_));
  size_t last_end = text.rfind('\n');
  if (last_end != std::string_view::npos) {
    std::string_view lines = text.substr(0, last_end + 1);
    line_ = saturate(u64(line_) + u64(std::count(lines.begin(), lines.end(), '\n')));
    bias_ += utf8::count_continuations(lines);
    line_begin_ = position(lines.data() + lines.size());
    text.remove_prefix(lines.size());
  }
  bias_ += utf8::count_continuations(text);
  cursor_ = to;
}

void Lexer::abandon_line() {
  const void* line =
      inside_token() || available() == 0 ? nullptr : std::memchr(cursor_, '\n', available());
  consume(line == nullptr ? end_ : static_cast<const char*>(line) + 1);
  mode_ = Mode::between;
  too_long_ = false;
}

// ---- Tokens

void Lexer::begin_token(Mode mode, size_t scanned) {
  mode_ = mode;
  scanned_ = scanned;
  met_ = {};
  too_long_ = false;
  token_.begin = position(cursor_);
  token_.line = line_;
  token_.column = column(cursor_);
}

/// `text` is not looked at while the cursor moves on: it stays where it is until the next fill.
Lexer::Step Lexer::emit(TokenKind kind, const char* to, std::string_view text) {
  if (met_.non_ascii || met_.line_end) {
    consume(to);
  } else {
    cursor_ = to;
  }
  bool too_long = too_long_ || (!skipping_ && text.size() > Reader::max_token_bytes);
  too_long_ = false;
  mode_ = Mode::between;
  token_.end = position(to);
  token_.kind = kind;
  token_.text = skipping_ ? std::string_view() : text;
  if (too_long) [[unlikely]] {
    return emit_bad(to, "this token is longer than 64 MiB", {id_, token_.line, token_.column, 1});
  }
  return Step::token;
}

Lexer::Step Lexer::emit_bad(const char* to, std::string message, Span place) {
  consume(to);
  mode_ = Mode::between;
  message_ = std::move(message);
  token_.end = position(to);
  token_.kind = TokenKind::bad;
  token_.text = message_;
  token_.place = place;
  return Step::token;
}

Lexer::Step Lexer::emit_bad_utf8(const char* to, std::string_view text, size_t bad) {
  std::string_view before = text.substr(0, bad);
  size_t line_end = before.rfind('\n');
  u32 lines = u32(std::count(before.begin(), before.end(), '\n'));
  size_t skipped = line_end == std::string_view::npos ? 0 : line_end + 1;
  // A string's text begins one column behind its token.
  u64 first = lines > 0 ? 1 : token_.column + u64(text.data() - cursor_);
  u32 at = saturate(first + utf8::count(before.substr(skipped)));
  return emit_bad(to, "invalid UTF-8: byte \"" + excerpt_for_message(text.substr(bad, 1)) + "\"",
                  {id_, saturate(u64(token_.line) + lines), at, 1});
}

Lexer::Step Lexer::starve(const char* scanned_to) {
  if (!drops_text() && size_t(scanned_to - cursor_) > Reader::max_token_bytes) too_long_ = true;
  if (drops_text()) {
    consume(scanned_to);
    scanned_ = 0;
  } else {
    scanned_ = size_t(scanned_to - cursor_);
  }
  return Step::starved;
}

Lexer::Step Lexer::step() {
  switch (mode_) {
    case Mode::start:
      return step_start();
    case Mode::first_line:
      return step_first_line();
    case Mode::between:
      return step_between();
    case Mode::atom:
      return step_atom();
    case Mode::string:
      return step_string();
    case Mode::line_comment:
      return step_line_comment();
    case Mode::block_comment:
      return step_block_comment();
  }
  LITHE_UNREACHABLE();
}

Lexer::Step Lexer::step_start() {
  std::string_view text(cursor_, available());
  if (text.size() < byte_order_mark.size() && byte_order_mark.starts_with(text) && !ended_) {
    return Step::starved;
  }
  if (text.starts_with(byte_order_mark)) {
    cursor_ += byte_order_mark.size();
    bias_ += byte_order_mark.size();  // it takes no column
  }
  mode_ = Mode::first_line;
  return Step::again;
}

Lexer::Step Lexer::step_first_line() {
  std::string_view text(cursor_, available());
  if (text.size() < first_line_mark.size() && first_line_mark.starts_with(text) && !ended_) {
    return Step::starved;
  }
  if (text.starts_with(first_line_mark)) {
    begin_token(Mode::line_comment, first_line_mark.size());
  } else {
    mode_ = Mode::between;
  }
  return Step::again;
}

Lexer::Step Lexer::step_between() {
  const char* p = cursor_;
  for (;; ++p) {
    if (p == end_) {
      cursor_ = p;
      return Step::starved;
    }
    CharClass c = class_of(*p);
    if (c == CharClass::line_end) {
      ++line_;
      line_begin_ = position(p + 1);
    } else if (c != CharClass::blank) {
      break;
    }
  }
  cursor_ = p;
  begin_token(Mode::between, 0);
  switch (class_of(*p)) {
    case CharClass::open:
      return emit(TokenKind::open, p + 1, {p, 1});
    case CharClass::close:
      return emit(TokenKind::close, p + 1, {p, 1});
    case CharClass::prefix:
      return emit(TokenKind::prefix, p + 1, {p, 1});
    case CharClass::comma:
      if (p + 1 == end_ && !ended_) return Step::starved;
      if (p + 1 != end_ && p[1] == '@') return emit(TokenKind::prefix, p + 2, {p, 2});
      return emit(TokenKind::prefix, p + 1, {p, 1});
    case CharClass::quotation:
      mode_ = Mode::string;
      scanned_ = 1;
      return step_string();
    case CharClass::semicolon:
      mode_ = Mode::line_comment;
      return step_line_comment();
    default:
      if (*p == '#') return step_hash();
      mode_ = Mode::atom;
      return step_atom();
  }
}

Lexer::Step Lexer::step_hash() {
  if (available() == 1 && !ended_) return Step::starved;
  if (available() > 1 && cursor_[1] == ';') {
    return emit(TokenKind::discard, cursor_ + 2, {cursor_, 2});
  }
  if (available() > 1 && cursor_[1] == '|') {
    mode_ = Mode::block_comment;
    comment_depth_ = 1;
    scanned_ = 2;
    return step_block_comment();
  }
  mode_ = Mode::atom;
  return step_atom();
}

Lexer::Step Lexer::step_atom() {
  const char* p = cursor_ + scanned_;
  for (; p != end_; ++p) {
    CharClass c = class_of(*p);
    if (c == CharClass::plain) continue;
    if (c >= CharClass::blank) return finish_atom(p);
    met_.non_ascii |= c == CharClass::non_ascii;
    met_.control |= c == CharClass::control;
  }
  return starve(p);
}

Lexer::Step Lexer::finish_atom(const char* to) {
  std::string_view text(cursor_, size_t(to - cursor_));
  if (drops_text() || (!met_.non_ascii && !met_.control)) [[likely]] {
    return emit(TokenKind::atom, to, text);
  }
  if (size_t bad = utf8::validate(text); bad != text.size()) return emit_bad_utf8(to, text, bad);
  BlankAt blank = find_unicode_blank(text);
  if (blank.offset == 0) {
    consume(cursor_ + blank.bytes);
    mode_ = Mode::between;
    return Step::again;
  }
  text = text.substr(0, blank.offset);
  to = text.data() + text.size();
  auto control = std::find_if(text.begin(), text.end(),
                              [](char c) { return class_of(c) == CharClass::control; });
  if (control != text.end()) {
    size_t at = size_t(control - text.begin());
    u32 place = saturate(token_.column + utf8::count(text.substr(0, at)));
    std::string what = *control == '\0'
                           ? "a NUL byte"
                           : "control character " + excerpt_for_message({&*control, 1});
    return emit_bad(to, what + " in the program text", {id_, token_.line, place, 1});
  }
  return emit(TokenKind::atom, to, text);
}

Lexer::Step Lexer::step_string() {
  const char* p = cursor_ + scanned_;
  while (p != end_) {
    char c = *p;
    if (c == '"') {
      if (drops_text()) return emit(TokenKind::string, p + 1, {});
      std::string_view text(cursor_ + 1, size_t(p - cursor_ - 1));
      if (met_.non_ascii) {
        size_t bad = utf8::validate(text);
        if (bad != text.size()) return emit_bad_utf8(p + 1, text, bad);
      }
      return emit(TokenKind::string, p + 1, text);
    }
    met_.non_ascii |= class_of(c) == CharClass::non_ascii;
    met_.line_end |= c == '\n';
    if (c == '\\') {
      if (p + 1 == end_) return starve(p);
      met_.non_ascii |= class_of(p[1]) == CharClass::non_ascii;
      met_.line_end |= p[1] == '\n';
      ++p;
    }
    ++p;
  }
  return starve(p);
}

/// The text has ended inside a string.
Lexer::Step Lexer::finish_open_string() {
  const char* to = end_;
  if (string_restarts_ < most_string_restarts) {
    ++string_restarts_;
    to = find_line_with_bracket(cursor_, end_);
  }
  return emit_bad(to, "this string is never closed", {id_, token_.line, token_.column, 1});
}

Lexer::Step Lexer::step_line_comment() {
  const char* from = cursor_ + scanned_;
  auto* line = from == end_
                   ? nullptr
                   : static_cast<const char*>(std::memchr(from, '\n', size_t(end_ - from)));
  if (line == nullptr) return starve(end_);
  return finish_comment(line);
}

Lexer::Step Lexer::step_block_comment() {
  const char* p = cursor_ + scanned_;
  while (p != end_) {
    if (*p != '|' && *p != '#') {
      ++p;
      continue;
    }
    if (p + 1 == end_) break;
    if (*p == '|' && p[1] == '#') {
      p += 2;
      if (--comment_depth_ == 0) return finish_comment(p);
    } else if (*p == '#' && p[1] == '|') {
      p += 2;
      if (comment_depth_ < UINT32_MAX) ++comment_depth_;
    } else {
      ++p;
    }
  }
  return starve(p);
}

Lexer::Step Lexer::finish_comment(const char* to) {
  std::string_view text(cursor_, size_t(to - cursor_));
  met_.non_ascii = met_.line_end = true;  // the comment has not been searched for them
  if (drops_text() && !too_long_) {
    consume(to);
    mode_ = Mode::between;
    return Step::again;
  }
  if (text.ends_with('\r')) text.remove_suffix(1);
  if (size_t bad = utf8::validate(text); !too_long_ && bad != text.size()) {
    return emit_bad_utf8(to, text, bad);
  }
  return emit(TokenKind::comment, to, text);
}

Lexer::Step Lexer::finish_at_end() {
  switch (mode_) {
    case Mode::start:
    case Mode::first_line:
    case Mode::between:
      if (cursor_ != end_) return Step::again;  // what waited for a further byte goes without
      token_.kind = TokenKind::end;
      token_.text = {};
      token_.begin = token_.end = position(cursor_);
      token_.line = line_;
      token_.column = column(cursor_);
      return Step::token;
    case Mode::atom:
      return finish_atom(cursor_ + scanned_);
    case Mode::string:
      return finish_open_string();
    case Mode::line_comment:
      return finish_comment(end_);
    case Mode::block_comment:
      return emit_bad(end_, "this comment is never closed", {id_, token_.line, token_.column, 2});
  }
  LITHE_UNREACHABLE();
}

}  // namespace lithe::syntax
