// SPDX-License-Identifier: Apache-2.0
#include "edit/editor.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/utf8.hpp"
#include "edit/completion.hpp"

namespace lithe::edit {

namespace {

constexpr wchar_t replacement = 0xFFFD;
constexpr size_t most_keywords = 10'000;

u32 screen_width() {
  winsize size{};
  return ioctl(1, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/// A stream of its own on a descriptor that stays open.
std::FILE* stream_on(int descriptor, const char* mode) {
  int copy = dup(descriptor);
  std::FILE* stream = copy < 0 ? nullptr : fdopen(copy, mode);
  if (!stream && copy >= 0) ::close(copy);
  return stream;
}

/// The terminal once more, so that reading it never waits: between "there is a key" and the reading
/// of it Ctrl-C may take the key away, and who then waits for one does not hear that the line was
/// given up. The first opening is shared with other programs and stays as it is. Negative: there is
/// no terminal, or it cannot be opened.
int open_without_waiting() {
  if (!isatty(0)) return -1;
  return ::open("/proc/self/fd/0", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t") == text.npos; }

}  // namespace

Editor* Editor::open(const Settings& settings) {
  auto made = std::unique_ptr<Editor>(new Editor(settings));
  return made->start() ? made.release() : nullptr;
}

Editor::Editor(const Settings& settings)
    : wake_up_(settings.wake_up), file_(settings.history_path) {}

Editor::~Editor() {
  if (line_) el_end(line_);
  if (history_) history_end(history_);
  for (std::FILE* stream : {in_, out_, problems_}) {
    if (stream) fclose(stream);
  }
  if (keys_ > 0) ::close(keys_);
  uselocale(LC_GLOBAL_LOCALE);
  if (locale_) freelocale(locale_);
}

bool Editor::start() {
  // Program texts are UTF-8, whatever the host has set.
  locale_ = newlocale(LC_CTYPE_MASK, "C.UTF-8", locale_t{});
  if (locale_) uselocale(locale_);
  in_ = stream_on(0, "r");
  out_ = stream_on(1, "w");
  problems_ = stream_on(2, "w");
  if (!in_ || !out_ || !problems_) return false;
  keys_ = std::max(open_without_waiting(), 0);
  history_ = history_init();
  line_ = el_init("lithe", in_, out_, problems_);
  if (!line_ || !history_) return false;
  HistEvent event;
  history(history_, &event, H_SETSIZE, int(HistoryFile::most_entries));
  for (const std::string& entry : file_.load()) remember(entry);
  el_set(line_, EL_CLIENTDATA, this);
  el_set(line_, EL_EDITOR, "emacs");
  // A terminal that cannot move its cursor leaves it switched off.
  int editing = 0;
  if (el_get(line_, EL_EDITMODE, &editing) != 0 || editing == 0) return false;
  el_set(line_, EL_HIST, history, history_);
  el_set(line_, EL_PROMPT, prompt_for);
  el_set(line_, EL_GETCFN, character_for);
  el_set(line_, EL_ADDFN, "lithe-complete", "Completes a name", complete_key);
  el_set(line_, EL_ADDFN, "lithe-end", "Deletes a character, or ends", end_key);
  el_set(line_, EL_ADDFN, "lithe-stop", "Stops the program, as the shell's fg undoes", stop_key);
  el_set(line_, EL_BIND, "^I", "lithe-complete", nullptr);
  el_set(line_, EL_BIND, "^D", "lithe-end", nullptr);
  el_set(line_, EL_BIND, "^Z", "lithe-stop", nullptr);
  el_set(line_, EL_BIND, "^R", "em-inc-search-prev", nullptr);
  el_source(line_, nullptr);
  return true;
}

Editor& Editor::of(EditLine* line) {
  void* self = nullptr;
  el_get(line, EL_CLIENTDATA, &self);
  return *static_cast<Editor*>(self);
}

// ---- Reading ----------------------------------------------------------------------------------

Outcome Editor::read(const Question& question, base::Watcher& watcher, std::string& line) {
  question_ = &question;
  watcher_ = &watcher;
  dropped_ = false;
  line.clear();
  return question.edited ? read_edited(line) : read_plain(line);
}

Outcome Editor::read_edited(std::string& line) {
  prompt_ = question_->prompt;
  el_resize(line_);
  std::string indent(question_->indent, ' ');
  if (!indent.empty()) el_push(line_, indent.c_str());
  take_terminal();  // before there is a prompt: whoever sees it may type
  int length = 0;
  const char* text = el_gets(line_, &length);
  if (dropped_ || !text || length <= 0) {
    // What was pushed and not taken, and keys of an unfinished sequence, are not for the next line.
    el_reset(line_);
    if (!dropped_) std::fputc('\n', out_);
    std::fflush(out_);
    return dropped_ ? Outcome::dropped : Outcome::end;
  }
  line.assign(text, size_t(length));
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
  if (!is_blank(line) && line != last_line_) {
    remember(line);
    file_.add(line);
  }
  return Outcome::line;
}

/// Keys come one by one, Ctrl-Z as one of them.
void Editor::take_terminal() {
  el_set(line_, EL_PREP_TERM, 1);
  termios modes;
  if (tcgetattr(0, &modes) != 0) return;
  modes.c_cc[VSUSP] = _POSIX_VDISABLE;
  tcsetattr(0, TCSADRAIN, &modes);
}

/// As the terminal gives it: it edits and echoes by itself.
Outcome Editor::read_plain(std::string& line) {
  for (;;) {
    char byte;
    switch (next_byte(byte)) {
      case Input::dropped:
        return Outcome::dropped;
      case Input::end:
        return line.empty() ? Outcome::end : Outcome::line;
      case Input::byte:
        // What was typed ahead of it, at the editor, may end with the key's own character.
        if (byte == '\n' || byte == '\r') return Outcome::line;
        line += byte;
    }
  }
}

Editor::Input Editor::next_byte(char& out) {
  if (has_unread_) {
    has_unread_ = false;
    out = unread_;
    return Input::byte;
  }
  for (;;) {
    pollfd waiting[2] = {{keys_, POLLIN, 0}, {wake_up_, POLLIN, 0}};
    if (poll(waiting, 2, -1) < 0) {
      if (errno == EINTR) continue;
      return Input::end;
    }
    if (waiting[1].revents != 0) {
      char ignored[64];
      (void)!::read(wake_up_, ignored, sizeof ignored);
      if (watcher_->is_over()) return Input::dropped;
    }
    if (waiting[0].revents == 0) continue;
    ssize_t got = ::read(keys_, &out, 1);
    if (got > 0) return Input::byte;
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    return Input::end;
  }
}

Editor::Input Editor::next_character(wchar_t& out) {
  std::string bytes(1, '\0');
  Input input = next_byte(bytes[0]);
  if (input != Input::byte) return input;
  u8 first = u8(bytes[0]);
  size_t length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 1;
  while (bytes.size() < length) {
    char next;
    input = next_byte(next);
    if (input == Input::dropped) return input;
    if (input == Input::end) break;
    if (!base::utf8::is_continuation(next)) {
      unread_ = next;
      has_unread_ = true;
      break;
    }
    bytes += next;
  }
  base::utf8::Decoded decoded = base::utf8::decode(bytes);
  out = decoded.size > 0 ? wchar_t(decoded.code_point) : replacement;
  return Input::byte;
}

int Editor::character_for(EditLine* line, wchar_t* out) {
  Editor& self = of(line);
  Input input = self.next_character(*out);
  if (input == Input::byte) return 1;
  self.dropped_ = self.dropped_ || input == Input::dropped;
  return input == Input::end ? 0 : -1;
}

char* Editor::prompt_for(EditLine* line) { return of(line).prompt_.data(); }

void Editor::remember(std::string_view line) {
  HistEvent event;
  last_line_ = line;
  history(history_, &event, H_ENTER, last_line_.c_str());
  for (std::string& keyword : keywords_in(line)) {
    auto place = std::lower_bound(keywords_.begin(), keywords_.end(), keyword);
    if (place != keywords_.end() && *place == keyword) continue;
    if (keywords_.size() < most_keywords) keywords_.insert(place, std::move(keyword));
  }
}

// ---- Keys -------------------------------------------------------------------------------------

/// Ctrl-D: ends the dialogue where nothing is typed.
unsigned char Editor::end_key(EditLine* line, int) {
  const LineInfo* typed = el_line(line);
  if (is_blank({typed->buffer, typed->lastchar})) return CC_EOF;
  if (typed->cursor == typed->lastchar) return CC_ERROR;
  el_cursor(line, 1);
  el_deletestr(line, 1);
  return CC_REFRESH;
}

/// Ctrl-Z: what it does elsewhere, but the terminal is given back as it was, and taken again.
unsigned char Editor::stop_key(EditLine* line, int) {
  el_set(line, EL_PREP_TERM, 0);
  sigset_t stop, before;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTSTP);
  // To this thread, so that it is not already going on when the program stops.
  pthread_sigmask(SIG_UNBLOCK, &stop, &before);
  raise(SIGTSTP);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  of(line).take_terminal();
  return CC_REDISPLAY;
}

unsigned char Editor::complete_key(EditLine* line, int) { return of(line).complete(); }

unsigned char Editor::complete() {
  const LineInfo* typed = el_line(line_);
  std::string text(typed->buffer, typed->cursor);
  std::string_view word = last_word(text);
  if (word.empty()) {
    // Nothing to complete: at the start of a line it indents.
    return is_blank(text) && el_insertstr(line_, "  ") == 0 ? CC_REFRESH : CC_ERROR;
  }
  bool keyword = word.front() == ':';
  auto found = matching(keyword || !question_->names ? keywords_ : *question_->names, word);
  if (found.empty()) return CC_ERROR;
  std::string more(common_start(found).substr(word.size()));
  if (!more.empty()) return el_insertstr(line_, more.c_str()) == 0 ? CC_REFRESH : CC_ERROR;
  if (found.size() == 1) return CC_NORM;
  list(found);
  return CC_REDISPLAY;
}

void Editor::list(std::span<const std::string> names) {
  std::fprintf(out_, "\n%s", in_columns(names, screen_width()).c_str());
  std::fflush(out_);
}

}  // namespace lithe::edit
