// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <histedit.h>
#include <locale.h>

#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "edit/history.hpp"
#include "edit/plugin.hpp"

namespace lithe::edit {

/// A terminal whose lines can be edited, over libedit. Keys are emacs's unless ~/.editrc says
/// otherwise. Bytes are read one at a time, so that what is typed ahead stays with the terminal.
struct Editor {
 public:
  static Editor* open(const Settings& settings);
  ~Editor();
  Editor(const Editor&) = delete;
  Editor& operator=(const Editor&) = delete;

  Outcome read(const Question& question, base::Watcher& watcher, std::string& line);

 private:
  enum class Input : u8 { byte, end, dropped };

  explicit Editor(const Settings& settings);
  bool start();
  Outcome read_edited(std::string& line);
  Outcome read_plain(std::string& line);
  Input next_byte(char& out);
  /// A code point; what is not UTF-8 becomes U+FFFD.
  Input next_character(wchar_t& out);
  void take_terminal();
  void remember(std::string_view line);
  void list(std::span<const std::string> names);
  unsigned char complete();

  static Editor& of(EditLine* line);
  static int character_for(EditLine* line, wchar_t* out);
  static char* prompt_for(EditLine* line);
  static unsigned char complete_key(EditLine* line, int key);
  static unsigned char end_key(EditLine* line, int key);
  static unsigned char stop_key(EditLine* line, int key);

  int wake_up_;
  int keys_ = 0;  ///< where keys are read from: the terminal, opened anew if possible
  HistoryFile file_;
  locale_t locale_ = {};
  std::FILE* in_ = nullptr;
  std::FILE* out_ = nullptr;
  std::FILE* problems_ = nullptr;
  EditLine* line_ = nullptr;
  History* history_ = nullptr;
  const Question* question_ = nullptr;  ///< of the line that is read
  base::Watcher* watcher_ = nullptr;
  bool dropped_ = false;
  std::string prompt_;
  std::string last_line_;  ///< of the history
  Names keywords_;         ///< that stand in the history, sorted
  char unread_ = 0;        ///< a byte that ended a cut code point
  bool has_unread_ = false;
};

}  // namespace lithe::edit
