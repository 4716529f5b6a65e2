// SPDX-License-Identifier: Apache-2.0
// The reader proper: tokens to data, on an explicit stack. Rules:
// 1. children_ holds the finished data of all open frames; each frame's begin at first_child.
// 2. The first error of a form is kept in error_; from then on the form is read only to find its
//    end, with nil in place of what was wrong. No form leaves while error_ is set.
// 3. All data of the form in progress are in arena_; it goes with the form, or is reset.
#include "syntax/reader.hpp"

#include <string>
#include <vector>

#include "syntax/lexer.hpp"
#include "syntax/number.hpp"
#include "syntax/printer.hpp"
#include "syntax/string_literal.hpp"

namespace lithe::syntax {

namespace {

namespace name = base::name;
using Outcome = std::optional<base::Result<Form, Diagnostic>>;

/// What a token led to.
enum class Step : u8 {
  more,    ///< the form in progress goes on, or none has begun
  form,    ///< it is complete: root_
  broken,  ///< it has ended, with error_
  open,    ///< the text has ended inside it
};

constexpr std::string_view read_error = "read-error";
constexpr size_t children_kept = size_t{1} << 16;
// Room from the start: most forms fit.
constexpr size_t frames_at_once = 8;
constexpr size_t children_at_once = 16;

enum class FrameKind : u8 { list, vector, map, prefix, discard };

/// A bracket that is not closed, or a prefix that waits for its datum.
struct Frame {
  FrameKind kind;
  u32 prefix_name;  // of a prefix
  u64 begin;        // code points from the start of the source
  size_t first_child;
  Span open;  // the bracket or prefix itself

  bool is_bracket() const { return kind <= FrameKind::map; }
  std::string_view written() const {
    switch (kind) {
      case FrameKind::list:
        return "(";
      case FrameKind::vector:
        return "[";
      case FrameKind::map:
        return "{";
      case FrameKind::discard:
        return "#;";
      case FrameKind::prefix:
        break;
    }
    return prefix_name == name::quote        ? "'"
           : prefix_name == name::quasiquote ? "`"
           : prefix_name == name::unquote    ? ","
                                             : ",@";
  }
};

FrameKind bracket_kind(char bracket) {
  return bracket == '(' || bracket == ')'   ? FrameKind::list
         : bracket == '[' || bracket == ']' ? FrameKind::vector
                                            : FrameKind::map;
}

DatumKind datum_kind(FrameKind kind) {
  return kind == FrameKind::list     ? DatumKind::list
         : kind == FrameKind::vector ? DatumKind::vector
                                     : DatumKind::map;
}

u32 prefix_name(std::string_view prefix) {
  if (prefix == "'") return name::quote;
  if (prefix == "`") return name::quasiquote;
  return prefix == "," ? name::unquote : name::unquote_splicing;
}

std::string in_backquotes(std::string_view text) { return "`" + excerpt_for_message(text) + "`"; }

/// What another language means by a word that begins with '#'.
std::string_view hint_for_hash(std::string_view word) {
  if (word == "#t" || word == "#true") return "; it is `true` here";
  if (word == "#f" || word == "#false") return "; it is `false` here";
  if (word.starts_with("#\\")) return "; a character is a string here, such as \"a\"";
  if (word.starts_with("#:")) return "; a keyword is `:name` here";
  bool foreign = word.size() > 1 && static_cast<unsigned char>(word[1]) >= 0x80;
  return foreign ? "" : "; a comment begins with `;`";
}

/// A decimal integer of up to 18 digits, the commonest number by far.
std::optional<i64> small_integer(std::string_view text) {
  bool negative = text[0] == '-';
  size_t at = negative;
  if (at == text.size() || text.size() > 18) return std::nullopt;
  i64 value = 0;
  for (; at < text.size(); ++at) {
    if (text[at] < '0' || text[at] > '9') return std::nullopt;
    value = value * 10 + (text[at] - '0');
  }
  return negative ? -value : value;
}

}  // namespace

struct Reader::State {
  State(base::NameTable& names, SourceMap& sources, CharSource& source, ReaderOptions options)
      : names_(names),
        lexer_(source, sources, options.keep_comments),
        keep_comments_(options.keep_comments),
        arenas_(options.arenas != nullptr ? *options.arenas : own_arenas_.emplace()) {
    frames_.reserve(frames_at_once);
    children_.reserve(children_at_once);
  }

  Outcome next();
  void abandon();
  void restart();

  // A step answers something when the form has ended, or the source has.
  Step on_token(const Token& token);
  Step on_open(const Token& token);
  Step on_close(const Token& token);
  Step on_prefix(const Token& token, FrameKind kind);
  Step add_comment(const Datum* comment);
  Step drop_datum(const Frame& discard, const Datum* datum, u64 end);
  Step on_failure(const Token& token);
  Step on_bad(Span place, std::string message, const Token& token);
  Step add(const Datum* datum, u64 end);

  const Datum* read_atom(const Token& token);
  const Datum* read_name(std::string_view text, bool keyword, const Token& token);
  const Datum* read_string(const Token& token);

  void push(const Token& token, FrameKind kind);
  bool drop_dangling_prefixes();
  void check_map(const Frame& frame);
  Diagnostic* fail(Span place, std::string message);

  bool is_too_large(const Token& token);
  void begin_skipping(const Token& token, std::string message);
  Step skip(const Token& token);

  Step finish(const Datum* root);
  Outcome take_form();
  Outcome take_error();
  void clear_form();

  void find_forms_in_open_form();
  Diagnostic unclosed(size_t first_frame, size_t end_frame) const;
  Outcome take_salvaged();
  void forget_salvaged() {
    salvaged_.clear();
    salvaged_taken_ = 0;
  }

  base::Arena& arena() {
    if (!arena_) arena_ = arenas_.acquire();
    return *arena_;
  }
  DatumBuilder builder() { return DatumBuilder(arena()); }
  Span span_from(const Frame& frame, u64 end) const {
    Span span = frame.open;
    span.length = u32(std::min<u64>(end - frame.begin, UINT32_MAX));
    return span;
  }

  base::NameTable& names_;
  Lexer lexer_;
  bool keep_comments_;
  std::optional<base::ArenaPool> own_arenas_;
  base::ArenaPool& arenas_;
  base::PooledArena arena_;
  std::vector<Frame> frames_;
  std::vector<const Datum*> children_;
  const Datum* root_ = nullptr;  // of the form that is complete
  std::unique_ptr<Diagnostic> error_;
  std::string text_;  // scratch for string literals
  bool needs_input_ = false;

  std::optional<Token> pushed_back_;  // an opening bracket
  u32 stray_line_ = 0;                // line of the last closing bracket that closed nothing

  u64 parts_ = 0;  // of the form in progress

  // After nesting too deep, or too many parts: brackets open, until the form's last one is closed.
  bool skipping_ = false;
  u64 skip_depth_ = 0;

  // Forms, and errors, found in one that was never closed; in the order of the text.
  struct Salvaged {
    const Datum* form;  // in salvage_arena_; nullptr: the error
    Diagnostic error;
  };
  std::vector<Salvaged> salvaged_;
  size_t salvaged_taken_ = 0;  // never all of them: then both start anew
  base::PooledArena salvage_arena_;
};

// ---- The loop

Outcome Reader::State::next() {
  if (!salvaged_.empty()) return take_salvaged();
  needs_input_ = false;
  for (;;) {
    Step step;
    if (pushed_back_) {
      Token token = *pushed_back_;
      pushed_back_.reset();
      step = on_token(token);
    } else {
      const Token& token = lexer_.next(!frames_.empty() || skipping_);
      if (token.kind == TokenKind::pending) {
        needs_input_ = true;
        return std::nullopt;
      }
      if (token.kind == TokenKind::end && frames_.empty() && !skipping_) return std::nullopt;
      step = skipping_ ? skip(token) : on_token(token);
    }
    switch (step) {
      case Step::more:
        break;
      case Step::form:
        return take_form();
      case Step::broken:
        return take_error();
      case Step::open:
        find_forms_in_open_form();
        clear_form();
        return take_salvaged();
    }
  }
}

Step Reader::State::on_token(const Token& token) {
  if (token.kind != TokenKind::close) stray_line_ = 0;
  if (is_too_large(token)) {
    begin_skipping(token, "this form has more than 4,194,304 parts");
    return Step::more;
  }
  switch (token.kind) {
    case TokenKind::open:
      return on_open(token);
    case TokenKind::close:
      return on_close(token);
    case TokenKind::prefix:
      return on_prefix(token, FrameKind::prefix);
    case TokenKind::discard:
      return on_prefix(token, FrameKind::discard);
    case TokenKind::atom:
      return add(read_atom(token), token.end);
    case TokenKind::string:
      return add(read_string(token), token.end);
    case TokenKind::comment:
      return add_comment(builder().comment(token.text, lexer_.span(token)));
    case TokenKind::bad:
      return on_bad(token.place, std::string(token.text), token);
    case TokenKind::end:
      return error_ ? Step::broken : Step::open;
    case TokenKind::failed:
      return on_failure(token);
    case TokenKind::pending:
      break;
  }
  LITHE_UNREACHABLE();
}

// ---- Brackets and prefixes

void Reader::State::push(const Token& token, FrameKind kind) {
  u32 prefix = kind == FrameKind::prefix ? prefix_name(token.text) : 0;
  frames_.push_back({kind, prefix, token.begin, children_.size(), lexer_.span(token)});
}

Step Reader::State::on_open(const Token& token) {
  if (error_ && token.column == 1 && !frames_.empty()) {
    pushed_back_ = token;
    return Step::broken;
  }
  if (frames_.size() >= max_nesting) {
    begin_skipping(token, "nesting deeper than 10,000");
    return Step::more;
  }
  push(token, bracket_kind(token.text[0]));
  return Step::more;
}

Step Reader::State::on_prefix(const Token& token, FrameKind kind) {
  if (frames_.size() >= max_nesting) {
    begin_skipping(token, "nesting deeper than 10,000");
    return Step::more;
  }
  push(token, kind);
  return Step::more;
}

/// Whether there were any.
bool Reader::State::drop_dangling_prefixes() {
  bool any = false;
  while (!frames_.empty() && !frames_.back().is_bracket()) {
    const Frame& frame = frames_.back();
    std::string message = "nothing follows `" + std::string(frame.written()) + "`";
    if (frame.written() == "'") message += "; a string stands in double quotes";
    fail(frame.open, std::move(message));
    frames_.pop_back();
    any = true;
  }
  return any;
}

void Reader::State::check_map(const Frame& frame) {
  size_t count = 0;
  const Datum* last = nullptr;
  for (size_t i = frame.first_child; i < children_.size(); ++i) {
    if (children_[i]->is(DatumKind::comment)) continue;
    last = children_[i];
    ++count;
  }
  if (count % 2 == 0) return;
  if (Diagnostic* error = fail(last->span, "this key of a map has no value")) {
    error->notes.push_back({frame.open, "the map begins here"});
  }
}

Step Reader::State::on_close(const Token& token) {
  bool dangling = drop_dangling_prefixes();
  if (frames_.empty()) {
    if (dangling) return Step::broken;
    bool reported = stray_line_ == token.line;
    stray_line_ = token.line;
    if (reported) return Step::more;
    fail(lexer_.span(token), "`" + std::string(token.text) + "` closes nothing");
    return Step::broken;
  }
  Frame frame = frames_.back();
  if (bracket_kind(token.text[0]) != frame.kind) {
    std::string open(frame.written());
    Diagnostic* error =
        fail(lexer_.span(token), "`" + std::string(token.text) + "` cannot close `" + open + "`");
    if (error) error->notes.push_back({frame.open, "`" + open + "` was opened here"});
  }
  if (frame.kind == FrameKind::map && !error_) check_map(frame);
  frames_.pop_back();
  std::span<const Datum* const> children(children_.data() + frame.first_child,
                                         children_.size() - frame.first_child);
  const Datum* datum =
      builder().sequence(datum_kind(frame.kind), children, span_from(frame, token.end));
  children_.resize(frame.first_child);
  return add(datum, token.end);
}

/// A datum is complete: prefixes in front of it take it, then the bracket around them does.
Step Reader::State::add(const Datum* datum, u64 end) {
  while (!frames_.empty()) {
    Frame frame = frames_.back();
    if (frame.is_bracket()) {
      children_.push_back(datum);
      return Step::more;
    }
    frames_.pop_back();
    if (frame.kind == FrameKind::discard) return drop_datum(frame, datum, end);
    datum = builder().abbreviation(frame.prefix_name, datum, frame.open, span_from(frame, end));
  }
  return finish(datum);
}

Step Reader::State::drop_datum(const Frame& discard, const Datum* datum, u64 end) {
  if (error_) return frames_.empty() ? Step::broken : Step::more;
  if (!keep_comments_) return Step::more;
  std::string text = "#;" + print(*datum, names_);
  return add_comment(builder().comment(text, span_from(discard, end)));
}

Step Reader::State::add_comment(const Datum* comment) {
  if (frames_.empty()) return finish(comment);
  // Behind a prefix it goes in front of it: it cannot be what is quoted.
  children_.push_back(comment);
  return Step::more;
}

// ---- Leaves

const Datum* Reader::State::read_atom(const Token& token) {
  std::string_view text = token.text;
  char first = text[0];
  if (auto value = small_integer(text)) return builder().integer(*value, lexer_.span(token));
  if (looks_like_number(text)) {
    auto number = read_number(text);
    Span span = lexer_.span(token);
    if (!number) {
      fail(span, in_backquotes(text) + (number.error() == NumberError::syntax
                                            ? " is not a number"
                                            : " is too large for a float"));
      return builder().nil(span);
    }
    switch (number->kind) {
      case Number::Kind::integer:
        return builder().integer(number->integer, span);
      case Number::Kind::big_integer:
        return builder().big_integer(number->digits, number->radix, span);
      case Number::Kind::float_:
        return builder().number(number->value, span);
    }
  }
  if (first == ':') return read_name(text.substr(1), true, token);
  if (first == '#') {
    fail(lexer_.span(token),
         "no datum begins like " + in_backquotes(text) + std::string(hint_for_hash(text)));
    return builder().nil(lexer_.span(token));
  }
  return read_name(text, false, token);
}

const Datum* Reader::State::read_name(std::string_view text, bool keyword, const Token& token) {
  Span span = lexer_.span(token);
  if (text.empty()) {
    fail(span, "a keyword needs a name after its colon");
    return builder().nil(span);
  }
  if (text.size() > max_name_bytes) {
    fail(span, "this name is longer than " + std::to_string(max_name_bytes) + " bytes");
    return builder().nil(span);
  }
  if (text == "|#") {
    fail(span, "`|#` closes no comment");
    return builder().nil(span);
  }
  u32 id = names_.intern(text);
  if (keyword) return builder().keyword(id, span);
  if (id == name::true_ || id == name::false_) return builder().boolean(id == name::true_, span);
  if (id == name::nil) return builder().nil(span);
  return builder().symbol(id, span);
}

const Datum* Reader::State::read_string(const Token& token) {
  Span span = lexer_.span(token);
  if (token.text.find('\\') == std::string_view::npos) return builder().string(token.text, span);
  text_.clear();
  if (auto error = decode_string(token.text, span, text_)) {
    fail(error->place, std::move(error->message));
  }
  const Datum* datum = builder().string(text_, span);
  if (text_.capacity() > children_kept) std::string().swap(text_);
  return datum;
}

// ---- Errors

/// Records the form's first error; nullptr when it has one already.
Diagnostic* Reader::State::fail(Span place, std::string message) {
  if (error_) return nullptr;
  error_ = std::make_unique<Diagnostic>(make_error(read_error, place, std::move(message)));
  return error_.get();
}

Step Reader::State::on_bad(Span place, std::string message, const Token& token) {
  fail(place, std::move(message));
  return add(builder().nil(lexer_.span(token)), token.end);
}

Step Reader::State::on_failure(const Token& token) {
  clear_form();
  fail(Span{lexer_.source(), 0, 0, 0}, std::string(token.text))->kind = "io";
  return Step::broken;
}

/// Counts the parts of a form, which are all in memory until its end.
bool Reader::State::is_too_large(const Token& token) {
  bool is_part = token.kind == TokenKind::atom || token.kind == TokenKind::string ||
                 token.kind == TokenKind::open;
  if (frames_.empty()) parts_ = 0;
  return is_part && ++parts_ > max_parts && !frames_.empty();
}

void Reader::State::begin_skipping(const Token& token, std::string message) {
  if (Diagnostic* error = fail(lexer_.span(token), std::move(message))) {
    error->notes.push_back({frames_.front().open, "the form begins here"});
  }
  skip_depth_ = token.kind == TokenKind::open ? 1 : 0;
  for (const Frame& frame : frames_) skip_depth_ += frame.is_bracket();
  frames_.clear();
  children_.clear();
  arena().reset();
  skipping_ = true;
  lexer_.set_skipping(true);
}

Step Reader::State::skip(const Token& token) {
  switch (token.kind) {
    case TokenKind::open:
      ++skip_depth_;
      return Step::more;
    case TokenKind::close:
      if (skip_depth_ > 0) --skip_depth_;
      break;
    case TokenKind::failed:
      return on_failure(token);
    case TokenKind::end:
      return Step::broken;
    case TokenKind::atom:
    case TokenKind::string:
    case TokenKind::bad:
      break;
    case TokenKind::prefix:
    case TokenKind::discard:
    case TokenKind::comment:
    case TokenKind::pending:
      return Step::more;
  }
  return skip_depth_ == 0 ? Step::broken : Step::more;
}

// ---- Ends of forms

void Reader::State::clear_form() {
  frames_.clear();
  children_.clear();
  if (children_.capacity() > children_kept) children_.shrink_to_fit();
  error_.reset();
  if (arena_) arena_->reset();
  skipping_ = false;
  lexer_.set_skipping(false);
}

Step Reader::State::finish(const Datum* root) {
  root_ = root;
  return error_ ? Step::broken : Step::form;
}

Outcome Reader::State::take_form() {
  children_.clear();
  if (children_.capacity() > children_kept) children_.shrink_to_fit();
  return Outcome(std::in_place, Form{root_, std::move(arena_)});
}

Outcome Reader::State::take_error() {
  Diagnostic error = std::move(*error_);
  clear_form();
  return base::failure(std::move(error));
}

/// The form in progress will never be closed. Whatever begins in column 1 inside it, with a
/// bracket, was surely meant as a top-level form: finished ones are read as such, open ones are
/// errors of their own.
void Reader::State::find_forms_in_open_form() {
  size_t part = 0;  // first frame of the current broken form
  size_t part_at = 0;
  auto end_part = [&](size_t end_frame) {
    salvaged_.insert(salvaged_.begin() + std::ptrdiff_t(part_at),
                     {nullptr, unclosed(part, end_frame)});
  };
  for (size_t i = 0; i < frames_.size(); ++i) {
    const Frame& frame = frames_[i];
    if (i > 0 && frame.is_bracket() && frame.open.column == 1) {
      end_part(i);
      part = i;
      part_at = salvaged_.size();
    }
    size_t end = i + 1 < frames_.size() ? frames_[i + 1].first_child : children_.size();
    for (size_t child = frame.first_child; child < end; ++child) {
      const Datum* datum = children_[child];
      if (datum->span.column == 1 && datum->is_sequence() && !datum->abbreviated) {
        salvaged_.push_back({datum, {}});
      }
    }
  }
  end_part(frames_.size());
  salvage_arena_ = std::move(arena_);
}

Diagnostic Reader::State::unclosed(size_t first_frame, size_t end_frame) const {
  const Frame& outer = frames_[first_frame];
  const Frame& inner = frames_[end_frame - 1];
  std::string written(inner.written());
  Diagnostic error = make_error(read_error, inner.open,
                                inner.is_bracket() ? "`" + written + "` is never closed"
                                                   : "nothing follows `" + written + "`");
  if (first_frame + 1 != end_frame) error.notes.push_back({outer.open, "the form begins here"});
  return error;
}

Outcome Reader::State::take_salvaged() {
  Salvaged next = std::move(salvaged_[salvaged_taken_++]);
  if (salvaged_taken_ == salvaged_.size()) forget_salvaged();
  Outcome outcome;
  if (next.form == nullptr) {
    outcome.emplace(base::failure(std::move(next.error)));
  } else {
    Form form;
    form.arena = arenas_.acquire();
    form.root = DatumBuilder(*form.arena).copy(*next.form);
    outcome.emplace(std::move(form));
  }
  if (salvaged_.empty()) salvage_arena_ = {};
  return outcome;
}

void Reader::State::abandon() {
  clear_form();
  pushed_back_.reset();
  forget_salvaged();
  lexer_.abandon_line();
}

void Reader::State::restart() {
  clear_form();
  pushed_back_.reset();
  forget_salvaged();
  stray_line_ = 0;
  needs_input_ = false;
  lexer_.restart();
}

// ---- The public face

Reader::Reader(base::NameTable& names, SourceMap& sources, CharSource& source,
               ReaderOptions options)
    : state_(std::make_unique<State>(names, sources, source, options)) {}

Reader::~Reader() = default;
Reader::Reader(Reader&&) noexcept = default;

Outcome Reader::next() { return state_->next(); }
bool Reader::needs_input() const { return state_->needs_input_; }
bool Reader::inside_form() const {
  return !state_->frames_.empty() || state_->skipping_ || state_->lexer_.inside_token();
}
void Reader::abandon() { state_->abandon(); }
void Reader::restart() { state_->restart(); }
u32 Reader::source() const { return state_->lexer_.source(); }

}  // namespace lithe::syntax
