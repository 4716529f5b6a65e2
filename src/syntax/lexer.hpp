// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/integers.hpp"
#include "syntax/char_source.hpp"
#include "syntax/span.hpp"

namespace lithe::syntax {

enum class TokenKind : u8 {
  open,     ///< ( [ {
  close,    ///< ) ] }
  prefix,   ///< ' ` , ,@
  discard,  ///< #;
  atom,     ///< number, symbol, keyword: valid UTF-8 without control characters
  string,   ///< text between the quotation marks, escapes as written, valid UTF-8
  comment,  ///< only when kept; with its marks
  bad,      ///< `text` says what is wrong with it; `place` is where
  end,
  pending,  ///< the source has nothing at the moment; ask again
  failed,   ///< the source failed; `text` says how
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;  ///< valid until the next call of Lexer::next
  u64 begin = 0;          ///< code points from the start of the source
  u64 end = 0;
  u32 line = 1;
  u32 column = 1;
  Span place;  ///< of `bad`
};

/// Cuts source text into tokens. A token may arrive in any number of pieces; nothing of it is
/// scanned twice. Comments that are not kept, and tokens that are skipped, are dropped as they
/// arrive, whatever their length.
///
/// Pointers: [begin_, end_) is the text at hand, in the source's chunk or, when a token crosses
/// chunks, in buffer_. cursor_ is the first byte not yet given out; the token in progress begins
/// there, or began earlier if its text is being dropped.
class Lexer {
 public:
  Lexer(CharSource& source, SourceMap& sources, bool keep_comments);
  /// Begins anew with its source, which has been given another text.
  void restart() { *this = Lexer(*source_, *sources_, keep_comments_); }

  /// `inside_form`: the caller is in the middle of a form, which the source is told if it is
  /// asked for more.
  const Token& next(bool inside_form);

  /// While on, tokens come without their text, may have any length and are not checked.
  void set_skipping(bool skipping) { skipping_ = skipping; }

  /// In the middle of a token or a block comment.
  bool inside_token() const;
  /// Drops the rest of the line, as far as it has arrived; all that has, inside a token.
  void abandon_line();

  u32 source() const { return id_; }
  Span span(const Token& token) const;

 private:
  enum class Mode : u8 { start, first_line, between, atom, string, line_comment, block_comment };
  enum class Step : u8 { token, again, starved };
  /// What a scan has met in the token so far.
  struct Met {
    bool non_ascii = false;
    bool control = false;
    bool line_end = false;
  };

  Step step();
  Step step_start();
  Step step_first_line();
  Step step_between();
  Step step_hash();
  Step step_atom();
  Step step_string();
  Step step_line_comment();
  Step step_block_comment();
  Step finish_at_end();
  Step finish_atom(const char* to);
  Step finish_comment(const char* to);
  Step finish_open_string();

  Step emit(TokenKind kind, const char* to, std::string_view text);
  Step emit_bad(const char* to, std::string message, Span place);
  Step emit_bad_utf8(const char* to, std::string_view text, size_t bad);
  void begin_token(Mode mode, size_t scanned);
  Step starve(const char* scanned_to);
  SourceState fill(Need need);
  void move_to(const char* cursor, const char* end);
  void consume(const char* to);

  u64 position(const char* at) const { return reinterpret_cast<u64>(at) - bias_; }
  u32 column(const char* at) const;
  size_t available() const { return size_t(end_ - cursor_); }
  bool drops_text() const { return skipping_ || too_long_ || is_dropped_comment(); }
  bool is_dropped_comment() const {
    return !keep_comments_ && (mode_ == Mode::line_comment || mode_ == Mode::block_comment);
  }

  CharSource* source_;
  SourceMap* sources_;
  u32 id_;
  bool keep_comments_;
  bool skipping_ = false;
  bool ended_ = false;

  const char* cursor_ = nullptr;
  const char* end_ = nullptr;
  std::string buffer_;
  /// position(p) counts code points, as long as only ASCII lies between cursor_ and p.
  u64 bias_ = 0;
  u64 line_begin_ = 0;  // position of the first code point of the line
  u32 line_ = 1;

  Mode mode_ = Mode::start;
  size_t scanned_ = 0;  // bytes from cursor_ that the current mode has dealt with
  Met met_;
  bool too_long_ = false;  // the token in progress is over the limit
  u32 comment_depth_ = 0;
  u32 string_restarts_ = 0;
  Token token_;
  std::string message_;
};

}  // namespace lithe::syntax
