// SPDX-License-Identifier: Apache-2.0
#include "syntax/formatter.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <utility>

#include "base/assert.hpp"
#include "base/utf8.hpp"
#include "syntax/display_width.hpp"
#include "syntax/lexer.hpp"
#include "syntax/number.hpp"
#include "syntax/reader.hpp"

namespace lithe::syntax {

namespace {

constexpr u32 body_indent = 2;

/// Forms with a body, whose lines stand 2 deeper than the form, and which of their elements (the
/// head is 0) is a list of names, of bindings or of fields: data, not a call.
struct BodyForm {
  std::string_view head;
  u32 data = 0;
};
constexpr auto body_forms = std::to_array<BodyForm>(
    {{"def", 2},       {"defun", 2},  {"defvar"},  {"defmacro", 2}, {"defrecord", 2},
     {"defkernel", 2}, {"fun", 1},    {"fn", 1},   {"lambda", 1},   {"let", 1},
     {"when"},         {"unless"},    {"begin"},   {"do"},          {"match"},
     {"receive"},      {"case"},      {"try"},     {"catch"},       {"finally"},
     {"after"},        {"module", 2}, {"deftest"}, {"defbench"},    {"for-all", 1},
     {"time"}});

const BodyForm* body_form(std::string_view head) {
  auto found = std::find_if(body_forms.begin(), body_forms.end(),
                            [head](const BodyForm& form) { return form.head == head; });
  return found == body_forms.end() ? nullptr : found;
}

/// Forms whose elements from one on are clauses: each a pattern or test and its body.
u32 first_clause(std::string_view head) {
  if (head == "cond" || head == "receive") return 1;
  return head == "match" || head == "case" ? 2 : 0;
}

/// Heads that no parameter list begins with: what `(def x (let …))` has there is a call.
constexpr std::string_view no_parameters[] = {"begin",   "case",   "cond",   "fn",
                                              "fun",     "lambda", "let",    "match",
                                              "receive", "try",    "unless", "when"};

/// Whether an element with that text calls what it names, when it is the head of a list.
bool is_name(const Token& token) {
  return token.kind == TokenKind::atom && !token.text.starts_with(':') &&
         !looks_like_number(token.text);
}

/// An open bracket.
struct Open {
  u32 column = 0;           ///< of the bracket in the output, from 0
  u32 elements = 0;         ///< that have begun
  bool data = false;        ///< its elements stand under the first
  bool parameters = false;  ///< data as long as it may be the parameter list of a `def`
  bool quoted = false;      ///< data, and all lists in it
  u32 argument = 0;         ///< column of the first argument on the head's line; 0: there is none
  u32 data_element = 0;     ///< that is data
  u32 clauses = 0;          ///< first element that is a clause; 0: none
  bool body = false;
  u64 head_line = 0;
  bool named_let = false;
  bool optional_parameters = false;  ///< its data element may be a call instead: `(def x (f y))`
};

/// What is known about a text before it is laid out.
class Outlook {
 public:
  /// A whole text that is well-formed.
  static Outlook of(Lexer& lexer) {
    Outlook made;
    for (;;) {
      const Token& token = lexer.next(false);
      if (token.kind == TokenKind::end) return made;
      if (token.kind != TokenKind::comment) made.look_at(token);
    }
  }

  /// Whether a list that begins there is all that follows the name in a `def`.
  bool is_value(u64 begin) const { return values_.contains(begin); }
  /// Whether a macro of the text takes a body as its last parameter.
  bool takes_body(std::string_view head) const { return macros_.contains(head); }

 private:
  struct Form {
    u32 elements = 0;
    std::string head, name;
    u64 second = 0;  ///< where the list behind the name begins; 0: no list is there
    bool behind_dot = false;
  };

  void look_at(const Token& token) {
    if (token.kind == TokenKind::close) return close();
    bool counts = !open_.empty() && !behind_prefix_ && token.kind != TokenKind::discard;
    behind_prefix_ = token.kind == TokenKind::prefix || token.kind == TokenKind::discard;
    if (counts) begin_element(open_.back(), token);
    if (token.kind == TokenKind::open) open_.emplace_back();
  }

  void begin_element(Form& form, const Token& token) {
    u32 index = form.elements++;
    if (index == 0 && token.kind == TokenKind::atom) form.head = token.text;
    if (index == 1 && token.kind == TokenKind::atom) form.name = token.text;
    if (index == 2 && token.kind == TokenKind::open && token.text == "(") form.second = token.begin;
    if (token.kind != TokenKind::atom || open_.size() < 2) return;
    // The parameters of a macro.
    Form& outer = open_[open_.size() - 2];
    if (form.behind_dot && token.text == "body" && outer.head == "defmacro" && outer.elements == 3)
      macros_.insert(outer.name);
    form.behind_dot = token.text == ".";
  }

  void close() {
    const Form& form = open_.back();
    if (form.head == "def" && form.elements == 3 && form.second != 0) values_.insert(form.second);
    open_.pop_back();
    behind_prefix_ = false;
  }

  std::vector<Form> open_;
  bool behind_prefix_ = false;
  std::set<u64> values_;
  std::set<std::string, std::less<>> macros_;
};

class Formatter {
 public:
  Formatter() = default;
  explicit Formatter(Outlook outlook) : outlook_(std::move(outlook)) {}

  /// Of the line behind a text that may break off anywhere.
  u32 next_indent(Lexer& lexer) {
    for (;;) {
      const Token& token = lexer.next(false);
      if (token.kind == TokenKind::end) return indent();
      if (token.kind == TokenKind::bad || token.kind == TokenKind::failed) return 0;
      // What closes nothing is the reader's to report.
      if (token.kind != TokenKind::close || !open_.empty()) put(token);
    }
  }

  std::string run(Lexer& lexer) {
    for (;;) {
      const Token& token = lexer.next(false);
      LITHE_ASSERT(token.kind != TokenKind::bad && token.kind != TokenKind::pending);
      if (token.kind == TokenKind::end) break;
      put(token);
    }
    if (!out_.empty()) out_ += '\n';
    return std::move(out_);
  }

 private:
  /// In the token; a comment to the end of the line comes with that.
  static u64 line_ends(const Token& token) {
    if (is_line_comment(token)) return 0;
    return u64(std::count(token.text.begin(), token.text.end(), '\n'));
  }

  static bool is_line_comment(const Token& token) {
    return token.kind == TokenKind::comment && !token.text.starts_with("#|");
  }

  /// What the token before was, as far as spacing asks.
  enum class Before : u8 { nothing, open, prefix, element, line_comment };

  void put(const Token& token) {
    u64 lines = token.line - std::min<u64>(token.line, last_line_);
    if (token.kind == TokenKind::close) {
      // It follows what it closes, unless a comment ends the line.
      if (before_ == Before::line_comment) break_line(1);
      close(token);
    } else {
      space(token, lines);
      if (token.kind != TokenKind::comment) begin_element(token);
      write(token);
      behind_comma_ = token.kind == TokenKind::prefix && token.text == ",";
    }
    last_line_ = token.line + line_ends(token);
    last_end_ = token.end;
  }

  void space(const Token& token, u64 lines) {
    bool comment = token.kind == TokenKind::comment;
    if (before_ == Before::nothing) return;
    if (before_ == Before::line_comment && lines == 0) lines = 1;
    if (lines > 0 && (before_ != Before::prefix || comment)) return break_line(lines);
    if (comment && before_ != Before::open) {
      // Code may have moved; the distance has not.
      out_.append(std::max<u64>(1, token.begin - last_end_), ' ');
      column_ += u32(std::max<u64>(1, token.begin - last_end_));
    } else if (before_ == Before::element || (behind_comma_ && token.text.starts_with('@'))) {
      append(" ");  // a , before a symbol that begins with @ would read as ,@
    }
  }

  /// To the start of the next line, behind a blank one if there were some.
  void break_line(u64 lines) {
    bool blank = lines > 1 && before_ != Before::open;
    out_ += blank ? "\n\n" : "\n";
    line_ += blank ? 2 : 1;
    column_ = indent();
    out_.append(column_, ' ');
  }

  u32 indent() const {
    if (open_.empty()) return 0;
    const Open& open = open_.back();
    if (open.data || open.elements == 0) return open.column + 1;
    if (open.body) return open.column + body_indent;
    return open.argument != 0 ? open.argument : open.column + body_indent;
  }

  /// Notes what the element means for the layout of the list that it stands in.
  void begin_element(const Token& token) {
    if (open_.empty() || before_ == Before::prefix) return;
    Open& open = open_.back();
    u32 index = open.elements++;
    if (open.parameters && !may_be_parameter(token, index)) {
      open.data = open.parameters = false;
    }
    if (index == 0) {
      open.head_line = line_;
      if (!open.data) set_head(open, token);
    } else if (index == 1) {
      if (line_ == open.head_line) open.argument = column_;
      // A named let has its bindings one element later.
      if (open.named_let && token.kind == TokenKind::atom) open.data_element = 2;
    }
  }

  static bool may_be_parameter(const Token& token, u32 index) {
    if (index > 0 && token.kind == TokenKind::open) return token.text == "(";
    return is_name(token) && (index > 0 || std::ranges::find(no_parameters, token.text) ==
                                               std::ranges::end(no_parameters));
  }

  void set_head(Open& open, const Token& token) const {
    if (!is_name(token)) {
      open.data = true;
      return;
    }
    const BodyForm* form = body_form(token.text);
    open.body = form != nullptr || outlook_.takes_body(token.text);
    open.data_element = form != nullptr ? form->data : 0;
    open.clauses = first_clause(token.text);
    open.named_let = token.text == "let";
    open.optional_parameters = token.text == "def";
  }

  void write(const Token& token) {
    switch (token.kind) {
      case TokenKind::open:
        return open(token);
      case TokenKind::prefix:
        quote_next_ = token.text == "'" || (quote_next_ && before_ == Before::prefix);
        append(token.text);
        before_ = Before::prefix;
        return;
      case TokenKind::discard:
        append("#;");
        before_ = Before::prefix;
        return;
      case TokenKind::string:
        append("\"");
        append(token.text);
        append("\"");
        break;
      case TokenKind::comment:
        append(is_line_comment(token) ? trimmed(token.text) : token.text);
        before_ = is_line_comment(token) ? Before::line_comment : Before::element;
        return;
      default:
        append(token.text);
        break;
    }
    before_ = Before::element;
    quote_next_ = false;
  }

  void open(const Token& token) {
    Open made;
    made.column = column_;
    made.quoted = quote_next_ && before_ == Before::prefix;
    if (!open_.empty()) {
      const Open& parent = open_.back();
      u32 index = parent.elements - 1;
      made.quoted = made.quoted || parent.quoted;
      bool data = parent.data_element != 0 && index == parent.data_element &&
                  !(parent.optional_parameters && outlook_.is_value(token.begin));
      made.parameters = data && parent.optional_parameters;
      made.data = data || (parent.clauses != 0 && index >= parent.clauses && !parent.data);
    }
    made.data = made.data || made.quoted || token.text != "(";
    open_.push_back(made);
    append(token.text);
    before_ = Before::open;
    quote_next_ = false;
  }

  void close(const Token& token) {
    open_.pop_back();
    append(token.text);
    before_ = Before::element;
  }

  void append(std::string_view text) {
    out_ += text;
    size_t line_end = text.rfind('\n');
    if (line_end != std::string_view::npos) {
      line_ += u64(std::count(text.begin(), text.end(), '\n'));
      column_ = 0;
      text.remove_prefix(line_end + 1);
    }
    while (!text.empty()) {
      base::utf8::Decoded decoded = base::utf8::decode(text);
      bool tab = text[0] == '\t';
      column_ += tab ? tab_width - column_ % tab_width : display_width(decoded.code_point);
      text.remove_prefix(std::max(decoded.size, u32{1}));
    }
  }

  static std::string_view trimmed(std::string_view text) {
    return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
  }

  Outlook outlook_;
  std::string out_;
  u32 column_ = 0;     ///< on a screen
  u64 line_ = 1;       ///< of the output
  u64 last_line_ = 1;  ///< of the input, where the token before ended
  u64 last_end_ = 0;
  Before before_ = Before::nothing;
  bool quote_next_ = false;
  bool behind_comma_ = false;
  std::vector<Open> open_;
};

}  // namespace

u32 indent_of_next_line(std::string_view text) {
  SourceMap sources;
  TextSource source("<unfinished>", std::string(text), TextSource::Keep::snippet);
  Lexer lexer(source, sources, true);
  return Formatter().next_indent(lexer);
}

base::Result<std::string, std::vector<Diagnostic>> format(std::string_view text,
                                                          std::string_view name,
                                                          SourceMap& sources) {
  base::NameTable names;
  TextSource source(std::string(name), std::string(text), TextSource::Keep::snippet);
  // Comments are looked at too: they are written again, so they have to be UTF-8.
  Reader reader(names, sources, source, {.keep_comments = true});
  std::vector<Diagnostic> wrong;
  while (auto form = reader.next()) {
    if (!*form) wrong.push_back(form->error());
  }
  if (!wrong.empty()) return base::failure(std::move(wrong));
  auto lex = [&] {
    return TextSource(std::string(name), std::string(text), TextSource::Keep::snippet);
  };
  TextSource first = lex();
  Lexer looking(first, sources, false);
  Formatter formatter(Outlook::of(looking));
  TextSource second = lex();
  Lexer lexer(second, sources, true);
  return formatter.run(lexer);
}

}  // namespace lithe::syntax
